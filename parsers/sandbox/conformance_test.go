package sandbox

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// data gives a folder of the public data sets, or skips the test.
func data(t testing.TB, path string) string {
	t.Helper()
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	dir := filepath.Join(root, filepath.FromSlash(path))
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the data sets are not here (set ODDKIN_DATA): %v", err)
	}
	return dir
}

// files gives the files under dir whose names end in suffix.
func files(t testing.TB, dir, suffix string) (paths []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && strings.HasSuffix(path, suffix) {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// unzipped gives a file's content, decompressed if its name ends in .gz.
func unzipped(t testing.TB, path string) []byte {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var r io.Reader = f
	if strings.HasSuffix(path, ".gz") {
		if r, err = gzip.NewReader(f); err != nil {
			t.Fatal(err)
		}
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// read runs a format over content and checks the books.
func read(t testing.TB, name string, content io.Reader, raw bool) (events []event.Event, a *event.Account) {
	t.Helper()
	all, broken := io.ReadAll(content)
	again := func() io.Reader { // what content gave
		if broken != nil {
			return io.MultiReader(bytes.NewReader(all), iotest.ErrReader(broken))
		}
		return bytes.NewReader(all)
	}
	events, a, ended := readBy(t, name, again(), raw, 1)
	if ended != nil {
		t.Logf("ended: %v", ended)
	}
	if !a.Balanced() || a.Events != int64(len(events)) {
		t.Errorf("the account does not balance: %+v with %d events", a, len(events))
	}
	if testing.Short() && len(all) > 1<<20 { // the race detector takes a minute for them
		return events, a
	}
	defer func(old int) { blockSize = old }(blockSize)
	blockSize = max(len(all)/50, 64)
	same, books, end := readBy(t, name, again(), raw, 3)
	if !reflect.DeepEqual(same, events) || !reflect.DeepEqual(books, a) || fmt.Sprint(end) != fmt.Sprint(ended) {
		t.Errorf("three workers read %d events, %+v, %v; one reads %d, %+v, %v", len(same), books, end, len(events), a, ended)
	}
	return events, a
}

// readBy reads by so many goroutines. The error is why the report could not be read to its end.
func readBy(t testing.TB, name string, content io.Reader, raw bool, workers int) (events []event.Event, a *event.Account, ended error) {
	t.Helper()
	a = &event.Account{File: "report"}
	in := &ingest.Input{Name: "report", R: content, KeepRaw: raw, Account: a, Workers: workers}
	for e, err := range formatNamed(t, name).Events(in) {
		if err == nil {
			events = append(events, e)
		} else if _, ok := err.(event.Warning); !ok {
			ended = err
		}
	}
	return events, a, ended
}

func formatNamed(t testing.TB, name string) ingest.Format {
	t.Helper()
	for _, f := range Formats() {
		if f.Name() == name {
			return f
		}
	}
	t.Fatalf("no format %q", name)
	return nil
}

// claim gives the format of this package that is surest of content.
func claim(content []byte) (name string, m ingest.Match) {
	head := content[:min(len(content), ingest.HeadSize)]
	for _, f := range Formats() {
		if got := f.Detect(head); got.Confidence > m.Confidence {
			name, m = f.Name(), got
		}
	}
	return name, m
}

// triple is what identifies a process in both views of a report.
type triple struct {
	pid    uint32
	name   string
	parent uint32
}

// oracle reads the processes out of a report with encoding/json: the union of
// the list and the tree.
func oracle(t testing.TB, content []byte) map[triple]int {
	t.Helper()
	type node struct {
		PID      uint32 `json:"pid"`
		Name     string `json:"name"`
		Parent   uint32 `json:"parent_id"`
		Children []node `json:"children"`
	}
	var doc struct {
		Behavior struct {
			Processes []struct {
				PID    uint32 `json:"process_id"`
				Name   string `json:"process_name"`
				Parent uint32 `json:"parent_id"`
			} `json:"processes"`
			Tree []node `json:"processtree"`
		} `json:"behavior"`
	}
	if err := json.Unmarshal(content, &doc); err != nil {
		t.Fatal(err)
	}
	all := map[triple]int{}
	for _, p := range doc.Behavior.Processes {
		all[triple{p.PID, p.Name, p.Parent}]++
	}
	var walk func([]node)
	walk = func(nodes []node) {
		for _, n := range nodes {
			if id := (triple{n.PID, n.Name, n.Parent}); all[id] == 0 {
				all[id] = 1
			}
			walk(n.Children)
		}
	}
	walk(doc.Behavior.Tree)
	return all
}

func TestCAPEReportsGiveTheUnionOfListAndTree(t *testing.T) {
	paths := slices.Concat(files(t, data(t, "conformance/sandbox/cape"), ".json.gz"), files(t, data(t, "conformance/sandbox/cape_lite"), ".json.gz"))
	if len(paths) != 24 {
		t.Errorf("%d reports, want 24", len(paths))
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			content := unzipped(t, path)
			if name, m := claim(content); name != "cape" || m.Confidence < 80 {
				t.Errorf("taken for %q: %+v", name, m)
			}
			events, a := read(t, "cape", bytes.NewReader(content), false)
			got := map[triple]int{}
			for _, e := range events {
				got[triple{e.Proc.PID, e.Proc.Name, e.Parent.PID}]++
				if !bytes.HasPrefix(content[e.Source.Offset:], []byte("{")) {
					t.Errorf("offset %d of pid %d is no object", e.Source.Offset, e.Proc.PID)
				}
			}
			want := oracle(t, content)
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
			if a.Truncated || a.Malformed > 0 || len(want) > 0 && len(a.Warnings) > 0 {
				t.Errorf("account: %+v", a)
			}
			if !slices.IsSortedFunc(events, func(x, y event.Event) int { return x.Time.Compare(y.Time) }) {
				t.Error("not in order of time")
			}
		})
	}
}
