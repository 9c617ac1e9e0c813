package main

// The rules of the terminal, in one place:
//
//   - results go to standard output, everything else to standard error;
//   - progress is shown only when standard error is a terminal, and never with
//     --quiet;
//   - colour is used only when standard output is a terminal and NO_COLOR is
//     unset, unless --color says otherwise;
//   - tables take the terminal's width, or COLUMNS if that is set, and 120
//     columns when there is neither;
//   - whatever came from evidence is made safe before it is printed.

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"oddkin/report"
)

const defaultWidth = 120

// ui is the terminal as the commands see it.
type ui struct {
	in       io.Reader
	out, err io.Writer

	quiet bool
	color string
	width int

	stats stats
}

// check validates the flags every command has.
func (u *ui) check() error {
	switch u.color {
	case "auto", "always", "never":
	default:
		return usage("--color takes auto, always or never, not %q", u.color)
	}
	if u.width < 0 || u.width > 0 && u.width < 60 {
		return usage("--width takes 60 columns or more")
	}
	return nil
}

// style is how renderers should print to standard output.
func (u *ui) style() report.Style {
	return report.Style{Width: u.columns(), Colour: u.colored()}
}

func (u *ui) columns() int {
	if u.width > 0 {
		return u.width
	}
	if n, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && n >= 40 {
		return n
	}
	if fd, ok := terminal(u.out); ok {
		if w, _, err := term.GetSize(fd); err == nil && w >= 40 {
			return w
		}
	}
	return defaultWidth
}

func (u *ui) colored() bool {
	if u.color != "auto" {
		return u.color == "always"
	}
	_, tty := terminal(u.out)
	return tty && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
}

// terminal gives the descriptor of w if it is one.
func terminal(w any) (int, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	return int(f.Fd()), true
}

// note prints one line for the person, unless --quiet.
func (u *ui) note(format string, args ...any) {
	if !u.quiet {
		fmt.Fprintln(u.err, u.safe(fmt.Sprintf(format, args...)))
	}
}

// safe makes text from evidence harmless to a terminal.
func (u *ui) safe(s string) string { return report.Visible(s) }

// progress shows a bar until the returned function is called. now gives the
// amount done and the whole; unit is "B" for bytes or the name of what is
// counted.
func (u *ui) progress(label string, bytes bool, now func() (done, total int64)) (finish func()) {
	if _, tty := terminal(u.err); !tty || u.quiet {
		return func() {}
	}
	p := mpb.New(mpb.WithOutput(u.err), mpb.WithRefreshRate(150*time.Millisecond), mpb.WithWidth(40))
	counters, rate := decor.CountersNoUnit("%d / %d"), decor.AverageSpeed(0, "%.0f/s")
	if bytes {
		counters, rate = decor.CountersKibiByte("% .1f / % .1f"), decor.AverageSpeed(decor.SizeB1024(0), "% .1f")
	}
	_, total := now()
	left := []decor.Decorator{rate, decor.Name("  "), decor.AverageETA(decor.ET_STYLE_GO), decor.Name(" left")}
	if total == 0 { // a pipe: nobody knows how much is to come
		counters, left = decor.CurrentNoUnit("%d"), left[:1]
		if bytes {
			counters = decor.CurrentKibiByte("% .1f")
		}
	}
	bar := p.New(total, mpb.BarStyle(), mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Name(label+" "), counters), mpb.AppendDecorators(left...))
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				n, total := now()
				if total > 0 { // never full while it runs
					bar.SetTotal(total, false)
					n = min(n, total-1)
				}
				bar.SetCurrent(n)
			case <-done:
				return
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
		bar.Abort(true)
		p.Wait()
		fmt.Fprint(u.err, "\r\x1b[K") // what an interrupted line left behind
	}
}
