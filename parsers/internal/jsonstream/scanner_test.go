package jsonstream

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// rebuild decodes the next value as encoding/json would into an any, with
// numbers as json.Number, through the scanner's own interface.
func rebuild(s *Scanner) any {
	switch s.Next() {
	case '{':
		m := map[string]any{}
		for key := range s.Members() {
			k := plain(key)
			m[k] = rebuild(s)
		}
		return m
	case '[':
		a := []any{}
		for range s.Elements() {
			a = append(a, rebuild(s))
		}
		return a
	case '"':
		return plain(s.Text())
	case 't', 'f':
		return string(s.Text()) == "true"
	case '0':
		return json.Number(s.Text())
	}
	s.Skip()
	return nil
}

// plain is a text as encoding/json gives it: with a replacement character for half a pair
// of surrogates, of which the scanner keeps the three bytes.
func plain(text []byte) string {
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if r == utf8.RuneError && size == 1 {
			size = min(3, len(text))
		}
		b.WriteRune(r)
		text = text[size:]
	}
	return b.String()
}

// value draws a random JSON value.
func value(depth int) *rapid.Generator[any] {
	text := rapid.String()
	leaf := rapid.OneOf(
		rapid.Map(text, func(s string) any { return s }),
		rapid.Map(rapid.Int(), func(i int) any { return i }),
		rapid.Map(rapid.Float64(), func(f float64) any { return f }),
		rapid.Map(rapid.Bool(), func(b bool) any { return b }),
		rapid.Just[any](nil),
	)
	if depth == 0 {
		return leaf
	}
	return rapid.OneOf(leaf,
		rapid.Map(rapid.SliceOfN(value(depth-1), 0, 4), func(a []any) any { return a }),
		rapid.Map(rapid.MapOfN(text, value(depth-1), 0, 4), func(m map[string]any) any { return m }),
	)
}

// small is a scanner whose buffer is so small that every path refills it.
func small(r io.Reader) *Scanner {
	s := NewScanner(r)
	s.buf = make([]byte, 3)
	return s
}

func TestReadsWhatEncodingJSONReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, err := json.Marshal(value(4).Draw(t, "value"))
		if err != nil {
			t.Skip(err)
		}
		if rapid.Bool().Draw(t, "indent") {
			var b bytes.Buffer
			_ = json.Indent(&b, in, " ", "\t")
			in = b.Bytes()
		}
		d := json.NewDecoder(bytes.NewReader(in))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Scanner{
			NewScannerBytes(in), small(bytes.NewReader(in)), small(iotest.OneByteReader(bytes.NewReader(in))),
		} {
			got := rebuild(s)
			a, _ := json.Marshal(got)
			b, _ := json.Marshal(want)
			if s.Err() != nil || s.Next() != 0 || !bytes.Equal(a, b) {
				t.Fatalf("%s\n got %s\nwant %s\n%v", in, a, b, s.Err())
			}
		}
	})
}

func TestSkipRawAndSpanAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, err1 := json.Marshal(value(3).Draw(t, "a"))
		b, err2 := json.Marshal(value(3).Draw(t, "b"))
		if err1 != nil || err2 != nil {
			t.Skip()
		}
		in := string(a) + " \n" + string(b)
		s := small(strings.NewReader(in))
		s.Skip()
		if raw := s.Raw(); string(raw) != string(b) || s.Err() != nil {
			t.Fatalf("raw %q want %q, %v", raw, b, s.Err())
		}
		s = small(strings.NewReader(in))
		s.Hold()
		_, x := s.Span()
		y, z := s.Span()
		held := s.Held()
		if string(held[:x]) != string(a) || string(held[y:z]) != string(b) {
			t.Fatalf("spans %q %q of %q", held[:x], held[y:z], in)
		}
	})
}

func TestRefuses(t *testing.T) {
	deep := strings.Repeat("[", MaxDepth+1) + strings.Repeat("]", MaxDepth+1)
	for _, c := range []struct{ in, reason string }{
		{`{"a":1,}`, ReasonSyntax},
		{`{"a" 1}`, ReasonSyntax},
		{`{a:1}`, ReasonSyntax},
		{`{"a":1 "b":2}`, ReasonSyntax},
		{`[1 2]`, ReasonSyntax},
		{`[1,]`, ReasonSyntax},
		{`[1}`, ReasonSyntax},
		{`[tru]`, ReasonSyntax},
		{`[01]`, ReasonSyntax},
		{`[1.]`, ReasonSyntax},
		{`[1e]`, ReasonSyntax},
		{`[-]`, ReasonSyntax},
		{`["a` + "\n" + `"]`, ReasonControl},
		{`["a` + "\x00" + `"]`, ReasonControl},
		{deep, ReasonDepth},
		{`{"a":"b`, ReasonEnd},
		{`{"a":"b\"`, ReasonEnd},
		{`{"a":`, ReasonEnd},
		{`{"a"`, ReasonEnd},
		{`{"a":tr`, ReasonEnd},
		{`[`, ReasonEnd},
		{`[1`, ReasonEnd},
		{`[1,`, ReasonEnd},
		{`{`, ReasonEnd},
	} {
		for name, read := range map[string]func(*Scanner){
			"skip": (*Scanner).Skip, "raw": func(s *Scanner) { s.Raw() }, "walk": func(s *Scanner) { rebuild(s) },
		} {
			for _, s := range []*Scanner{NewScannerBytes([]byte(c.in)), small(strings.NewReader(c.in))} {
				read(s)
				var e *Error
				if !errors.As(s.Err(), &e) || e.Reason != c.reason {
					t.Errorf("%s of %.40q: %v, want %s", name, c.in, s.Err(), c.reason)
				}
			}
		}
	}
	s := NewScannerBytes([]byte(`"\x"`))
	if s.Text(); s.Err() == nil {
		t.Error(`\x taken`)
	}
}

