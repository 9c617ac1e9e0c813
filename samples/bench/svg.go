package main

import (
	"fmt"
	"html"
	"math"
	"strings"
)

// draw shows time (left, with the spread) and peak memory (right) against size,
// both on logarithmic axes of the same scale: a straight line at 45 degrees is
// linear growth.
func draw(points []*point, title string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 720 380" font-family="sans-serif" font-size="12">`+"\n"+
		`<rect width="720" height="380" fill="#fff"/><text x="20" y="24" font-size="15">%s</text>`+"\n", html.EscapeString(title))
	panel(&b, 20, "seconds", points, func(p *point) spread { return p.wall })
	panel(&b, 370, "peak memory, MB", points, func(p *point) spread { return p.peak })
	b.WriteString("</svg>\n")
	return b.String()
}

// panel draws one diagram with its left edge at left.
func panel(b *strings.Builder, left float64, name string, points []*point, value func(*point) spread) {
	const width, height, top = 270.0, 260.0, 60.0
	x0, x1 := decades(points, func(p *point) (float64, float64) { return p.mb, p.mb })
	y0, y1 := decades(points, func(p *point) (float64, float64) { return value(p).least, value(p).most })
	x := func(v float64) float64 { return left + 50 + (math.Log10(v)-x0)/(x1-x0)*width }
	y := func(v float64) float64 { return top + height - (math.Log10(max(v, 1e-9))-y0)/(y1-y0)*height }
	for d := x0; d <= x1; d++ {
		v := math.Pow(10, d)
		fmt.Fprintf(b, `<path d="M%.1f %.1fv%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="middle">%g</text>`+"\n", x(v), top, height, x(v), top+height+16, v)
	}
	for d := y0; d <= y1; d++ {
		v := math.Pow(10, d)
		fmt.Fprintf(b, `<path d="M%.1f %.1fh%.1f" stroke="#ddd"/><text x="%.1f" y="%.1f" text-anchor="end">%g</text>`+"\n", left+50, y(v), width, left+44, y(v)+4, v)
	}
	fmt.Fprintf(b, `<text x="%.1f" y="%.1f">%s</text><text x="%.1f" y="%.1f" text-anchor="end">size, MB</text>`+"\n", left+50, top-10, name, left+50+width, top+height+34)
	var line strings.Builder
	for i, p := range points {
		v := value(p)
		fmt.Fprintf(&line, "%c%.1f %.1f", "ML"[min(i, 1)], x(p.mb), y(v.median))
		fmt.Fprintf(b, `<path d="M%.1f %.1fV%.1f" stroke="#1f5fa8"/><circle cx="%.1f" cy="%.1f" r="3.5" fill="#1f5fa8"/>`+"\n", x(p.mb), y(v.least), y(v.most), x(p.mb), y(v.median))
	}
	fmt.Fprintf(b, `<path d="%s" fill="none" stroke="#1f5fa8" stroke-width="1.5"/>`+"\n", line.String())
}

// decades gives the powers of ten that enclose the points.
func decades(points []*point, of func(*point) (least, most float64)) (from, to float64) {
	from, to = math.Inf(1), math.Inf(-1)
	for _, p := range points {
		least, most := of(p)
		from = min(from, math.Floor(math.Log10(max(least, 1e-3))))
		to = max(to, math.Ceil(math.Log10(max(most, 1e-3))))
	}
	if to <= from {
		to = from + 1
	}
	return from, to
}
