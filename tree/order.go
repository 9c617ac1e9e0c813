package tree

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"sync/atomic"

	"oddkin/parsers/event"
)

// sort puts the host's records in the one order that everything after relies
// on: by time, and where times are equal by serial. Windows numbers records per
// channel, so there births come first instead; no program is replaced in place
// on Windows, hence nothing is lost by it.
func (h *host) sort() {
	for _, recs := range h.epochs() {
		if !h.settleIn(recs) {
			slices.SortFunc(recs, h.compare)
		}
	}
}

// settleIn sorts records that are nearly in order, as those of one log are, by
// moving some of them back: in pieces, then those that belong before the end of the piece before. It gives up,
// and reports so, where that would take long.
func (h *host) settleIn(recs []record) bool {
	var gaveUp atomic.Bool
	inPieces(len(recs), func(_, from, to int) {
		if left := mostMoves(to - from); !h.settle(recs[from:to], 1, false, &left) {
			gaveUp.Store(true)
		}
	})
	settled := !gaveUp.Load()
	left := mostMoves(len(recs)) // of all pieces together
	for i := 1; settled && i < pieces(len(recs)); i++ {
		settled = h.settle(recs[:min((i+1)*perPiece, len(recs))], i*perPiece, true, &left)
	}
	return settled
}

// mostMoves is by how many places in all as many records are moved before they are sorted instead.
func mostMoves(records int) int { return 16*records + 1 }

// settle moves those from one on back to where they belong. It ends at the first that stands there already if they are
// in order among themselves, and is false if no moves are left.
func (h *host) settle(recs []record, from int, inOrder bool, left *int) bool {
	for i := from; i < len(recs); i++ {
		r := recs[i]
		j := i
		for ; j > 0 && *left > 0 && h.compare(recs[j-1], r) > 0; j-- {
			recs[j] = recs[j-1]
			*left--
		}
		if recs[j] = r; inOrder && j == i {
			break
		}
	}
	return *left > 0
}

// compare is a total order over different records of one epoch, by their content alone.
func (h *host) compare(a, b record) int {
	if a.at != b.at {
		return cmp.Compare(a.at, b.at)
	}
	bySerial, byKind := h.compareSerials(a.serial, b.serial), cmp.Compare(a.kind(), b.kind())
	if h.windows > 0 {
		bySerial, byKind = byKind, bySerial
	}
	if bySerial != 0 {
		return bySerial
	}
	if byKind != 0 {
		return byKind
	}
	if a.pid != b.pid {
		return cmp.Compare(a.pid, b.pid)
	}
	if a.ppid != b.ppid {
		return cmp.Compare(b.ppid, a.ppid) // what names a parent tells more
	}
	return h.compareContent(a, b)
}

// compareContent orders two records of the same kind, time, serial and pids.
func (h *host) compareContent(a, b record) int {
	switch a.kind() {
	case kindExec:
		n, m := h.starts[a.arg()].node, h.starts[b.arg()].node
		return cmp.Or(
			strings.Compare(n.prog.Image, m.prog.Image),
			h.compareTexts(n.guid, m.guid),
			h.compareSource(h.sourceAt(n.position), h.sourceAt(m.position)),
			h.compareLines(n.line, m.line))
	case kindExit:
		return h.compareTexts(text(a.arg()), text(b.arg()))
	case kindFail:
		f, g := &h.fails[a.arg()], &h.fails[b.arg()]
		return cmp.Or(h.compareLines(f.command, g.command), h.compareSource(f.src, g.src))
	case kindFork:
		return h.compareSource(h.forks[a.arg()].source(), h.forks[b.arg()].source())
	case kindBoot:
		return h.compareSource(h.marks[a.arg()], h.marks[b.arg()])
	}
	s, t := &h.sights[a.arg()], &h.sights[b.arg()]
	return cmp.Or(
		h.compareSeen(&h.seen[s.what], &h.seen[t.what]),
		h.compareSource(s.src, t.src))
}

