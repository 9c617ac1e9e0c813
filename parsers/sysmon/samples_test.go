package sysmon

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// TestSamples reads the Windows samples to their last record and finds the
// chains of the attack in them by pid and GUID alone, without package tree.
func TestSamples(t *testing.T) {
	for file, distinct := range map[string]int{"workstation.json.gz": 80, "webserver.json": 30, "management.json": 20} {
		t.Run(file, func(t *testing.T) {
			dir := "../../samples/windows"
			events, account, err := read(bytes.NewReader(load(t, filepath.Join(dir, file))))
			if err != nil || !account.Balanced() || account.Malformed+account.Duplicate+account.Skipped > 0 || len(account.Warnings) > 0 {
				t.Fatalf("%+v, %v", account, err)
			}
			chains := chainsOf(events)
			if len(chains) < distinct {
				t.Errorf("%d distinct chains, want %d", len(chains), distinct)
			}
			name, _, _ := strings.Cut(file, ".")
			want, err := os.ReadFile(filepath.Join(dir, name+".attack.txt"))
			if err != nil {
				t.Fatal(err)
			}
			for line := range strings.Lines(string(want)) {
				if line = strings.TrimSpace(line); !chains[line] {
					t.Errorf("no chain %s", line)
				}
			}
		})
	}
}

// chainsOf names every process by its line of ancestors. Samples are in the
// order of time, so the last process with the parent's pid is the parent.
func chainsOf(events []event.Event) map[string]bool {
	chains := map[string]bool{}
	byPID := map[uint32]string{4: "System"}
	byGUID := map[string]string{}
	for i := range events {
		ev := &events[i]
		if ev.Kind != event.Exec {
			continue
		}
		parent, ok := byGUID[ev.Parent.GUID]
		if !ok || ev.Parent.GUID == "" {
			parent = byPID[ev.Parent.PID]
		}
		line := parent + " > " + ev.Proc.Base()
		chains[line], byPID[ev.Proc.PID] = true, line
		if ev.Proc.GUID != "" {
			byGUID[ev.Proc.GUID] = line
		}
	}
	return chains
}
