package corpus

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"oddkin/parsers/event"
	"oddkin/tree"
)

const (
	magic = "# oddkin chains 1"
	// MaxHops bounds a chain, MaxLine a line's bytes, when reading.
	MaxHops = 4096
	MaxLine = 1 << 20
)

var systems = map[string]event.OS{"linux": event.Linux, "windows": event.Windows, "macos": event.MacOS}

// field is a header key and the place of its value.
type field struct {
	key   string
	value *string
}

func (m *Meta) fields() []field {
	return []field{{"host", &m.Host}, {"role", &m.Role}, {"split", &m.Split}, {"source", &m.Source}, {"licence", &m.Licence}, {"view", &m.View}}
}

// Read reads one file to its end. Errors name the line.
func Read(r io.Reader) (*File, error) {
	sc := bufio.NewScanner(r)
	sc.Buffer(nil, MaxLine)
	if !sc.Scan() || sc.Text() != magic {
		if err := sc.Err(); err != nil {
			return nil, err
		}
		return nil, fmt.Errorf("corpus: line 1: not %q", magic)
	}
	f := &File{}
	seen := map[string]bool{}
	for n := 2; sc.Scan(); n++ {
		line := sc.Text()
		var err error
		switch {
		case line == "":
		case strings.HasPrefix(line, "# "):
			if len(f.Chains) > 0 {
				err = errors.New("a header after the first chain")
			} else {
				err = f.header(line[2:], seen)
			}
		default:
			var c Chain
			if c, err = parseChain(line); err == nil {
				f.Chains = append(f.Chains, c)
			}
		}
		if err != nil {
			return nil, fmt.Errorf("corpus: line %d: %w", n, err)
		}
	}
	if err := sc.Err(); err != nil {
		return nil, fmt.Errorf("corpus: %w", err)
	}
	return f, f.Check()
}

// Check reports what is missing or impossible in the header.
func (m *Meta) Check() error {
	switch {
	case m.Host == "":
		return errors.New("corpus: the header names no host")
	case m.OS == 0:
		return errors.New("corpus: the header names no os")
	case m.Split != Train && m.Split != Validation && m.Split != Test:
		return fmt.Errorf("corpus: split %q is none of train, validation, test", m.Split)
	}
	return nil
}

func (f *File) header(line string, seen map[string]bool) error {
	key, value, ok := strings.Cut(line, ": ")
	if !ok {
		return errors.New("a header without a value")
	}
	if seen[key] {
		return fmt.Errorf("the header %q twice", key)
	}
	seen[key] = true
	value, err := unescape(value)
	if err != nil {
		return err
	}
	if key == "os" {
		if f.OS, ok = systems[value]; !ok {
			return fmt.Errorf("unknown os %q", value)
		}
		return nil
	}
	for _, h := range f.Meta.fields() {
		if h.key == key {
			*h.value = value
			return nil
		}
	}
	return fmt.Errorf("unknown header %q", key)
}

func parseChain(line string) (Chain, error) {
	part := strings.Split(line, "\t")
	if len(part) < 4 || len(part) > MaxHops+3 {
		return Chain{}, fmt.Errorf("%d fields, want count, label, entry and 1 to %d hops", len(part), MaxHops)
	}
	c := Chain{Hops: make([]Hop, len(part)-3)}
	var err error
	if c.Count, err = strconv.Atoi(part[0]); err != nil || c.Count < 1 {
		return c, fmt.Errorf("count %q is no positive number", part[0])
	}
	for i, p := range part[3:] {
		if c.Hops[i], err = parseHop(p); err != nil {
			return c, err
		}
	}
	entry := -1
	for i, w := range Entries {
		if w == part[2] {
			entry = i
		}
	}
	if entry < 0 {
		return c, fmt.Errorf("unknown entry %q", part[2])
	}
	c.Entry = tree.Entry(entry)
	return c, c.label(part[1])
}

func (c *Chain) label(s string) error {
	if s == "normal" {
		return nil
	}
	rest, ok := strings.CutPrefix(s, "attack@")
	if !ok {
		return fmt.Errorf("label %q is neither normal nor attack@N", s)
	}
	from, tag, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(from)
	if err != nil || n < 0 || n >= len(c.Hops) {
		return fmt.Errorf("label %q: no such hop", s)
	}
	c.Attack, c.From = true, n
	c.Tag, err = unescape(tag)
	return err
}

const gone = " (deleted)"

func parseHop(s string) (Hop, error) {
	var h Hop
	if i := bar(s); i >= 0 {
		applet, err := unescape(s[i+1:])
		if err != nil {
			return h, err
		}
		h.Applet, s = applet, s[:i]
	}
	s, h.Deleted = strings.CutSuffix(s, gone)
	var err error
	h.Image, err = unescape(s)
	if err == nil && h.Image == "" {
		err = errors.New("an empty hop")
	}
	return h, err
}

// bar is the index of the first bar in s that is not escaped, or -1.
func bar(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

// Write writes f, which it first brings into its canonical order.
func (f *File) Write(w io.Writer) error {
	if err := f.Check(); err != nil {
		return err
	}
	f.Merge(nil)
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, magic)
	fmt.Fprintf(b, "# os: %s\n", f.OS)
	for _, h := range f.Meta.fields() {
		if *h.value != "" {
			fmt.Fprintf(b, "# %s: %s\n", h.key, escape(*h.value))
		}
	}
	for i := range f.Chains {
		b.WriteString(f.Chains[i].line())
		b.WriteByte('\n')
	}
	return b.Flush()
}

func (c *Chain) line() string {
	var b strings.Builder
	b.WriteString(strconv.Itoa(c.Count))
	b.WriteByte('\t')
	b.WriteString(c.key())
	return b.String()
}

// key is the chain's line without its count: what makes two chains the same.
func (c *Chain) key() string {
	var b strings.Builder
	if c.Attack {
		fmt.Fprintf(&b, "attack@%d", c.From)
		if c.Tag != "" {
			b.WriteByte(' ')
			b.WriteString(escape(c.Tag))
		}
	} else {
		b.WriteString("normal")
	}
	b.WriteByte('\t')
	b.WriteString(Entries[c.Entry])
	for _, h := range c.Hops {
		b.WriteByte('\t')
		b.WriteString(escape(h.Image))
		if h.Deleted {
			b.WriteString(gone)
		}
		if h.Applet != "" {
			b.WriteByte('|')
			b.WriteString(escape(h.Applet))
		}
	}
	return b.String()
}