func TestSurrogates(t *testing.T) {
	for in, want := range map[string]string{
		`"\ud83d\ude00"`: "😀", `"\ud83d"`: "\xed\xa0\xbd", `"\ud83dx"`: "\xed\xa0\xbdx", `"\ude00\ud83d"`: "\xed\xb8\x80\xed\xa0\xbd",
		`"\u0041\/\\\""`: `A/\"`,
	} {
		if got := string(NewScannerBytes([]byte(in)).Text()); got != want {
			t.Errorf("%s gives %q, want %q", in, got, want)
		}
	}
}

func TestHugeStringIsPassedOverWithoutKeepingIt(t *testing.T) {
	huge := io.MultiReader(strings.NewReader(`{"log":"`), io.LimitReader(repeat(`abc\"`), 3*MaxHeld/5*5), strings.NewReader(`","name":"x"}`))
	s := NewScanner(huge)
	name := ""
	for key := range s.Members() {
		if string(key) == "name" {
			name = string(s.Text())
		}
	}
	if name != "x" || s.Err() != nil || len(s.buf) > 1<<20 {
		t.Fatalf("name %q, buffer %d, %v", name, len(s.buf), s.Err())
	}
}

func TestAValueTakenWholeIsBounded(t *testing.T) {
	s := NewScanner(io.MultiReader(strings.NewReader(`"`), io.LimitReader(repeat("a"), 2*MaxHeld), strings.NewReader(`"`)))
	var e *Error
	if s.Text(); !errors.As(s.Err(), &e) || e.Reason != ReasonSize {
		t.Fatal(s.Err())
	}
}

type repeat string

func (r repeat) Read(p []byte) (n int, err error) {
	for n+len(r) <= len(p) {
		n += copy(p[n:], r)
	}
	return n, nil
}

func TestLeavingALoopPassesOverTheRest(t *testing.T) {
	s := NewScannerBytes([]byte(`{"a":[1,2,3],"b":{"c":1,"d":[2]}} 7`))
	for range s.Members() {
		for range s.Elements() {
			break
		}
		break
	}
	if got := string(s.Text()); got != "7" || s.Err() != nil {
		t.Fatalf("%q %v", got, s.Err())
	}
}

func TestAReadersErrorIsItsOwn(t *testing.T) {
	broken := errors.New("broken")
	s := NewScanner(io.MultiReader(strings.NewReader(`{"a":"b`), iotest.ErrReader(broken)))
	if s.Skip(); !errors.Is(s.Err(), broken) {
		t.Fatal(s.Err())
	}
	s = NewScanner(io.MultiReader(strings.NewReader(`{}`), iotest.ErrReader(broken)))
	if s.Skip(); s.Next() != 0 || !errors.Is(s.Err(), broken) {
		t.Fatal(s.Err())
	}
}

func TestResyncFindsTheNextObject(t *testing.T) {
	for _, c := range []struct {
		in     string
		indent int
		next   string
	}{
		{"{\"a\":\"cut\n{\"b\":1}\n", 0, `{"b":1}`},
		{"{\"a\":1,\n {\"nested\":1}\n{\"b\":1}", 0, `{"b":1}`},
		{"  {\"a\":1,\n  {\"b\":1}", 2, `{"b":1}`},
		{"{\"a\":\x00\x00\n\x00\n\n{\"b\":1}", 0, `{"b":1}`},
		{"{\"a\":\n", 0, ``},
	} {
		s := small(strings.NewReader(c.in))
		s.Hold()
		s.Skip()
		if s.Err() == nil {
			t.Fatalf("%q is no error", c.in)
		}
		found := s.Resync(c.indent)
		if got := string(s.Raw()); found != (c.next != "") || got != c.next {
			t.Errorf("%q: found %v, next %q, want %q", c.in, found, got, c.next)
		}
	}
}

func TestStrayEndsAtTheLineOrAnObject(t *testing.T) {
	for in, want := range map[string]string{
		"text\n{\"a\":1}":       "text",
		"Mar 1 w: {\"a\":1}":    "Mar 1 w: ",
		"{not} {\"a\":1}\n":     "{not} ",
		"no end":                "no end",
		"":                      "",
		"\xef\xbb\xbf{\"a\":1}": "\xef\xbb\xbf",
	} {
		if got := string(small(strings.NewReader(in)).Stray()); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}
