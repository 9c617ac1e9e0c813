package auditd

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

// transcript is everything that reading yields and counts, in its order. shift is
// taken off every offset.
func transcript(f ingest.Format, r io.Reader, workers int, shift int64) (string, *event.Account) {
	var b strings.Builder
	account := &event.Account{}
	for ev, err := range f.Events(&ingest.Input{Name: "audit.log", R: r, Workers: workers, Account: account}) {
		var w event.Warning
		if errors.As(err, &w) {
			w.Source.Offset -= shift
			fmt.Fprintln(&b, w)
			continue
		}
		ev.Source.Offset -= shift
		fmt.Fprintf(&b, "%+v %v\n", ev, err)
	}
	return b.String(), account
}

// spoil does to a log what crashes, disks and intruders do: holes, cuts, lost
// line ends, wrong bytes, pieces twice, lines elsewhere.
func spoil(log []byte, r *rand.Rand) []byte {
	log = bytes.Clone(log)
	for range r.IntN(30) {
		at := r.IntN(len(log) - 1000)
		piece := log[at : at+r.IntN(1000)]
		switch r.IntN(6) {
		case 0:
			clear(piece)
		case 1:
			log = append(log[:at], log[at+len(piece):]...)
		case 2:
			log[at] = byte(r.IntN(256))
		case 3:
			to := r.IntN(len(log))
			log = append(log[:to], append(bytes.Clone(piece), log[to:]...)...)
		case 4:
			if i := bytes.IndexByte(piece, '\n'); i >= 0 {
				piece[i] = ' '
			}
		case 5: // a line longer than any is read
			long := bytes.Repeat([]byte("type=x "), maxLine*2/7)
			log = append(log[:at], append(long, log[at:]...)...)
		}
	}
	return log
}

// What is yielded and counted does not depend on the number of workers, nor on
// how the stream delivers.
func TestWorkersMakeNoDifference(t *testing.T) {
	check := func(t interface{ Fatalf(string, ...any) }, f ingest.Format, log []byte) {
		want, account := transcript(f, bytes.NewReader(log), 1, 0)
		if want == "" || !account.Balanced() {
			t.Fatalf("%+v", account)
		}
		for _, workers := range []int{2, 7} {
			got, counts := transcript(f, iotest.HalfReader(bytes.NewReader(log)), workers, 0)
			if got != want || fmt.Sprint(*counts) != fmt.Sprint(*account) {
				t.Fatalf("%d workers: %+v\none: %+v", workers, counts, account)
			}
		}
	}
	t.Run("generated", func(t *testing.T) {
		for seed := range uint64(12) {
			log := generate(seed, 3*blockSize, seed%2 == 0)
			check(t, Log, spoil(log, rand.New(rand.NewPCG(seed, 0))))
		}
	})
	t.Run("recorded", func(t *testing.T) {
		files, _ := filepath.Glob("../../samples/linux/*/*.log*")
		for _, path := range files {
			log, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if best(log) == Log.Name() {
				check(t, Log, bytes.Repeat(log, 1+4*blockSize/len(log)))
			}
		}
	})
}

// Where the blocks begin makes no difference: a comment before a log moves
// everything and changes nothing.
func TestBlocksMakeNoDifference(t *testing.T) {
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 1))
		log := append([]byte("\n"), spoil(generate(seed, 3*blockSize, false), r)...)
		shift := 1 + r.IntN(maxLine-2)
		want, before := transcript(Log, bytes.NewReader(log), 1, 0)
		got, after := transcript(Log, bytes.NewReader(append(bytes.Repeat([]byte("#"), shift), log...)), 1, int64(shift))
		if got != want {
			t.Fatalf("seed %d differs:\n%+v\n%+v", seed, before, after)
		}
		if after.Used != before.Used || after.Duplicate != before.Duplicate || after.Malformed != before.Malformed || after.NotNeeded != before.NotNeeded+1 {
			t.Fatalf("seed %d: counts differ:\n%+v\n%+v", seed, before, after)
		}
	}
}

// A receiver that stops early, and a stream that breaks, leave no worker behind:
// the stream is not touched afterwards.
func TestWorkersEndWithTheReading(t *testing.T) {
	log := generate(5, 4<<20, false)
	broken := errors.New("broken")
	for name, stop := range map[string]int{"receiver stops": 100, "stream breaks": -1} {
		t.Run(name, func(t *testing.T) {
			r := &watched{r: io.MultiReader(bytes.NewReader(log), iotest.ErrReader(broken))}
			n := 0
			var last error
			account := &event.Account{}
			for _, err := range Log.Events(&ingest.Input{R: r, Workers: 7, Account: account}) {
				last = err
				if n++; n == stop {
					break
				}
			}
			r.over = true // the race detector sees a read after this
			if stop < 0 && (!errors.Is(last, broken) || !account.Truncated || account.Bytes != int64(len(log))) {
				t.Errorf("%v, %+v", last, account)
			}
		})
	}
}

type watched struct {
	r    io.Reader
	over bool
}

func (w *watched) Read(b []byte) (int, error) {
	if w.over {
		panic("read after the end")
	}
	return w.r.Read(b)
}
