package report

import (
	"bytes"
	"html/template"
	"iter"
	"runtime"
)

// perLayout is how many findings are laid out at a time.
const perLayout = 16

// pagePart is a run of findings as it goes into the page.
type pagePart struct {
	html template.HTML
	err  error
}

// laidOut lays the findings out, which is most of a page's work, on all cores and yields them in
// their order. What goes wrong ends it and is told in failed.
func laidOut(d *Document, failed *error) iter.Seq[template.HTML] {
	return func(yield func(template.HTML) bool) {
		order := make(chan chan pagePart, 2*runtime.GOMAXPROCS(0)) // bounds what is laid out ahead
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(order)
			for from := 0; from < len(d.Findings); from += perLayout {
				done := make(chan pagePart, 1)
				select {
				case order <- done:
				case <-stop:
					return
				}
				go func() { done <- layOut(d, from, min(from+perLayout, len(d.Findings))) }()
			}
		}()
		for done := range order {
			l := <-done
			if *failed = l.err; l.err != nil || !yield(l.html) {
				return
			}
		}
	}
}

func layOut(d *Document, from, to int) pagePart {
	var b bytes.Buffer
	for i := from; i < to; i++ {
		if err := pageTemplate().ExecuteTemplate(&b, "finding", newPageFinding(d, &d.Findings[i])); err != nil {
			return pagePart{err: err}
		}
	}
	return pagePart{html: template.HTML(b.String())}
}
