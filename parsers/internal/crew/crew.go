// Package crew has the parts of one input digested by several goroutines and
// gives them back in the order of the input, for the format readers.
//
// What a part is and what digesting makes of it is each format's own affair. A
// worker reads a part and digests it at once, while it is in its processor's
// cache; only reading is one at a time. What depends on the parts before is for
// whoever takes the parts, on one goroutine.
package crew

import "sync"

// Crew gives the parts of an input, digested.
type Crew[P any] struct {
	size   int
	read   func(*P) (last bool)
	digest func() func(*P)

	started bool
	inline  func(*P) // digests without workers
	at      *job[P]  // what the receiver has
	ended   bool     // guarded by reader once there are workers, as read is
	quit    bool     // the same
	reader  sync.Mutex
	free    chan *job[P] // to be filled
	order   chan *job[P] // in the order of the input, digested or about to be
	done    sync.WaitGroup
}

type job[P any] struct {
	part  *P
	ready chan struct{} // holds a token once the part is digested
}

// New makes a crew of size workers. read fills a part with what comes next in the
// input and reports whether it is the last; it is called by one goroutine at a
// time. digest gives each worker what it digests with.
func New[P any](size int, read func(*P) (last bool), digest func() func(*P)) *Crew[P] {
	return &Crew[P]{size: size, read: read, digest: digest}
}

// Next gives the next part, nil behind the last one. A part is valid until the
// next call and is then used again. The first is read and digested by the caller,
// as most inputs hold one.
func (c *Crew[P]) Next() *P {
	switch {
	case c.inline == nil:
		c.at = &job[P]{part: new(P)}
		c.inline = c.digest()
	case c.size > 1 && !c.started && !c.ended:
		c.start()
	}
	if c.started {
		return c.take()
	}
	if c.ended {
		return nil
	}
	c.ended = c.read(c.at.part)
	c.inline(c.at.part)
	return c.at.part
}

// start sets the workers to work, with enough parts that none waits for the
// receiver of a single one.
func (c *Crew[P]) start() {
	n := c.size + 2
	c.started = true
	c.free, c.order = make(chan *job[P], n), make(chan *job[P], n)
	c.at.ready = make(chan struct{}, 1)
	for range n - 1 {
		c.free <- &job[P]{part: new(P), ready: make(chan struct{}, 1)}
	}
	c.done.Add(c.size)
	for i := range c.size {
		digest := c.inline
		if i > 0 {
			digest = c.digest()
		}
		go c.work(digest)
	}
}

// take gives the receiver's part back and waits for the next.
func (c *Crew[P]) take() *P {
	if c.at != nil {
		c.free <- c.at
	}
	if c.at = <-c.order; c.at == nil { // the last has been taken
		return nil
	}
	<-c.at.ready
	return c.at.part
}

// work reads and digests until the input ends.
func (c *Crew[P]) work(digest func(*P)) {
	defer c.done.Done()
	for j := range c.free {
		if !c.fill(j) {
			return
		}
		digest(j.part)
		j.ready <- struct{}{}
	}
}

// fill takes the next part of the input. It is false when there is none.
func (c *Crew[P]) fill(j *job[P]) bool {
	c.reader.Lock()
	defer c.reader.Unlock()
	if c.quit || c.ended {
		return false
	}
	c.ended = c.read(j.part)
	c.order <- j // has room for every part there is
	if c.ended {
		close(c.order)
	}
	return true
}

// Close ends the work and waits for it: the input is not read afterwards. It is
// needed however the reading ended.
func (c *Crew[P]) Close() {
	if !c.started {
		return
	}
	c.reader.Lock()
	c.quit = true
	c.reader.Unlock()
	close(c.free)
	c.done.Wait()
	c.started, c.ended = false, true
}
