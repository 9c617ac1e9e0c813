package corpus

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"

	"oddkin/detect/names"
	"oddkin/tree"
)

// Label says of a node whether an attack begins with it, and which.
type Label func(*tree.Node) (tag string, attack bool)

// FromForest converts the forest's root-to-leaf paths into chains. A path that
// runs through a node that label names is an attack from there on; label may be
// nil. Paths longer than [MaxHops] keep their last hops.
func FromForest(f *tree.Forest, meta Meta, label Label) *File {
	file := &File{Meta: meta}
	at := map[string]int{}
	var hops []*tree.Node
	for path := range f.Paths() {
		hops = path.Hops(hops[:0])
		c := fromHops(hops, label)
		key := c.key()
		if i, ok := at[key]; ok {
			file.Chains[i].Count++
			continue
		}
		at[key] = len(file.Chains)
		file.Chains = append(file.Chains, c)
	}
	file.Merge(nil)
	return file
}

func fromHops(hops []*tree.Node, label Label) Chain {
	leaf := hops[len(hops)-1]
	hops = hops[max(0, len(hops)-MaxHops):]
	c := Chain{Hops: make([]Hop, len(hops)), Entry: leaf.Entry, Count: 1}
	for i, n := range hops {
		c.Hops[i] = hopOf(n)
		if label == nil || c.Attack {
			continue
		}
		if tag, attack := label(n); attack {
			c.Attack, c.From, c.Tag = true, i, tag
		}
	}
	return c
}

func hopOf(n *tree.Node) Hop {
	h := Hop{Image: n.Proc.Image, Deleted: n.Proc.Deleted}
	base := n.Proc.Base()
	if h.Image == "" {
		h.Image = base
	}
	if names.MultiCall(base) {
		if a := names.Of(&n.Proc); a != base {
			h.Applet = a
		}
	}
	return h
}

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
	tag, ok := l[EventKey{n.Start.UnixMilli(), n.Source.Serial}]
	return tag, ok
}

// ReadLabels reads a table whose first line names its tab-separated columns.
// Column event holds the key as "seconds.milliseconds:serial", column attack its
// name; others are ignored.
func ReadLabels(r io.Reader) (Labels, error) {
	sc := bufio.NewScanner(r)
	labels := Labels{}
	event, attack := -1, -1
	for n := 1; sc.Scan(); n++ {
		line := sc.Text()
		if line == "" {
			continue
		}
		col := strings.Split(line, "\t")
		if event < 0 {
			for i, c := range col {
				switch strings.TrimPrefix(c, "#") {
				case "event":
					event = i
				case "attack":
					attack = i
				}
			}
			if event < 0 || attack < 0 {
				return nil, fmt.Errorf("labels: line %d: no columns event and attack", n)
			}
			continue
		}
		if len(col) <= max(event, attack) {
			return nil, fmt.Errorf("labels: line %d: %d columns", n, len(col))
		}
		key, err := parseEventKey(col[event])
		if err != nil {
			return nil, fmt.Errorf("labels: line %d: %w", n, err)
		}
		labels[key] = col[attack]
	}
	return labels, sc.Err()
}

func parseEventKey(s string) (EventKey, error) {
	stamp, serial, ok := strings.Cut(s, ":")
	sec, ms, ok2 := strings.Cut(stamp, ".")
	if !ok || !ok2 || len(ms) != 3 {
		return EventKey{}, fmt.Errorf("event %q is not seconds.milliseconds:serial", s)
	}
	var k EventKey
	t, err1 := strconv.ParseInt(sec, 10, 64)
	m, err2 := strconv.ParseInt(ms, 10, 64)
	n, err3 := strconv.ParseUint(serial, 10, 64)
	if err1 != nil || err2 != nil || err3 != nil {
		return k, fmt.Errorf("event %q is not seconds.milliseconds:serial", s)
	}
	return EventKey{t*1000 + m, n}, nil
}
