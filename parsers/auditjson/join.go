package auditjson

import (
	"cmp"
	"slices"
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// recordFormat is a format of records that come one by one. Journald and Filebeat turn
// their files over between two records, whatever event they belong to; what an input
// cannot finish is left for the one that holds the rest.
type recordFormat struct{ format }

var _ ingest.Joiner = (*recordFormat)(nil)

// maxEnds is how many events at the end of an input may lack a folder that no record of
// the input holds. After as many starts without one, its folders are not on record.
const maxEnds = 64

// left is what one input left: the events that it put by, and what is remembered of it.
type left struct {
	*assembly
	r *reader
}

// Size is about how much memory it holds.
func (l *left) Size() int {
	const remembered = 48 // for each event that has been told
	return l.size + remembered*len(l.r.seen)
}

// leave leaves the events that lack records, and records that lack their event. An input
// that had no records by themselves leaves nothing.
func (a *assembly) leave(r *reader) {
	if a.byKey == nil {
		return
	}
	a.close(r, max(0, len(a.events)-maxEnds))
	a.ending = a.folderless.n < maxEnds
	a.close(r, len(a.events))
	a.byKey = nil
	r.in.Left = &left{a, r}
}

// located is an event of the log in one folder.
type located struct {
	folder string
	stamp  stamp
}

// orphan is a part of an event that lacks its SYSCALL record.
type orphan struct {
	*gathering
	left  *left
	found bool // its event was
}

// Join gives each event the records that another file of its folder holds, and tells it.
func (*recordFormat) Join(parts []ingest.Part, emit func(event.Event)) {
	orphans, seen := map[located][]*orphan{}, map[string]*shortage{}
	for _, in := range parts {
		l := in.Left.(*left)
		l.settleIn(in.Account, emit)
		has := seen[in.Folder]
		if has == nil {
			has = &shortage{}
			seen[in.Folder] = has
		}
		has.hasArguments, has.hasFolders = has.hasArguments || l.hasArguments, has.hasFolders || l.hasFolders
		for _, g := range l.aside {
			if g.isStray() {
				at := located{in.Folder, g.stamp}
				orphans[at] = append(orphans[at], &orphan{gathering: g, left: l})
			}
		}
	}
	for _, in := range parts {
		l, has := in.Left.(*left), seen[in.Folder]
		l.hasArguments, l.hasFolders = has.hasArguments, has.hasFolders
		for _, g := range l.aside {
			if !g.isStray() {
				l.complete(g, orphans[located{in.Folder, g.stamp}])
			}
		}
	}
	for _, in := range parts {
		l := in.Left.(*left)
		for _, g := range l.aside {
			if g.isStray() {
				l.lost(g, orphans[located{in.Folder, g.stamp}], in.Folder, parts)
			}
		}
		l.shortage.tell(l.r)
	}
}

// settleIn says where records are booked and warnings noted by now, and who takes the
// events.
func (l *left) settleIn(account *event.Account, emit func(event.Event)) {
	l.r.in = &ingest.Input{Name: l.r.in.Name, KeepRaw: l.r.in.KeepRaw, Account: account}
	l.r.yield = func(ev event.Event, err error) bool {
		if err == nil {
			emit(ev)
		}
		return true
	}
}

// complete tells an event with the other parts of it, and books their records with its
// own. Where a log lies beside its copy, a part is taken again, and has been booked.
func (l *left) complete(g *gathering, others []*orphan) {
	for _, o := range others {
		g.adopt(o.gathering)
	}
	what := l.judge(l.r, g)
	g.book(l.r, what)
	*g = gathering{} // what it adopted may be held by other copies too
	for _, o := range others {
		if !o.found {
			o.found = true
			o.book(o.left.r, what)
		}
	}
}

// adopt takes the records of another part of the event.
func (g *gathering) adopt(o *gathering) {
	c, p := &g.call, &o.call
	g.args.adopt(&o.args)
	if c.proc.Argv == nil {
		c.proc.Argv = p.proc.Argv
	}
	c.proc.Cwd = cmp.Or(c.proc.Cwd, p.proc.Cwd)
	c.path, c.title, c.saddr = cmp.Or(c.path, p.path), cmp.Or(c.title, p.title), cmp.Or(c.saddr, p.saddr)
	if c.raw != nil && p.raw != nil {
		for _, key := range p.raw.Keys() {
			value, _ := p.raw.Get(key)
			name, _, _ := strings.Cut(key, " ") // its number
			g.setRaw(name, value)
		}
	}
}

// lost books records whose event is in no file of the folder, or was told without them.
func (l *left) lost(g *gathering, same []*orphan, folder string, parts []ingest.Part) {
	if slices.ContainsFunc(same, func(o *orphan) bool { return o.gathering == g && o.found }) {
		return
	}
	key := l.r.fingerprint(&g.call)
	if !slices.ContainsFunc(parts, func(in ingest.Part) bool {
		_, told := in.Left.(*left).r.seen[key]
		return told && in.Folder == folder
	}) {
		l.stray.note(g)
	}
	g.book(l.r, notNeeded)
}
