package crew

import (
	"runtime"
	"slices"
	"testing"
	"time"
)

type part struct{ number, square int }

// count gives a reader of the parts 1 to n, and a digester that takes longer for
// some than for others.
func count(n int) (read func(*part) bool, digest func() func(*part)) {
	at := 0
	read = func(p *part) bool {
		at++
		*p = part{number: at}
		return at == n
	}
	return read, func() func(*part) {
		return func(p *part) {
			for range p.number % 7 {
				runtime.Gosched()
			}
			p.square = p.number * p.number
		}
	}
}

// Parts come digested, each once, in the order of the input, and nil ever after.
func TestOrder(t *testing.T) {
	for _, n := range []int{1, 2, 3, 500} {
		for _, size := range []int{1, 2, 9} {
			c := New(size, func() func(*part) bool { r, _ := count(n); return r }(), func() func() func(*part) { _, d := count(n); return d }())
			var got, want []int
			for p := c.Next(); p != nil; p = c.Next() {
				got = append(got, p.square)
			}
			for i := range n {
				want = append(want, (i+1)*(i+1))
			}
			if !slices.Equal(got, want) || c.Next() != nil {
				t.Fatalf("%d parts, %d workers: %v", n, size, got)
			}
			c.Close()
		}
	}
}

// A receiver that stops early leaves no worker, and the input is not read after.
func TestClose(t *testing.T) {
	before := runtime.NumGoroutine()
	for stop := range 20 {
		read, digest := count(1 << 30)
		over := false
		c := New(5, func(p *part) bool {
			if over {
				panic("read after the end")
			}
			return read(p)
		}, digest)
		for range stop {
			c.Next()
		}
		c.Close()
		over = true
	}
	for wait := 0; runtime.NumGoroutine() > before; wait++ { // those that have said they are done may still be ending
		if wait == 1000 {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
		time.Sleep(time.Millisecond)
	}
}
