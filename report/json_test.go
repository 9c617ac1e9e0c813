package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"
)

func TestJSON(t *testing.T) {
	golden(t, "webserver.json", render(t, webServer(), JSON, Style{}))
	golden(t, "webserver.jsonl", render(t, webServer(), JSONLines, Style{}))
}

func TestCSV(t *testing.T) {
	golden(t, "webserver.csv", render(t, webServer(), CSV, Style{}))
}

// TestJSONIsTheDocument holds the streamed form equal to what encoding/json
// makes of the same document, and both to what is read back.
func TestJSONIsTheDocument(t *testing.T) {
	for name, d := range map[string]*Document{
		"webserver": webServer(), "forest": forestDocument(), "empty": New(Values{}, Options{}),
		"empty forest": New(Values{}, Options{Nodes: All}),
	} {
		out := render(t, d, JSON, Style{})
		var got Document
		if err := json.Unmarshal(out, &got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if !reflect.DeepEqual(&got, d) {
			t.Errorf("%s: reading it back gives another document", name)
		}
		var streamed, whole bytes.Buffer
		if err := json.Compact(&streamed, out); err != nil {
			t.Fatal(err)
		}
		e := json.NewEncoder(&whole)
		e.SetEscapeHTML(false)
		if err := e.Encode(d); err != nil {
			t.Fatal(err)
		}
		if want := strings.TrimSpace(whole.String()); streamed.String() != want {
			t.Errorf("%s: the streamed form differs from encoding/json's", name)
		}
		if strings.Contains(streamed.String(), ":null") {
			t.Errorf("%s: a list is null", name)
		}
	}
}

func TestJSONLinesStandAlone(t *testing.T) {
	d := webServer()
	lines := strings.Split(strings.TrimSuffix(string(render(t, d, JSONLines, Style{})), "\n"), "\n")
	if len(lines) != len(d.Findings) {
		t.Fatalf("%d lines for %d findings", len(lines), len(d.Findings))
	}
	for i, s := range lines {
		var l Line
		if err := json.Unmarshal([]byte(s), &l); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(l.Finding, d.Findings[i]) || l.Model.Name != "base" || l.Flagged != (i < 3) {
			t.Errorf("line %d: %+v", i+1, l)
		}
	}
}

// TestSchemaIsDocumented holds the list of fields in doc.go to the types.
func TestSchemaIsDocumented(t *testing.T) {
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	types := []reflect.Type{reflect.TypeFor[Document](), reflect.TypeFor[Line](), reflect.TypeFor[EvaluationDocument](), reflect.TypeFor[AblationDocument](), reflect.TypeFor[CardDocument]()}
	var lines []string
	for _, t := range types {
		lines = append(lines, fields(t)...)
	}
	for _, line := range lines {
		if !strings.Contains(string(doc), "//\t"+line+"\n") {
			t.Errorf("doc.go does not list\n//\t%s", line)
		}
	}
	if want := fmt.Sprintf("schema %d", Schema); !strings.Contains(string(doc), want) {
		t.Errorf("doc.go does not say %q", want)
	}
	for _, c := range csvHeader {
		if !strings.Contains(string(doc), c) {
			t.Errorf("doc.go does not list the column %s", c)
		}
	}
}

// fields lists each type of object reachable from typ with its keys; a question
// mark follows a key that may be absent.
func fields(typ reflect.Type) []string {
	var lines []string
	seen := map[reflect.Type]bool{}
	queue := []reflect.Type{typ}
	for len(queue) > 0 {
		typ := queue[0]
		queue = queue[1:]
		for typ.Kind() == reflect.Slice || typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		if typ.Kind() != reflect.Struct || typ == reflect.TypeFor[time.Time]() || seen[typ] {
			continue
		}
		seen[typ] = true
		var keys []string
		for i := range typ.NumField() {
			f := typ.Field(i)
			if !f.IsExported() {
				continue
			}
			queue = append(queue, f.Type)
			if f.Anonymous {
				keys = append(keys, "("+f.Name+")")
				continue
			}
			key, options, _ := strings.Cut(f.Tag.Get("json"), ",")
			if strings.HasPrefix(options, "omit") {
				key += "?"
			}
			keys = append(keys, key)
		}
		lines = append(lines, typ.Name()+": "+strings.Join(keys, " "))
	}
	return lines
}

// Chains that are made while they are written give the same bytes as those that are held.
func TestStreamedChainsReadAsHeldOnes(t *testing.T) {
	for _, paths := range []int{0, 2, All} {
		held, streamed := New(twoHosts(), Options{Paths: paths}), New(twoHosts(), Options{Paths: paths, Stream: true})
		for _, f := range []Format{Table, HTML, JSON, JSONLines, CSV} {
			want := render(t, held, f, Style{})
			if got := render(t, streamed, f, Style{}); !bytes.Equal(got, want) {
				t.Errorf("%s with %d chains a finding: got\n%s\nwant\n%s", f, paths, got, want)
			}
		}
		if n := len(streamed.Findings[0].Chains); n != 0 {
			t.Errorf("%d chains are held", n)
		}
	}
}
