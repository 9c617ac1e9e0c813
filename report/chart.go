package report

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"math"
	"strconv"
)

// chart is one diagram of lines over two linear axes.
type chart struct {
	title, x, y    string
	x0, x1, y0, y1 float64 // what the axes span
	lines          []line
}

// line is a series of points. Lines of one colour share their place in the legend;
// those without a name have none of their own.
type line struct {
	name   string
	colour int // index into chartColours
	thin   bool
	points [][2]float64
}

// chartColours tell lines apart for the colour-blind too (Okabe and Ito, 2008).
var chartColours = [...]string{"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#555555"}

// The measures of a picture, in its own units.
const (
	chartWidth, chartHeight  = 380.0, 280.0
	chartLeft, chartTop      = 56.0, 64.0
	chartRight, chartBottom  = 20.0, 46.0
	panelWidth, legendHeight = chartLeft + chartWidth + chartRight, 18.0
)

// writeCharts draws charts side by side as one SVG picture, which needs nothing
// beside itself. The same charts give the same bytes.
func writeCharts(w io.Writer, title string, charts []chart) error {
	legend := 0
	for _, c := range charts {
		legend = max(legend, len(c.legend()))
	}
	width := panelWidth * float64(len(charts))
	height := chartTop + chartHeight + chartBottom + legendHeight*float64(legend)
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %s %s" font-family="sans-serif" font-size="12">`+"\n", num(width), num(height))
	fmt.Fprintf(b, `<title>%s</title><rect width="100%%" height="100%%" fill="#fff"/><text x="16" y="24" font-size="15">%s</text>`+"\n", html.EscapeString(title), html.EscapeString(title))
	for i := range charts {
		charts[i].draw(b, panelWidth*float64(i)+chartLeft)
	}
	fmt.Fprintln(b, "</svg>")
	return b.Flush()
}

// draw writes the chart with its plot's left edge at left.
func (c *chart) draw(w io.Writer, left float64) {
	px := func(v float64) float64 { return left + (v-c.x0)/(c.x1-c.x0)*chartWidth }
	py := func(v float64) float64 { return chartTop + chartHeight - (v-c.y0)/(c.y1-c.y0)*chartHeight }
	fmt.Fprintf(w, `<text x="%s" y="%s" font-size="13">%s</text>`+"\n", num(left), num(chartTop-12), html.EscapeString(c.title))
	for _, v := range ticks(c.x0, c.x1) {
		fmt.Fprintf(w, `<path d="M%s %sv%s" stroke="#ddd"/><text x="%s" y="%s" text-anchor="middle">%s</text>`+"\n", num(px(v)), num(chartTop), num(chartHeight), num(px(v)), num(chartTop+chartHeight+15), label(v))
	}
	for _, v := range ticks(c.y0, c.y1) {
		fmt.Fprintf(w, `<path d="M%s %sh%s" stroke="#ddd"/><text x="%s" y="%s" text-anchor="end">%s</text>`+"\n", num(left), num(py(v)), num(chartWidth), num(left-6), num(py(v)+4), label(v))
	}
	fmt.Fprintf(w, `<text x="%s" y="%s" text-anchor="middle">%s</text>`+"\n", num(left+chartWidth/2), num(chartTop+chartHeight+34), html.EscapeString(c.x))
	fmt.Fprintf(w, `<text transform="translate(%s %s) rotate(-90)" text-anchor="middle">%s</text>`+"\n", num(left-40), num(chartTop+chartHeight/2), html.EscapeString(c.y))
	for _, l := range c.lines {
		c.drawLine(w, l, px, py)
	}
	for i, l := range c.legend() {
		y := chartTop + chartHeight + chartBottom + legendHeight*(float64(i)+0.5)
		fmt.Fprintf(w, `<path d="M%s %sh18" stroke="%s" stroke-width="2.5"/><text x="%s" y="%s">%s</text>`+"\n", num(left), num(y-4), chartColours[l.colour], num(left+26), num(y), html.EscapeString(l.name))
	}
}

func (c *chart) drawLine(w io.Writer, l line, px, py func(float64) float64) {
	if len(l.points) == 0 {
		return
	}
	fmt.Fprint(w, `<path d="`)
	for i, p := range l.points {
		fmt.Fprintf(w, "%c%s %s", "ML"[min(i, 1)], num(px(clamp(p[0], c.x0, c.x1))), num(py(clamp(p[1], c.y0, c.y1))))
	}
	if len(l.points) == 1 {
		fmt.Fprint(w, "h0.1") // a point is seen too
	}
	style := `stroke-width="2"`
	if l.thin {
		style = `stroke-width="1" stroke-opacity="0.45"`
	}
	fmt.Fprintf(w, `" fill="none" stroke="%s" stroke-linecap="round" stroke-linejoin="round" %s/>`+"\n", chartColours[l.colour], style)
}

// legend is the named lines.
func (c *chart) legend() []line {
	var out []line
	for _, l := range c.lines {
		if l.name != "" {
			out = append(out, l)
		}
	}
	return out
}

// ticks are some five round numbers from lo to hi.
func ticks(lo, hi float64) []float64 {
	step := math.Pow(10, math.Floor(math.Log10(hi-lo)))
	for _, f := range []float64{0.1, 0.2, 0.5, 1} {
		if (hi-lo)/(step*f) <= 6 {
			step *= f
			break
		}
	}
	var out []float64
	for i := math.Ceil(lo/step - 1e-9); i*step <= hi+step*1e-9; i++ {
		out = append(out, i*step+0) // no negative zero
	}
	return out
}

func clamp(v, lo, hi float64) float64 { return min(max(v, lo), hi) }

// num is a coordinate, in tenths.
func num(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) }

// label is an axis' number.
func label(v float64) string { return strconv.FormatFloat(v, 'g', 4, 64) }
