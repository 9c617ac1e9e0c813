package plaincsv

import (
	"bufio"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
)

// Some hundred texts, good and damaged, against what Python reads in them.
func TestListsAsPythonReadsThem(t *testing.T) {
	f, err := os.Open("testdata/literals.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	good, bad := 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c struct {
			Text  string
			Names []string
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		got, err := List(c.Text)
		switch {
		case c.Names == nil:
			bad++
			if err == nil {
				t.Errorf("%q: read as %q, for Python it is no list of strings", c.Text, got)
			}
		case err != nil || !slices.Equal(got, c.Names):
			t.Errorf("%q: read as %q (%v), Python reads %q", c.Text, got, err, c.Names)
		default:
			good++
		}
	}
	if good < 100 || bad < 50 {
		t.Errorf("compared %d good lists and %d bad ones: too few", good, bad)
	}
}

func TestListErrorsSayWhere(t *testing.T) {
	for text, says := range map[string]string{
		"":            "byte 1 of the list: no [",
		"curl,bash":   "byte 1 of the list: no [",
		"['a' b]":     "byte 6 of the list: neither a comma nor ]",
		"['a', 1]":    "byte 7 of the list: no string",
		"['a', b'x']": "byte 7 of the list: no string",
		"['a":         "without an end",
		`['a\`:        "without an end",
		`['\ud800']`:  `"\\ud800" is no character`,
		`['\N{DOT}']`: "by name",
		`['\x4`:       "cut short",
		"['a'] ['b']": "byte 7 of the list: more text",
		"['a'":        "byte 5 of the list: neither a comma nor ]",
		"['a',":       "byte 6 of the list: no string",
		"['a\n']":     "a line ends inside a string",
	} {
		if got, err := List(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %q, error %v, which should speak of %q", text, got, err, says)
		}
	}
}

// What List has read, written as Python writes it, is read as the same.
func FuzzList(f *testing.F) {
	for _, s := range []string{`['a', "b"]`, `['\x41\n\777\u0041' 'b',]`, `[u'', '''x''']`, "['a\\\r\nb']"} {
		f.Add(s)
	}
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\r", `\r`)
	f.Fuzz(func(t *testing.T, text string) {
		names, err := List(text)
		if err != nil {
			return
		}
		var again strings.Builder
		again.WriteString("[")
		for _, n := range names {
			again.WriteString("'" + quote.Replace(n) + "', ")
		}
		again.WriteString("]")
		if got, err := List(again.String()); err != nil || !slices.Equal(got, names) {
			t.Fatalf("%q: %q, then %q (%v)", text, names, got, err)
		}
	})
}