func (h *host) compareSeen(a, b *self) int {
	s, t := h.refs.of(a.parent), h.refs.of(b.parent)
	return cmp.Or(
		strings.Compare(a.prog.Image, b.prog.Image),
		strings.Compare(a.prog.Name, b.prog.Name),
		h.compareTexts(a.user, b.user),
		h.compareTexts(a.session, b.session),
		h.compareTexts(a.audit, b.audit),
		h.compareLines(a.line, b.line),
		h.compareTexts(a.tty, b.tty),
		h.compareTexts(s.image, t.image),
		h.compareTexts(s.guid, t.guid))
}

func (h *host) compareTexts(a, b text) int {
	if a == b {
		return 0
	}
	return strings.Compare(h.texts.of(a), h.texts.of(b))
}

func (h *host) compareLines(a, b line) int {
	if a == b {
		return 0
	}
	return bytes.Compare(h.lines.bytes(a), h.lines.bytes(b))
}

func (h *host) compareSource(a, b source) int {
	if a.file == b.file {
		return cmp.Compare(a.offset, b.offset)
	}
	return strings.Compare(h.files.names[a.file], h.files.names[b.file])
}

// dropDuplicates removes what stands in the evidence twice: a rotated log beside
// its copy. Two records are one if host, time, serial, kind, pids and program are
// equal; without serials, they must also come from different places. Of a start that two
// collectors wrote, what either says is kept.
func (h *host) dropDuplicates() {
	if !h.mayHaveCopies() {
		return
	}
	kept := h.recs[:0]
	for i, recs := range h.epochs() {
		begin := len(kept)
		if i > 0 {
			h.begins[i-1] = begin
		}
		for _, r := range recs {
			if k := h.original(kept[begin:], r); k != nil {
				h.found.copy(h.evidence(&r).File)
				if r.kind() == kindExec {
					h.enrich(h.starts[k.arg()].node, h.starts[r.arg()].node)
					h.starts[r.arg()].node = nil
				}
				continue
			}
			kept = append(kept, r)
		}
	}
	h.recs = kept
}

// mayHaveCopies reports whether two records that follow each other may be one.
func (h *host) mayHaveCopies() bool {
	var found atomic.Bool
	inPieces(len(h.recs), func(_, from, to int) {
		for i := max(from, 1); i < to; i++ {
			if h.alike(&h.recs[i-1], &h.recs[i]) {
				found.Store(true)
				return
			}
		}
	})
	return found.Load()
}

// alike reports whether two records are of one moment, kind and processes.
func (h *host) alike(a, b *record) bool {
	return a.at == b.at && h.compareSerials(a.serial, b.serial) == 0 && a.kind() == b.kind() && a.pid == b.pid && a.ppid == b.ppid
}

// original is the record of the same moment before r that r is a copy of, or nil.
func (h *host) original(kept []record, r record) *record {
	for i := len(kept) - 1; i >= 0; i-- {
		k := &kept[i]
		if !h.alike(k, &r) {
			return nil
		}
		if h.sameRecord(*k, r) {
			return k
		}
	}
	return nil
}

func (h *host) sameRecord(a, b record) bool {
	switch a.kind() {
	case kindExec:
		n, m := h.starts[a.arg()].node, h.starts[b.arg()].node
		return samePath(n.prog.Image, m.prog.Image, n.prog.OS) && n.guid == m.guid &&
			(a.serial.known() || mayBeCopies(h.sourceAt(n.position), h.sourceAt(m.position)))
	case kindFork:
		s, t := h.forks[a.arg()].source(), h.forks[b.arg()].source()
		return a.serial.known() || mayBeCopies(s, t)
	case kindFail:
		s, t := &h.fails[a.arg()], &h.fails[b.arg()]
		return s.command == t.command && (a.serial.known() || mayBeCopies(s.src, t.src))
	}
	return false
}

// mayBeCopies reports whether two places are not two of one file.
func mayBeCopies(s, t source) bool { return s.file != t.file || s.offset == t.offset }

// samePath compares two programs: without case and with either slash on Windows.
func samePath(a, b string, os event.OS) bool {
	if os != event.Windows {
		return a == b
	}
	return strings.EqualFold(strings.ReplaceAll(a, "/", `\`), strings.ReplaceAll(b, "/", `\`))
}
