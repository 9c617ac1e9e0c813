package report

import (
	"bytes"
	"html/template"
	"iter"
	"runtime"
)

// perLayout is how many findings and chains are laid out at a time.
const perLayout = 32

// pageItem is a finding, without its chains; a chain of it, the i-th; or with neither
// the end of a finding.
type pageItem struct {
	finding *Finding
	chain   *Chain
	i       int
	pid     uint32 // of the process that a finding's first chain ends in
}

// pagePart is a run of items as it goes into the page.
type pagePart struct {
	html template.HTML
	err  error
}

// laidOut lays the findings out, which is most of a page's work, on all cores and yields them in
// their order, in parts. What goes wrong ends it and is told in failed.
func laidOut(d *Document, failed *error) iter.Seq[template.HTML] {
	return func(yield func(template.HTML) bool) {
		order := make(chan chan pagePart, 2*runtime.GOMAXPROCS(0)) // bounds what is laid out ahead
		stop := make(chan struct{})
		defer close(stop)
		go func() {
			defer close(order)
			var part []pageItem
			send := func() bool {
				items, done := part, make(chan pagePart, 1)
				part = nil
				select {
				case order <- done:
				case <-stop:
					return false
				}
				go func() { done <- layOut(d, items) }()
				return true
			}
			for item := range pageItems(d) {
				if part = append(part, item); len(part) == perLayout && !send() {
					return
				}
			}
			send()
		}()
		for done := range order {
			l := <-done
			if *failed = l.err; l.err != nil || !yield(l.html) {
				return
			}
		}
	}
}

// pageItems yields what the page's list consists of, in order.
func pageItems(d *Document) iter.Seq[pageItem] {
	return func(yield func(pageItem) bool) {
		for k := range d.Findings {
			f := &d.Findings[k]
			i := 0
			for c := range f.each() {
				if i == 0 && !yield(pageItem{finding: f, pid: c.leaf().PID}) || !yield(pageItem{finding: f, chain: &c, i: i}) {
					return
				}
				i++
			}
			if i == 0 && !yield(pageItem{finding: f}) || !yield(pageItem{}) {
				return
			}
		}
	}
}

func layOut(d *Document, items []pageItem) pagePart {
	var b bytes.Buffer
	page := pageTemplate()
	for _, at := range items {
		var err error
		switch {
		case at.chain != nil:
			err = page.ExecuteTemplate(&b, "chain", newPageChain(at.finding, at.chain, at.i))
		case at.finding != nil:
			err = page.ExecuteTemplate(&b, "finding", newPageFinding(d, at.finding, at.pid))
		default:
			err = page.ExecuteTemplate(&b, "end", nil)
		}
		if err != nil {
			return pagePart{err: err}
		}
	}
	return pagePart{html: template.HTML(b.String())}
}
