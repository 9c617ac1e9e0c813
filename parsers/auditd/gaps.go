package auditd

// gaps counts the serials that are missing in one host's log.
type gaps struct {
	last           uint64 // the serial seen last; 0 at the start
	count, missing uint64
	largest        uint64
	serial         uint64 // the first after the largest gap
	offset         int64
}

// pass notes the next serial in order.
func (g *gaps) pass(serial uint64, offset int64) {
	if g.last != 0 && serial > g.last+1 {
		n := serial - g.last - 1
		g.count++
		g.missing += n
		if n > g.largest {
			g.largest, g.serial, g.offset = n, serial, offset
		}
	}
	g.last = max(g.last, serial)
}
