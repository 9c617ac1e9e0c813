package corpus

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"oddkin/tree"
)

// Label says of a node whether it belongs to an attack, and to which.
type Label func(*tree.Node) (tag string, attack bool)

// EventKey is the identity of an audit event within a boot: what stands in
// msg=audit(seconds.milliseconds:serial).
type EventKey struct {
	Millis int64 // since 1970
	Serial uint64
}

// Labels maps the audit events that start an attack's subtree to the attack.
type Labels map[EventKey]string

// Label is the function for [FromForest].
func (l Labels) Label(n *tree.Node) (string, bool) {
	tag, ok := l[EventKey{n.Start().UnixMilli(), n.Source().Serial}]
	return tag, ok
}

// ReadLabels reads a table of tab-separated lines: the event's key as
// "seconds.milliseconds:serial", the attack's id, and optionally a description,
// of which what stands before the first colon becomes part of the attack's name.
// Empty lines and lines that begin with "#" are passed over.
func ReadLabels(r io.Reader) (Labels, error) {
	labels := Labels{}
	err := table(r, 2, func(col []string) error {
		key, err := parseEventKey(col[0])
		if err != nil {
			return err
		}
		tag := col[1]
		if len(col) > 2 {
			what, _, _ := strings.Cut(col[2], ":")
			tag += " " + what
		}
		labels[key] = tag
		return nil
	})
	return labels, err
}

// process is a line of a table of true lineage.
type process struct {
	start  int64 // nanoseconds since 1970
	parent [2]string
	id     [2]string
	execs  []EventKey
}

// Spread labels every program start below a labelled one, by a table of true
// lineage: tab-separated pid, start, parent's pid, parent's start, end, status,
// and the comma-separated keys of the process's program starts. Where an audit
// log alone loses a process's parent, its attack is not lost with it.
func (l Labels) Spread(truth io.Reader) error {
	var all []process
	err := table(truth, 7, func(col []string) error {
		p := process{id: [2]string{col[0], col[1]}, parent: [2]string{col[2], col[3]}}
		seconds, err := strconv.ParseFloat(col[1], 64)
		if err != nil {
			return err
		}
		p.start = int64(seconds * 1e9)
		for key := range strings.SplitSeq(col[6], ",") {
			if key == "" {
				continue
			}
			k, err := parseEventKey(key)
			if err != nil {
				return err
			}
			p.execs = append(p.execs, k)
		}
		all = append(all, p)
		return nil
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b process) int { return cmp.Compare(a.start, b.start) })
	type taint struct {
		tag   string
		since int64 // milliseconds
	}
	tainted := map[[2]string]taint{}
	for _, p := range all {
		t, ok := tainted[p.parent]
		// A child born before its parent's attack began is no part of it.
		if ok = ok && p.start/1e6 >= t.since; ok {
			t.since = p.start / 1e6
		}
		for _, k := range p.execs {
			if tag, labelled := l[k]; labelled && !ok {
				t, ok = taint{tag, k.Millis}, true
			}
			if ok && l[k] == "" {
				l[k] = t.tag
			}
		}
		if ok {
			tainted[p.id] = t
		}
	}
	return nil
}

// table reads tab-separated lines of at least n columns.
func table(r io.Reader, n int, line func(col []string) error) error {
	sc := newLines(r)
	for sc.Scan() {
		if text := sc.Text(); text != "" && text[0] != '#' {
			col := strings.Split(text, "\t")
			if len(col) < n {
				return fmt.Errorf("line %d: %d columns, want %d", sc.n, len(col), n)
			}
			if err := line(col); err != nil {
				return fmt.Errorf("line %d: %w", sc.n, err)
			}
		}
	}
	return sc.err()
}

func parseEventKey(s string) (EventKey, error) {
	stamp, serial, ok := strings.Cut(s, ":")
	sec, ms, ok2 := strings.Cut(stamp, ".")
	if !ok || !ok2 || len(ms) != 3 {
		return EventKey{}, fmt.Errorf("event %q is not seconds.milliseconds:serial", s)
	}
	t, err1 := strconv.ParseInt(sec, 10, 64)
	m, err2 := strconv.ParseInt(ms, 10, 64)
	n, err3 := strconv.ParseUint(serial, 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return EventKey{}, fmt.Errorf("event %q is not seconds.milliseconds:serial", s)
	}
	return EventKey{t*1000 + m, n}, nil
}
