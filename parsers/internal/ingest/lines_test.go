package ingest

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"
)

// collect reads all lines and checks that offsets and sizes tile the input.
func collect(t interface{ Fatalf(string, ...any) }, l *Lines) (texts []string, last Line, err error) {
	var at int64
	for {
		line, e := l.Next()
		if e != nil {
			return texts, last, e
		}
		if line.Offset != at {
			t.Fatalf("line at %d, want %d", line.Offset, at)
		}
		at += line.Size
		texts, last = append(texts, string(line.Text)), line
	}
}

func TestLinesEndings(t *testing.T) {
	texts, last, err := collect(t, NewLines(strings.NewReader("a\r\n\nb\nlast"), 0))
	if got := strings.Join(texts, "|"); got != "a||b|last" || !errors.Is(err, io.EOF) {
		t.Fatalf("got %q, %v", got, err)
	}
	if !last.Partial {
		t.Error("a last line without an end must be marked partial")
	}
}

func TestLinesOverlongIsCutAndTheNextIsWhole(t *testing.T) {
	long := strings.Repeat("x", 700<<10)
	texts, _, _ := collect(t, NewLines(strings.NewReader("a\n"+long+"\nb\n"), 300<<10))
	if len(texts) != 3 || len(texts[1]) != 300<<10 || texts[2] != "b" {
		t.Fatalf("got %d lines", len(texts))
	}
}

func TestLinesKeepsWhatCameBeforeAReadError(t *testing.T) {
	broken := errors.New("broken")
	l := NewLines(io.MultiReader(strings.NewReader("a\nb\ncut"), iotest.ErrReader(broken)), 0)
	texts, _, err := collect(t, l)
	if strings.Join(texts, "|") != "a|b" || !errors.Is(err, broken) || l.Rest() != 3 {
		t.Fatalf("got %q, %v, rest %d", texts, err, l.Rest())
	}
}

func TestLinesEqualSplitWhateverTheReads(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := strings.Join(rapid.SliceOf(rapid.StringMatching(`[a-c\n]{0,9}|[a-c]{100}\n`)).Draw(t, "in"), "")
		r := io.Reader(strings.NewReader(in))
		if rapid.Bool().Draw(t, "bytewise") {
			r = iotest.OneByteReader(r)
		}
		texts, _, _ := collect(t, NewLines(r, 0))
		want := strings.Split(in, "\n")
		if want[len(want)-1] == "" {
			want = want[:len(want)-1]
		}
		if strings.Join(texts, "\n") != strings.Join(want, "\n") || len(texts) != len(want) {
			t.Fatalf("got %q want %q", texts, want)
		}
	})
}
