package auditd

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
)

// starts lists what a log says of the lives of processes, sightings left out:
// which of them is told depends on what stood before. Offsets are left out too.
func starts(events []event.Event, skip map[uint64]bool) []string {
	var out []string
	for _, ev := range events {
		if ev.Kind != event.Snapshot && !skip[ev.Source.Serial] {
			ev.Source.Offset = 0
			out = append(out, show(ev))
		}
	}
	slices.Sort(out)
	return out
}

func same(t interface{ Fatalf(string, ...any) }, got, want []string) {
	if len(want) == 0 {
		t.Fatalf("nothing to compare")
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("%d events, want %d; at %d:\n%s\n%s", len(got), len(want), i, strings.Join(got[min(i, len(got)):min(i+1, len(got))], ""), strings.Join(want[min(i, len(want)):min(i+1, len(want))], ""))
		}
	}
}

// Trap 6: whatever the order of the records, the events are the same.
func TestTrap06AnyOrder(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := generate(rapid.Uint64().Draw(rt, "seed"), 60<<10, rapid.Bool().Draw(rt, "enriched"))
		window := rapid.IntRange(2, 1000).Draw(rt, "window")
		want, _ := read(t, Log, string(log))
		lines := bytes.SplitAfter(log, []byte("\n"))
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(rt, "order"), 0))
		for block := range slices.Chunk(lines, window) {
			r.Shuffle(len(block), func(i, j int) { block[i], block[j] = block[j], block[i] })
		}
		got, account := read(t, Log, string(bytes.Join(lines, nil)))
		if account.Malformed > 0 {
			rt.Fatalf("%+v", account)
		}
		same(rt, starts(got, nil), starts(want, nil))
	})
}

// Trap 6: a log from the newest line to the oldest, as some consoles export it,
// longer than what is held open.
func TestTrap06Backwards(t *testing.T) {
	log := generate(11, 8<<20, false)
	want, _ := read(t, Log, string(log))
	lines := strings.SplitAfter(string(log), "\n")
	slices.Reverse(lines)
	got, account := read(t, Log, strings.Join(lines, ""))
	if account.Malformed > 0 {
		t.Errorf("%+v", account)
	}
	same(t, starts(got, nil), starts(want, nil))
}

// Trap 6: so are they where the records of one event lie as far from each other as the
// log is long, and nothing is said to be missing that is there.
func TestTrap06FarApart(t *testing.T) {
	log := generate(12, 4<<20, false)
	want, inOrder := read(t, Log, string(log))
	for name, arrange := range map[string]func([]string){
		"sorted by type": slices.Sort[[]string],
		"sorted by type, falling": func(lines []string) {
			slices.Sort(lines)
			slices.Reverse(lines)
		},
		"shuffled": func(lines []string) {
			r := rand.New(rand.NewPCG(6, 6))
			r.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		},
		"a part behind what follows it": func(lines []string) {
			half := slices.Clone(lines[:len(lines)/2])
			copy(lines[copy(lines, lines[len(lines)/2:]):], half)
		},
	} {
		t.Run(name, func(t *testing.T) {
			lines := strings.SplitAfter(string(log), "\n")
			arrange(lines)
			got, account := read(t, Log, strings.Join(lines, ""))
			if account.Malformed > 0 || account.Gaps != inOrder.Gaps || account.Missing != inOrder.Missing || len(account.Warnings) != len(inOrder.Warnings) {
				t.Errorf("%+v", account)
			}
			same(t, starts(got, nil), starts(want, nil))
		})
	}
}

// Trap 6: records that lie too far from their event are told of, and so is the event.
func TestTrap06TooFarApart(t *testing.T) {
	var log strings.Builder
	const n = 2*maxApart/400 + maxOpen // each takes more than that, put by
	for i := range n {
		fmt.Fprintf(&log, "type=SYSCALL msg=audit(1700000000.000:%d): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=%d uid=0 euid=0 comm=\"x\" exe=\"/bin/x\"\n", i+1, i+10)
	}
	for _, serial := range []int{1, n} {
		fmt.Fprintf(&log, "type=EXECVE msg=audit(1700000000.000:%d): argc=1 a0=\"x\"\n", serial)
	}
	events, account := read(t, Log, log.String())
	var argv int
	for _, ev := range events {
		argv += len(ev.Proc.Argv)
	}
	if len(events) != n || argv != 1 {
		t.Errorf("%d starts with %d arguments, want %d with 1", len(events), argv, n)
	}
	var reasons []string
	for _, w := range account.Warnings {
		reasons = append(reasons, fmt.Sprintf("serial %d: %s", w.Source.Serial, w.Reason))
	}
	want := []string{
		"serial 1: " + reasonOrphanArgs,
		fmt.Sprintf("serial %d: %d starts lack their EXECVE record or a part of it, this the first: lost, left out or too far away", 1, n-1),
	}
	if !slices.Equal(reasons, want) {
		t.Errorf("warnings:\n%s\nwant:\n%s", strings.Join(reasons, "\n"), strings.Join(want, "\n"))
	}
}

