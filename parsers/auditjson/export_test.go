package auditjson

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

// asExport writes entries as "journalctl -o export" does. Every third value is laid out
// as binary, which any may be.
func asExport(t *testing.T, entries string) []byte {
	var b bytes.Buffer
	n := 0
	for line := range strings.Lines(entries) {
		var fields map[string]json.RawMessage
		if err := json.Unmarshal([]byte(line), &fields); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&b, "__CURSOR=%s\n", "s=1")
		for name, value := range fields {
			var text []byte
			var s string
			var list []int
			switch {
			case name == "__CURSOR" || string(value) == "null":
				continue
			case json.Unmarshal(value, &s) == nil:
				text = []byte(s)
			case json.Unmarshal(value, &list) == nil:
				for _, c := range list {
					text = append(text, byte(c))
				}
			default:
				t.Fatalf("%s: %s", name, value)
			}
			if n++; (n%3 > 0 || strings.HasPrefix(name, "__")) && bytes.IndexFunc(text, func(c rune) bool { return c < ' ' || c == '�' }) < 0 {
				fmt.Fprintf(&b, "%s=%s\n", name, text)
				continue
			}
			fmt.Fprintf(&b, "%s\n%s%s\n", name, binary.LittleEndian.AppendUint64(nil, uint64(len(text))), text)
		}
		b.WriteString("\n")
	}
	return b.Bytes()
}

var places = regexp.MustCompile(`offset[= ]\d+`)

// TestJournalInEitherForm: a journal gives the same as JSON and in the export format.
func TestJournalInEitherForm(t *testing.T) {
	paths, _ := filepath.Glob("testdata/scenarios/journald*.txt")
	compared := 0
	for _, path := range paths {
		doc, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if doc.Files[0].Name != "journald" || strings.ContainsAny(string(doc.Files[0].Data), "<␞") && !strings.Contains(string(doc.Files[0].Data), "<Event>") {
			continue
		}
		in := asExport(t, scenarioInput(doc))
		if got := best(in); got != "journald-export" {
			t.Errorf("%s: taken for %q", path, got)
		}
		events, account := read(t, "journald-export", bytes.NewReader(in), false)
		var b strings.Builder
		for _, ev := range events {
			fmt.Fprintln(&b, show(ev))
		}
		b.WriteString(showAccount(account))
		got, want := places.ReplaceAllString(b.String(), ""), places.ReplaceAllString(string(doc.Files[1].Data), "")
		if got != want {
			t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
		}
		compared++
	}
	if compared < 4 {
		t.Errorf("only %d compared", compared)
	}
}
