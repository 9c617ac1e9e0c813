package auditd

import (
	"cmp"
	"slices"
)

// serials are the numbers of one host's events since they last began anew, and what is
// missing among them. Events may be noted in any order as far as the pages go that are
// kept.
type serials struct {
	pages []*serialPage // by number
	page  *serialPage   // the one used last
	begun int           // how often they began anew
	limit *int          // of pages, the same for all hosts
	// falls and rises count events that were read behind one with a larger and a smaller
	// serial.
	falls, rises int64
	before       uint64
	// What has been counted, up to the serial last, whose event stands at offset.
	last          uint64
	lastOffset    int64
	gaps, missing uint64
	largest       uint64
	serial        uint64 // the first after the largest gap
	offset        int64
}

const (
	pageSerials = 256
	// maxPages bounds the pages of an input, minPages what each host may have of them.
	maxPages = 4096
	minPages = 4
)

// serialPage holds where events stand: twice the offset, and 1 if the event has been
// told; 0 where there is none, since offsets are kept one larger.
type serialPage struct {
	number uint64
	at     [pageSerials]int64
}

// find returns the page of a serial, or nil, and the place where it is or belongs.
func (g *serials) find(serial uint64) (*serialPage, int) {
	number := serial / pageSerials
	if g.page != nil && g.page.number == number {
		return g.page, 0
	}
	i, found := slices.BinarySearchFunc(g.pages, number, func(p *serialPage, n uint64) int { return cmp.Compare(p.number, n) })
	if !found {
		return nil, i
	}
	g.page = g.pages[i]
	return g.page, i
}

// pass notes an event, and whether it was told.
func (g *serials) pass(p *pending, told bool) {
	serial := p.stamp.serial
	if p.begun != g.begun || serial <= g.last {
		return // counted already
	}
	page, i := g.find(serial)
	if page == nil {
		if page = g.add(serial/pageSerials, i); page == nil {
			return
		}
	}
	at := &page.at[serial%pageSerials]
	if *at == 0 {
		*at = (p.offset + 1) << 1
	}
	if told {
		*at |= 1
	}
}

// direction notes that a record of a serial was read next.
func (g *serials) direction(serial uint64) {
	if serial < g.before {
		g.falls++
	} else {
		g.rises++
	}
	g.before = serial
}

// told reports whether an event of p's serial has been told.
func (g *serials) told(p *pending) bool {
	page, _ := g.find(p.stamp.serial)
	return p.begun == g.begun && page != nil && page.at[p.stamp.serial%pageSerials]&1 != 0
}

// toldPage says of the serials of one page whether their events were told.
type toldPage struct {
	number uint64
	bits   [pageSerials / 64]uint64
}

// toldPages says it of all that have not been counted yet, in order.
func (g *serials) toldPages() []toldPage {
	pages := make([]toldPage, len(g.pages))
	for i, p := range g.pages {
		pages[i].number = p.number
		for k, at := range p.at {
			pages[i].bits[k/64] |= uint64(at&1) << (k % 64)
		}
	}
	return pages
}

// toldIn reports whether the event of a serial was told.
func toldIn(pages []toldPage, serial uint64) bool {
	i, found := slices.BinarySearchFunc(pages, serial/pageSerials, func(p toldPage, n uint64) int { return cmp.Compare(p.number, n) })
	return found && pages[i].bits[serial%pageSerials/64]&(1<<(serial%64)) != 0
}

// inside reports whether a smaller serial than p's has been noted.
func (g *serials) inside(p *pending) bool {
	if g.last != 0 || g.begun > 0 || len(g.pages) == 0 {
		return g.last != 0 || g.begun > 0
	}
	first := slices.IndexFunc(g.pages[0].at[:], func(at int64) bool { return at != 0 })
	return g.pages[0].number*pageSerials+uint64(first) < p.stamp.serial
}

// add makes room for a page at index i. The first ones are counted where there are too
// many; for one that would stand before all of those there is no room.
func (g *serials) add(number uint64, i int) *serialPage {
	page := new(serialPage)
	if len(g.pages) >= *g.limit {
		if i == 0 {
			return nil
		}
		page = g.pages[0]
		g.count(page)
		*page = serialPage{}
		g.pages = slices.Delete(g.pages, 0, 1)
		i--
	}
	page.number = number
	g.pages = slices.Insert(g.pages, i, page)
	g.page = page
	return page
}

// count adds what is missing before the serials of the lowest page.
func (g *serials) count(page *serialPage) {
	for i, at := range page.at {
		if at == 0 {
			continue
		}
		serial, offset := page.number*pageSerials+uint64(i), at>>1-1
		if g.last != 0 && serial > g.last+1 && !g.another(serial, offset) {
			n := serial - g.last - 1
			g.gaps++
			g.missing += n
			if n > g.largest {
				g.largest, g.serial, g.offset = n, serial, offset
			}
		}
		g.last, g.lastOffset = serial, offset
	}
}

// another reports whether a serial and the one before it are of two numberings rather
// than of one that lacks what is between: they are far apart, and the smaller was read
// when it was the larger's turn. So it is with another machine's log behind this one.
func (g *serials) another(serial uint64, offset int64) bool {
	backwards := g.falls > g.rises
	return serial-g.last > maxOpen && (offset < g.lastOffset) != backwards
}

// beginAnew counts what there is and begins another numbering.
func (g *serials) beginAnew() {
	for _, page := range g.pages {
		g.count(page)
	}
	g.pages, g.page, g.last = nil, nil, 0
	g.begun++
}
