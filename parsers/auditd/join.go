package auditd

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

var _ ingest.Joiner = format{}

// Join gives each head the records that another file of its folder holds, tells
// it, and compares where the serials of one file end with where the next begin.
func (f format) Join(parts []ingest.Part, emit func(event.Event)) {
	orphans, logs := map[place][]*orphan{}, map[place]*hostLog{}
	for _, s := range stretches(parts) {
		at := place{folder: s.part.Folder, host: s.host}
		if logs[at] == nil {
			logs[at] = &hostLog{}
		}
		logs[at].seen |= s.seen
		logs[at].told = append(logs[at].told, s.told)
		for _, p := range s.orphans {
			p.settledIn(s.part.Account)
			at := place{s.part.Folder, s.host, p.stamp}
			orphans[at] = append(orphans[at], &orphan{pending: p})
		}
	}
	for _, s := range stretches(parts) {
		for _, p := range s.heads {
			p.settledIn(s.part.Account)
			for _, o := range orphans[place{s.part.Folder, s.host, p.stamp}] {
				p.adopt(o.pending, o.found)
				o.found = true
			}
			if p.kind == event.Exec {
				s.shortage.start(p)
			}
			s.tell(p, emit)
		}
	}
	for _, s := range stretches(parts) { // in order, for the warnings'
		log := logs[place{folder: s.part.Folder, host: s.host}]
		for _, p := range s.orphans {
			s.lost(p, orphans[place{s.part.Folder, s.host, p.stamp}], log)
		}
		s.shortage.tell(log.seen, s.warn)
	}
	compareEnds(parts, emit)
}

// stretch is one input's share of a host's log.
type stretch struct {
	*leftStream
	left *left
	part ingest.Part
}

func stretches(parts []ingest.Part) []stretch {
	var all []stretch
	for _, part := range parts {
		l := part.Left.(*left)
		for i := range l.streams {
			all = append(all, stretch{&l.streams[i], l, part})
		}
	}
	return all
}

// place is where an event belongs: to one host's log in one folder.
type place struct {
	folder, host string
	at           stamp
}

// hostLog is what the inputs of one host's log have in common.
type hostLog struct {
	seen wanted       // the classes of its records
	told [][]toldPage // the events that each input told
}

type orphan struct {
	*pending
	found bool // its event was
}

// settledIn says where the event's records are counted by now.
func (p *pending) settledIn(a *event.Account) {
	for i := range p.kept {
		p.kept[i].settled = a
	}
}

// adopt adds the records of another input's part of the event. Where a log lies beside
// its copy, a part is adopted again, and its records have been counted.
func (p *pending) adopt(o *pending, again bool) {
	for _, k := range o.kept {
		if again {
			k.settled = &event.Account{}
		}
		p.add(k, append(p.text, o.text[k.from:k.to]...))
	}
	p.raw = append(p.raw, o.raw...)
}

// tell tells an event of an input that has been read.
func (st *stretch) tell(p *pending, emit func(event.Event)) {
	s := scan{
		in:   &ingest.Input{Name: st.left.file, KeepRaw: st.left.keepRaw, Account: st.part.Account},
		seed: maphash.MakeSeed(),
		yield: func(ev event.Event, err error) bool {
			if err == nil {
				emit(ev)
			}
			return true
		},
	}
	s.tell(&stream{host: st.host}, p)
}

// lost notes records whose event was found nowhere, and warns of arguments.
func (st *stretch) lost(p *pending, at []*orphan, log *hostLog) {
	switch {
	case slices.ContainsFunc(at, func(o *orphan) bool { return o.pending == p && o.found }):
	case p.has(classExecve):
		st.warn(p.offset, p.stamp.serial, reasonOrphanArgs)
	case !slices.ContainsFunc(log.told, func(t []toldPage) bool { return toldIn(t, p.stamp.serial) }):
		st.shortage.stray(p)
	}
}

func (st *stretch) warn(offset int64, serial uint64, reason string) {
	in := ingest.Input{Name: st.left.file, Account: st.part.Account}
	in.Warn(offset, serial, reason, 0)
}

// compareEnds tells of the boots and the missing serials between two files of one log.
func compareEnds(parts []ingest.Part, emit func(event.Event)) {
	logs := map[[2]string][]stretch{}
	var order [][2]string
	for _, s := range stretches(parts) {
		key := [2]string{s.part.Folder, s.host}
		if logs[key] == nil {
			order = append(order, key)
		}
		logs[key] = append(logs[key], s)
	}
	for _, key := range order {
		log := logs[key]
		slices.SortStableFunc(log, func(a, b stretch) int { return cmp.Compare(a.ends.first.ms, b.ends.first.ms) })
		for i := range log[1:] {
			if log[i].disorder || log[i+1].disorder {
				continue // where its serials begin and end cannot be told
			}
			log[i].until(&log[i+1], emit)
		}
	}
}

// until looks at what is missing between a stretch and the one after it.
func (st *stretch) until(next *stretch, emit func(event.Event)) {
	first, account := next.ends.first, next.part.Account
	switch {
	case first.serial > st.last.serial+1 && first.ms >= st.last.ms:
		n := first.serial - st.last.serial - 1
		account.Gaps++
		account.Missing += int64(n)
		next.warn(next.ends.offset, first.serial,
			fmt.Sprintf("%d serials missing between the end of %s and this: events lost, filtered out or removed", n, st.left.file))
	case bootBetween(st.last, first) && !next.ends.booted:
		account.Events++
		emit(event.Event{
			Kind: event.Boot, Host: st.host, Time: first.time(),
			Source: event.Source{File: next.left.file, Offset: next.ends.offset, Serial: first.serial},
		})
	}
}
