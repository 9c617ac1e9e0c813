package jsonstream

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// listed draws a document of lists in lists of objects, as reports are, with texts that look like JSON.
func listed(t *rapid.T, b *strings.Builder, depth int) {
	blank := rapid.SampledFrom([]string{"", "", " ", "\n\t"})
	text := rapid.SampledFrom([]string{`"a"`, `"},{"`, `"}, {\"id\":["`, `"\\"`, `"[{"`, `7`, `-1.5e3`, `null`, `"id"`})
	kind := rapid.IntRange(0, 5).Draw(t, "kind")
	switch {
	case depth == 0 || kind == 0:
		b.WriteString(text.Draw(t, "text"))
	case kind == 1:
		b.WriteString("{")
		for i := range rapid.IntRange(0, 3).Draw(t, "members") {
			b.WriteString(strings.Repeat(",", min(i, 1)) + blank.Draw(t, "blank"))
			b.WriteString(rapid.SampledFrom([]string{`"id":`, `"calls" :`, `"x":`}).Draw(t, "key"))
			listed(t, b, depth-1)
		}
		b.WriteString("}")
	default:
		b.WriteString("[")
		for i := range rapid.IntRange(0, 6).Draw(t, "elements") {
			b.WriteString(strings.Repeat(",", min(i, 1)) + blank.Draw(t, "blank"))
			b.WriteString(`{"id":1,"v":`)
			listed(t, b, depth-1)
			b.WriteString("}" + blank.Draw(t, "blank"))
		}
		b.WriteString("]")
	}
}

// told is what a scanner tells of a document that is walked, each value by what salt and its place say: into it, as a text,
// or over it; and behind damage what it finds.
func told(s *Scanner, salt int) string {
	var b strings.Builder
	var walk func(depth int)
	walk = func(depth int) {
		kind := s.Next()
		fmt.Fprintf(&b, "%c%d ", kind, s.Offset())
		way := (int(s.Offset()) + salt) % 5
		switch {
		case kind == '{' && (way < 3 || depth == 0):
			for key := range s.Members() {
				fmt.Fprintf(&b, "%s:", key)
				walk(depth + 1)
			}
		case kind == '[' && (way < 2 || depth == 0):
			for range s.Elements() {
				walk(depth + 1)
			}
		case way == 4:
			fmt.Fprintf(&b, "%q ", s.Text())
		default:
			s.Skip()
		}
	}
	for range 20 {
		walk(0)
		fmt.Fprintf(&b, "; %d %v\n", s.Offset(), s.Err())
		if s.Err() == nil && s.Next() != 0 {
			continue
		}
		found := s.Seek(func(k Key) Find {
			fmt.Fprintf(&b, "%s %v %d %v, ", k.Text, k.Opens, k.After, k.Names)
			return map[bool]Find{true: ItsOwner}[string(k.Text) == "id" && k.Opens]
		})
		if !found {
			break
		}
	}
	return b.String()
}

// Whatever is checked ahead, a scanner tells the same.
func TestAheadTellsTheSame(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		b.WriteString("[")
		for i := range rapid.IntRange(1, 8).Draw(t, "documents") {
			b.WriteString(strings.Repeat(",", min(i, 1)))
			listed(t, &b, 4)
		}
		b.WriteString("]")
		in := []byte(b.String())
		for range rapid.IntRange(0, 3).Draw(t, "faults") {
			at := rapid.IntRange(0, len(in)-1).Draw(t, "at")
			in[at] = rapid.SampledFrom([]byte("\"{}[],:\\\n\x00 1")).Draw(t, "fault")
		}
		salt := rapid.IntRange(0, 4).Draw(t, "salt")
		want := told(NewScanner(bytes.NewReader(in)), salt)
		a := NewAhead(iotest.HalfReader(bytes.NewReader(in)), rapid.IntRange(1, 4).Draw(t, "workers"), rapid.IntRange(1, 200).Draw(t, "size"))
		defer a.Close()
		if got := told(NewScanner(a), salt); got != want {
			t.Fatalf("of %q it tells\n%s\nand without looking ahead\n%s", in, got, want)
		}
	})
}

// calls is a list of n objects, each with a list of its own.
func calls(n int) string {
	one := `{"api": "NtClose", "arguments": [{"name": "a", "value": "},{"}, {"name": "b", "value": "]"}], "id": 1}`
	return `[` + strings.Repeat(one+", ", n-1) + one + `]`
}

// Nearly all of a long list is checked ahead, wherever a block begins, and also where the lists of many processes lie in one.
func TestRunsCoverLongLists(t *testing.T) {
	for name, doc := range map[string]string{
		"one list":   `{"calls": ` + calls(20000) + `}`,
		"many lists": `[` + strings.Repeat(`{"pid": 1, "calls": `+calls(100)+`}, `, 200) + `{}]`,
	} {
		for cut := range 120 {
			const size = 200_000
			b := &block{offset: int64(cut + 1), data: []byte(doc)[cut+1 : cut+1+size]}
			checker(size / mostRuns)(b)
			covered, end := int64(0), int64(0)
			for _, r := range b.runs {
				if r.end > end {
					covered += r.end - max(r.start, end)
					end = r.end
				}
			}
			if covered < size*95/100 {
				t.Fatalf("%s from %d on: %d of %d bytes", name, cut, covered, size)
			}
		}
	}
}

