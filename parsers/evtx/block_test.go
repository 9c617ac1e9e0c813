package evtx

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// transcript is everything that reading yields and counts, in its order.
func transcript(r io.Reader, workers int, raw bool) (string, event.Account) {
	var b strings.Builder
	account := event.Account{}
	for ev, err := range (format{}).Events(&ingest.Input{Name: "log", R: r, Workers: workers, KeepRaw: raw, Account: &account}) {
		if ev.Remote != nil {
			fmt.Fprintf(&b, "%+v ", *ev.Remote)
		}
		if ev.Raw != nil {
			text, _ := ev.Raw.MarshalJSON()
			fmt.Fprintf(&b, "%s ", text)
		}
		ev.Remote, ev.Raw = nil, nil
		fmt.Fprintf(&b, "%+v %v\n", ev, err)
	}
	fmt.Fprintf(&b, "%+v\n", account)
	if !account.Balanced() {
		b.WriteString("NOT BALANCED\n")
	}
	return b.String(), account
}

// spoil does to a log what crashes and disks do.
func spoil(log []byte, r *rand.Rand) []byte {
	log = bytes.Clone(log)
	for range r.IntN(20) {
		at := r.IntN(len(log))
		piece := log[at:min(len(log), at+r.IntN(5000))]
		switch r.IntN(3) {
		case 0:
			clear(piece)
		case 1:
			log[at] = byte(r.IntN(256))
		case 2:
			log = append(log[:at:at], log[at+len(piece):]...)
		}
		if len(log) == 0 {
			return []byte{0}
		}
	}
	return log
}

// The number of workers makes no difference, to any public log, whole or damaged.
func TestWorkersMakeNoDifference(t *testing.T) {
	several := 0
	for i, path := range logs(t, "conformance", "train/windows") {
		whole, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, log := range [][]byte{whole, spoil(whole, rand.New(rand.NewPCG(uint64(i), 3)))} {
			raw := i%4 == 0
			want, account := transcript(bytes.NewReader(log), 1, raw)
			if len(log) > 4*chunkSize && account.Records > 1 {
				several++
			}
			for _, workers := range []int{2, 5} {
				if got, _ := transcript(iotest.HalfReader(bytes.NewReader(log)), workers, raw); got != want {
					t.Errorf("%s: %d workers differ", filepath.Base(path), workers)
				}
			}
		}
	}
	if several == 0 {
		t.Error("no log has several chunks")
	}
}

// A stream that breaks gives what came before it to any number of workers.
func TestWorkersEndWithTheReading(t *testing.T) {
	l := newLog()
	for n := uint64(1); n <= 20; n++ {
		l.Add(n, start(uint32(n), `C:\a.exe`, strings.Repeat("a", 15000)))
	}
	log := l.Bytes()
	broken := errors.New("broken")
	for _, workers := range []int{1, 5} {
		text, account := transcript(io.MultiReader(bytes.NewReader(log), iotest.ErrReader(broken)), workers, false)
		if len(log) < 4*chunkSize || !strings.Contains(text, "broken\n") || !account.Truncated || account.Records != 20 {
			t.Errorf("%d workers: %+v", workers, account)
		}
	}
}
