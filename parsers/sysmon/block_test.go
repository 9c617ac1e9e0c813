package sysmon

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/crew"
	"oddkin/parsers/internal/ingest"
)

// transcript is everything that reading yields and counts, in its order.
func transcript(in *ingest.Input, size int, whole bool) string {
	var b strings.Builder
	in.Name, in.Account = "log", &event.Account{}
	r := newReader(in, func(ev event.Event, err error) bool {
		if ev.Remote != nil {
			fmt.Fprintf(&b, "%+v ", *ev.Remote)
		}
		if ev.Raw != nil {
			raw, _ := ev.Raw.MarshalJSON()
			fmt.Fprintf(&b, "%s ", raw)
		}
		ev.Remote, ev.Raw = nil, nil
		fmt.Fprintf(&b, "%+v %v\n", ev, err)
		return true
	}, size)
	if whole { // every object as the stream finds it
		source := &blocks{r: in.R, size: size}
		r.crew = crew.New(1, source.next, func() func(*block) {
			return func(b *block) { *b = block{buf: b.buf, text: b.text, offset: b.offset, err: b.err, first: b.first} }
		})
	}
	r.run()
	fmt.Fprintf(&b, "%+v\n", *in.Account)
	if !in.Account.Balanced() {
		b.WriteString("NOT BALANCED\n")
	}
	return b.String()
}

// differs compares what workers make of an input in blocks with what the stream
// alone makes of it.
func differs(in []byte, raw bool, sizes ...int) string {
	want := transcript(&ingest.Input{R: bytes.NewReader(in), KeepRaw: raw}, blockSize, true)
	for _, size := range sizes {
		for _, workers := range []int{1, 3} {
			got := transcript(&ingest.Input{R: bytes.NewReader(in), KeepRaw: raw, Workers: workers}, size, false)
			if got != want {
				return fmt.Sprintf("blocks of %d bytes, %d workers: %s", size, workers, firstDifference(got, want))
			}
		}
	}
	return ""
}

func firstDifference(got, want string) string {
	a, b := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("line %d\ngot  %s\nwant %s", i, a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, want %d", len(a), len(b))
}

// Neither workers nor where blocks begin make a difference: not to any public log.
func TestBlocksMakeNoDifference(t *testing.T) {
	for _, path := range files(t, ".json .json.gz .jsonl .txt .txt.gz .ini", "full", "conformance") {
		in := load(t, path)
		sizes := []int{300, 5000, blockSize}
		if len(in) > 1<<20 {
			sizes = []int{30000, blockSize}
		}
		if d := differs(in, false, sizes...); d != "" {
			t.Errorf("%s: %s", filepath.Base(path), d)
		}
	}
	for i, in := range scenarioInputs(t) {
		for _, raw := range []bool{false, true} {
			if d := differs(in, raw, 16, 40, 100, 300, 1000, blockSize); d != "" {
				t.Errorf("scenario %d: %s", i, d)
			}
		}
	}
}

// spoil does to a log what crashes, disks and intruders do.
func spoil(log []byte, r *rand.Rand) []byte {
	log = bytes.Clone(log)
	for range r.IntN(12) {
		at := r.IntN(len(log))
		piece := log[at:min(len(log), at+r.IntN(300))]
		switch r.IntN(5) {
		case 0:
			clear(piece)
		case 1:
			log = append(log[:at], log[at+len(piece):]...)
		case 2:
			log[at] = byte(r.IntN(256))
		case 3:
			to := r.IntN(len(log))
			log = append(log[:to:to], append(bytes.Clone(piece), log[to:]...)...)
		case 4:
			const marks = "\"{}[],:\n\\ "
			log[at] = marks[r.IntN(len(marks))]
		}
		if len(log) == 0 {
			return []byte("{")
		}
	}
	return log
}

// Nor to a damaged one.
func TestBlocksMakeNoDifferenceToDamage(t *testing.T) {
	inputs := scenarioInputs(t)
	for seed := range uint64(400) {
		r := rand.New(rand.NewPCG(seed, 7))
		in := spoil(bytes.Repeat(inputs[r.IntN(len(inputs))], 1+r.IntN(4)), r)
		if d := differs(in, false, 16+r.IntN(100), 200+r.IntN(2000)); d != "" {
			t.Fatalf("seed %d: %s", seed, d)
		}
	}
}

// Most objects of a log are digested by workers, whatever its layout.
func TestLayoutsAreCutBetweenObjects(t *testing.T) {
	object := strings.TrimSpace(exit)
	pretty := strings.NewReplacer(`{`, "{\n    ", `,"`, ",\n    \"", `}`, "\n  }").Replace(object)
	for name, in := range map[string]string{
		"lines":           strings.Repeat(object+"\n", 200),
		"one line":        "[" + strings.Repeat(object+",", 200) + object + "]",
		"spaced":          "[" + strings.Repeat(object+", ", 200) + object + "]",
		"indented array":  "[\n  " + strings.Repeat(pretty+",\n  ", 200) + pretty + "\n]\n",
		"over many lines": strings.Repeat(strings.ReplaceAll(pretty, "\n  ", "\n")+"\n", 200),
	} {
		source := &blocks{r: strings.NewReader(in), size: 2000}
		d := newDigester(&ingest.Input{})
		whole, n := 0, 0
		for last := false; !last; n++ {
			var b block
			last = source.next(&b)
			if d.digest(&b); b.done == len(b.text) {
				whole++
			}
		}
		if whole < n-2 {
			t.Errorf("%s: %d of %d blocks hold by themselves", name, whole, n)
		}
	}
}

// A stream that breaks gives what came before it to any number of workers, and is
// not touched afterwards.
func TestWorkersEndWithTheReading(t *testing.T) {
	broken := errors.New("broken")
	log := []byte(strings.Repeat(exit, 5000))
	for _, workers := range []int{1, 5} {
		in := &ingest.Input{R: io.MultiReader(bytes.NewReader(log), iotest.ErrReader(broken)), Workers: workers}
		got := transcript(in, 4096, false)
		if !strings.Contains(got, "broken\n") || in.Account.Records != 5000 || !in.Account.Truncated {
			t.Errorf("%+v", in.Account)
		}
		over := false
		watched := readerFunc(func(p []byte) (int, error) {
			if over {
				panic("read after the end")
			}
			return bytes.NewReader(log).Read(p)
		})
		for range (format{}).Events(&ingest.Input{R: watched, Workers: workers, Account: &event.Account{}}) {
			break
		}
		over = true
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// FuzzBlocks looks for an input of which workers, in blocks, make something else
// than the stream.
func FuzzBlocks(f *testing.F) {
	for _, in := range scenarioInputs(f) {
		f.Add(in, uint16(100))
		f.Add(in, uint16(700))
	}
	f.Fuzz(func(t *testing.T, in []byte, size uint16) {
		if d := differs(in, false, max(16, int(size))); d != "" {
			t.Fatal(d)
		}
	})
}