// What is checked ahead is passed over without being copied.
func TestJumps(t *testing.T) {
	doc := `{"calls": ` + calls(20000) + `, "id": 7}`
	a := NewAhead(strings.NewReader(doc), 2, 100_000)
	defer a.Close()
	s := NewScanner(a)
	copied := 0
	s.r = counted{a, &copied}
	id := ""
	for key := range s.Members() {
		if string(key) == "id" {
			id = string(s.Text())
		}
	}
	if s.Err() != nil || id != "7" || s.Offset() != int64(len(doc)) {
		t.Fatalf("id %q, %v, at %d of %d", id, s.Err(), s.Offset(), len(doc))
	}
	if copied > len(doc)/2 {
		t.Errorf("%d of %d bytes were copied", copied, len(doc))
	}
}

// Runs that the scanner comes past in another way, as behind damage, are forgotten, however many a block has.
func TestRunsThatNobodyAsksForAreForgotten(t *testing.T) {
	const size = 10_000
	one := `{"k":` + strings.Repeat("[", 50) + `{},{"a":"` + strings.Repeat("x", 2*size/mostRuns) + `"}` + strings.Repeat("]", 50) + `},`
	a := NewAhead(strings.NewReader("!"+strings.Repeat(one, 20_000)), 2, size)
	defer a.Close()
	s, seen, most := NewScanner(a), 0, 0
	s.Skip()
	s.Seek(func(Key) Find {
		seen, most = seen+1, max(most, len(a.runs)-a.next)
		return NotIt
	})
	if seen < 20_000 || most > 4*50*mostRuns || cap(a.runs) > 16*50*mostRuns {
		t.Errorf("%d keys; up to %d runs are kept, there is room for %d", seen, most, cap(a.runs))
	}
}

// Where guess after guess is wrong the rest of a block is left.
func TestGuessesAreBounded(t *testing.T) {
	for n, some := range map[int]bool{mostGuesses - 10: true, mostGuesses + 10: false} {
		b := &block{offset: 1, data: []byte(strings.Repeat(`},{"`+"\n", n) + `},` + calls(100)[1:])}
		checker(1000)(b)
		if len(b.runs) > 0 != some {
			t.Errorf("%d wrong guesses: %v", n, b.runs)
		}
	}
}

// What is drained is neither kept nor checked, and says how the stream ended.
func TestDrain(t *testing.T) {
	broken := errors.New("disk")
	for _, c := range []struct {
		tail io.Reader
		want error
	}{{strings.NewReader(""), nil}, {iotest.ErrReader(broken), broken}} {
		n := 0
		a := NewAhead(counted{io.MultiReader(strings.NewReader(calls(50_000)), c.tail), &n}, 3, 10_000)
		s := NewScanner(a)
		if s.Next() != '[' {
			t.Fatal(s.Err())
		}
		if err := a.Drain(); !errors.Is(err, c.want) || n != len(calls(50_000)) {
			t.Errorf("%v after %d bytes, want %v", err, n, c.want)
		}
		a.Close()
		if len(a.runs) > 0 {
			t.Errorf("%d runs are kept", len(a.runs))
		}
	}
}

type counted struct {
	io.Reader
	n *int
}

func (c counted) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	*c.n += n
	return n, err
}

// What the reader gave before an error is told, then the error; also of one that gives nothing at all for ever.
func TestAheadAndErrors(t *testing.T) {
	broken := errors.New("disk")
	doc := `{"calls": ` + calls(3000)
	for _, c := range []struct {
		r    io.Reader
		want error
	}{
		{io.MultiReader(strings.NewReader(doc), iotest.ErrReader(broken)), broken},
		{io.MultiReader(strings.NewReader(doc), empty{}), io.ErrNoProgress},
	} {
		a := NewAhead(c.r, 2, 10_000)
		s := NewScanner(a)
		if s.Skip(); !errors.Is(s.Err(), c.want) || s.Offset() != int64(len(doc)) {
			t.Errorf("%v at %d, want %v at %d", s.Err(), s.Offset(), c.want, len(doc))
		}
		a.Close()
	}
}

type empty struct{}

func (empty) Read([]byte) (int, error) { return 0, nil }

// A scanner that is left in the middle leaves nobody at work.
func TestAheadIsClosedEarly(t *testing.T) {
	a := NewAhead(strings.NewReader(calls(100_000)), 3, 1000)
	s := NewScanner(a)
	for range s.Elements() {
		if s.Offset() > 5000 {
			a.Close()
			return
		}
		s.Skip()
	}
	t.Fatal("the list is over")
}
