package auditd

import (
	"iter"
	"runtime"
	"sync"

	"oddkin/parsers/internal/ingest"
)

// digested yields the blocks of in, digested by several workers side by side and
// in the order of the input. A block is valid until the next one is asked for.
//
// A worker reads a block and digests it at once, while the block is in its
// processor's cache; only reading is one at a time. The input is not touched
// after the iteration has ended.
func (f format) digested(in *ingest.Input) iter.Seq[*block] {
	return func(yield func(*block) bool) {
		source := &blocks{r: in.R}
		b, d := &block{}, f.digester(in)
		for workers(in) == 1 || source.offset == 0 { // most files are small
			source.next(b)
			d.digest(b)
			if !yield(b) || source.ended {
				return
			}
		}
		c := newCrew(source, workers(in))
		defer c.dismiss()
		for range c.size {
			go c.work(f.digester(in))
		}
		for b := range c.order {
			<-b.ready
			if !yield(b) {
				return
			}
			c.free <- b
		}
	}
}

func (f format) digester(in *ingest.Input) *digester {
	return &digester{syslog: f.syslog, keepRaw: in.KeepRaw}
}

func workers(in *ingest.Input) int {
	if in.Workers > 0 {
		return in.Workers
	}
	return runtime.GOMAXPROCS(0)
}

// crew is a number of workers that share an input.
type crew struct {
	size   int
	free   chan *block // blocks to be filled
	order  chan *block // blocks in the order of the input, digested or about to be
	done   sync.WaitGroup
	reader sync.Mutex // held while reading
	source *blocks
	quit   bool // guarded by reader, as source is
}

// newCrew makes a crew of size workers with enough blocks that none waits for
// the receiver of a single one.
func newCrew(source *blocks, size int) *crew {
	n := size + 2
	c := &crew{size: size, source: source, free: make(chan *block, n), order: make(chan *block, n)}
	c.done.Add(size)
	for range n {
		c.free <- &block{ready: make(chan struct{}, 1)}
	}
	return c
}

// work reads and digests until the input ends.
func (c *crew) work(d *digester) {
	defer c.done.Done()
	for b := range c.free {
		if !c.read(b) {
			return
		}
		d.digest(b)
		b.ready <- struct{}{}
	}
}

// read takes the next part of the input. It is false when there is none.
func (c *crew) read(b *block) bool {
	c.reader.Lock()
	defer c.reader.Unlock()
	if c.quit || c.source.ended {
		return false
	}
	c.source.next(b)
	c.order <- b // has room for every block there is
	if c.source.ended {
		close(c.order)
	}
	return true
}

// dismiss ends the work and waits for it.
func (c *crew) dismiss() {
	c.reader.Lock()
	c.quit = true
	c.reader.Unlock()
	close(c.free)
	c.done.Wait()
}
