package main

import (
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"oddkin/detect"
	"oddkin/report"
)

// lessons tells a person how training goes: a bar within each epoch on a terminal,
// and a line for each that is done. It keeps the epochs for their picture.
type lessons struct {
	u      *ui
	label  string // before each line; empty for one model alone
	began  time.Time
	epochs []detect.Progress

	done, total atomic.Int64 // examples, of all epochs
	finish      func()
}

func newLessons(u *ui, label string) *lessons {
	return &lessons{u: u, label: label, began: time.Now(), finish: func() {}}
}

// step takes how many examples of all were learned from.
func (l *lessons) step(done, total int64) {
	first := l.total.Swap(total) == 0
	l.done.Store(done)
	if first {
		l.bar()
	}
}

// bar shows the progress until the next line is printed.
func (l *lessons) bar() {
	l.finish = l.u.progress(l.label+"training", false, func() (int64, int64) { return l.done.Load(), l.total.Load() })
}

// epoch takes a finished epoch.
func (l *lessons) epoch(p detect.Progress) {
	l.epochs = append(l.epochs, p)
	l.finish()
	mark := ""
	if p.Best {
		mark = "  best so far"
	}
	took := time.Since(l.began)
	done, total := l.done.Load(), l.total.Load()
	rate := float64(done) / max(took.Seconds(), 1e-3)
	left := time.Duration(float64(took) * float64(total-done) / float64(max(done, 1))).Round(time.Second)
	network, auc := fmt.Sprintf("%s, network %d", p.System, p.Network), fmt.Sprintf(", AUC %.4f", p.ValidAUC)
	if p.Next {
		network, auc = p.System+", what comes next", ""
	}
	l.u.note("%sepoch %2d of %d  %s  loss %.4f  held out: loss %.4f%s  %.0f chains/s  %s left%s",
		l.label, p.Epoch, p.Epochs, network, p.Loss, p.ValidLoss, auc, rate, left, mark)
	l.finish = func() {}
	if p.Epoch < p.Epochs {
		l.bar()
	}
}

// end takes the bar away; curves, unless empty, is where the picture goes. There is none
// of a training that did no epoch.
func (l *lessons) end(curves *output) error {
	l.finish()
	l.finish = func() {}
	if curves.path == "" || len(l.epochs) == 0 {
		return nil
	}
	if err := replace(curves.path, func(w io.Writer) error { return report.WriteLearning(w, l.epochs) }); err != nil {
		return failed(fmt.Errorf("cannot write the curves: %w", err), "")
	}
	return nil
}