// Trap 3: every line twice, side by side or some lines apart, counts once.
func TestTrap03EachLineTwice(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := generate(rapid.Uint64().Draw(rt, "seed"), 30<<10, false)
		want, before := read(t, Log, string(log))
		lines := bytes.SplitAfter(log, []byte("\n"))
		var twice []byte
		for block := range slices.Chunk(lines, rapid.IntRange(1, 100).Draw(rt, "apart")) {
			twice = append(twice, slices.Concat(bytes.Join(block, nil), bytes.Join(block, nil))...)
		}
		got, account := read(t, Log, string(twice))
		same(rt, starts(got, nil), starts(want, nil))
		if account.Used != before.Used || account.Duplicate == 0 {
			rt.Fatalf("used %d, want %d; %d duplicates", account.Used, before.Used, account.Duplicate)
		}
	})
}

// Trap 4: NUL bytes over any part of the log cost only the events whose records
// they touch.
func TestTrap04HoleAnywhere(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		log := generate(rapid.Uint64().Draw(rt, "seed"), 30<<10, rapid.Bool().Draw(rt, "enriched"))
		want, _ := read(t, Log, string(log))
		from := rapid.IntRange(0, len(log)-1).Draw(rt, "from")
		to := min(len(log), from+rapid.IntRange(1, 9000).Draw(rt, "size"))
		touched := map[uint64]bool{}
		for at := 0; at < len(log); {
			end := at + bytes.IndexByte(log[at:], '\n') + 1
			if end > from && at < to {
				var h header
				if h.parse(log[at:end-1], &lastStamp{}) == "" {
					touched[h.stamp.serial] = true
				}
			}
			at = end
		}
		clear(log[from:to])
		got, account := read(t, Log, string(log))
		if account.Skipped < int64(to-from) {
			rt.Fatalf("%d bytes skipped of a hole of %d", account.Skipped, to-from)
		}
		same(rt, starts(got, touched), starts(want, touched))
	})
}

// Trap 7: two hosts' logs merged line by line give what each gives alone.
func TestTrap07TwoHosts(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		seed := rapid.Uint64().Draw(rt, "seed")
		var lines [2][]string
		var want []string
		for i, host := range []string{"alpha", "beta"} {
			log := strings.ReplaceAll(string(generate(seed+uint64(i), 20<<10, false)), "type=", "node="+host+" type=")
			events, _ := read(t, Log, log)
			want = append(want, starts(events, nil)...)
			lines[i] = strings.SplitAfter(log, "\n")
		}
		slices.Sort(want)
		var merged strings.Builder
		for len(lines[0])+len(lines[1]) > 0 {
			i := rapid.IntRange(0, 1).Draw(rt, "host")
			if len(lines[i]) == 0 {
				i = 1 - i
			}
			n := min(len(lines[i]), 5)
			merged.WriteString(strings.Join(lines[i][:n], ""))
			lines[i] = lines[i][n:]
		}
		got, _ := read(t, Log, merged.String())
		same(rt, starts(got, nil), want)
	})
}

// However the input is read, and wherever it is cut, nothing else changes.
func TestReadsOfAnySize(t *testing.T) {
	log := string(generate(7, 40<<10, true))
	want, _ := read(t, Log, log)
	got, _ := readFrom(t, Log, iotest.OneByteReader(strings.NewReader(log)), false)
	for i := range want {
		if a, b := fmt.Sprintf("%+v", got[i]), fmt.Sprintf("%+v", want[i]); a != b {
			t.Fatalf("event %d:\n%s\n%s", i, a, b)
		}
	}
}

// A hole larger than any buffer, and a line that never ends, are passed over in
// bounded memory; the records around them are read.
func TestTrap04HugeHole(t *testing.T) {
	record := string(generate(3, 1, false))
	for name, filler := range map[string]byte{"NUL": 0, "endless line": 'x'} {
		t.Run(name, func(t *testing.T) {
			hole := strings.Repeat(string(filler), 3*maxLine+17)
			events, account := read(t, Log, "type=EOE msg=audit(1700000000.000:1): \n"+hole+record)
			alone, _ := read(t, Log, record)
			if len(events) != len(alone) || account.Skipped != int64(len(hole)) {
				t.Errorf("%d events, want %d; skipped %d, want %d", len(events), len(alone), account.Skipped, len(hole))
			}
		})
	}
}
