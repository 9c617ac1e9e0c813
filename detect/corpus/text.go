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
	// MaxHops bounds a chain and MaxLine a line's bytes. MaxSize bounds what a file's
	// chains take once "=N" is written out, as [Chain.size] counts: a short file can ask for
	// more memory than any machine has.
	MaxHops = 4096
	MaxLine = 1 << 20
	MaxSize = 128 << 20
)

// size is about what a chain takes in memory, in bytes.
func (c *Chain) size() int {
	n := 96
	for _, h := range c.Hops {
		n += 40 + len(h.Image) + len(h.Applet)
	}
	return n
}

// errTooLarge is the error for chains of more than MaxSize.
var errTooLarge = fmt.Errorf("the file's chains take more than %d MB, written out: put them into several files", MaxSize>>20)

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
	sc := newLines(r)
	if !sc.Scan() || sc.Text() != magic {
		if err := sc.err(); err != nil {
			return nil, fmt.Errorf("corpus: %w", err)
		}
		return nil, fmt.Errorf("corpus: line 1: not %q", magic)
	}
	f := &File{}
	seen := map[string]bool{}
	var above []Hop
	size := 0
	for sc.Scan() {
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
			if c, err = parseChain(line, above); err == nil {
				f.Chains = append(f.Chains, c)
				above = c.Hops
			}
			if size += c.size(); size > MaxSize {
				err = errTooLarge
			}
		}
		if err != nil {
			return nil, fmt.Errorf("corpus: line %d: %w", sc.n, err)
		}
	}
	if err := sc.err(); err != nil {
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
	case m.Split == Test && strings.HasPrefix(m.Host, MadePrefix):
		return fmt.Errorf("corpus: host %s is of the split test, but no evaluation counts hosts whose names begin with %q: their chains are made", m.Host, MadePrefix)
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

func parseChain(line string, above []Hop) (Chain, error) {
	part := strings.Split(line, "\t")
	if len(part) < 4 {
		return Chain{}, fmt.Errorf("%d fields, want count, label, entry and hops", len(part))
	}
	var c Chain
	var err error
	if c.Count, err = strconv.Atoi(part[0]); err != nil || c.Count < 1 {
		return c, fmt.Errorf("count %q is no positive number", part[0])
	}
	hops := part[3:]
	if same, ok := strings.CutPrefix(hops[0], "="); ok {
		n, err := strconv.Atoi(same)
		if err != nil || n < 1 || n > len(above) {
			return c, fmt.Errorf("%q: the line above has no such hops", hops[0])
		}
		c.Hops = append(c.Hops, above[:n]...)
		hops = hops[1:]
	}
	if len(c.Hops)+len(hops) > MaxHops {
		return c, fmt.Errorf("more than %d hops", MaxHops)
	}
	for _, p := range hops {
		h, err := parseHop(p)
		if err != nil {
			return c, err
		}
		c.Hops = append(c.Hops, h)
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

// Write writes f in its canonical order.
func (f *File) Write(w io.Writer) error {
	if err := f.Check(); err != nil {
		return err
	}
	f = f.Canonical()
	size := 0
	for i := range f.Chains {
		if size += f.Chains[i].size(); size > MaxSize {
			return fmt.Errorf("corpus: %w", errTooLarge)
		}
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, magic)
	fmt.Fprintf(b, "# os: %s\n", f.OS)
	for _, h := range f.Meta.fields() {
		if *h.value != "" {
			fmt.Fprintf(b, "# %s: %s\n", h.key, escape(*h.value))
		}
	}
	var above []Hop
	for i := range f.Chains {
		c := &f.Chains[i]
		fmt.Fprintf(b, "%d\t%s", c.Count, c.head())
		same := 0
		for same < min(len(above), len(c.Hops)) && above[same] == c.Hops[same] {
			same++
		}
		if same > 0 {
			fmt.Fprintf(b, "\t=%d", same)
		}
		for _, h := range c.Hops[same:] {
			b.WriteByte('\t')
			b.WriteString(h.text())
		}
		b.WriteByte('\n')
		above = c.Hops
	}
	return b.Flush()
}

// head is the chain's label and entry as the file has them.
func (c *Chain) head() string {
	label := "normal"
	if c.Attack {
		label = fmt.Sprintf("attack@%d", c.From)
		if c.Tag != "" {
			label += " " + escape(c.Tag)
		}
	}
	return label + "\t" + Entries[c.Entry]
}

// key is what makes two chains the same: everything but the count.
func (c *Chain) key() string {
	var b strings.Builder
	b.WriteString(c.head())
	for _, h := range c.Hops {
		b.WriteByte('\t')
		b.WriteString(h.text())
	}
	return b.String()
}

// text is the hop as the file has it.
func (h Hop) text() string {
	s := escape(h.Image)
	if h.Deleted {
		s += gone
	}
	if h.Applet != "" {
		s += "|" + escape(h.Applet)
	}
	return s
}
