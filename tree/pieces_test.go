package tree

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
)

// disturbed is a log with what logs have that were put together, copied, or written by a host that started anew.
func disturbed(t *rapid.T) []event.Event {
	all := workshop(rapid.IntRange(1, 150).Draw(t, "starts"))
	if rapid.Bool().Draw(t, "booted") { // serials begin anew, and the clock may be behind
		at := rapid.IntRange(0, len(all)-1).Draw(t, "boot")
		back := time.Duration(rapid.IntRange(-3, 3).Draw(t, "clock")) * 100 * time.Millisecond
		for i := at; i < len(all); i++ {
			all[i].Source.Serial = uint64(i - at + 1)
			all[i].Time = all[i].Time.Add(back)
		}
	}
	for range rapid.IntRange(0, 30).Draw(t, "late") { // records out of order
		i := rapid.IntRange(0, len(all)-1).Draw(t, "from")
		j := min(len(all)-1, i+rapid.IntRange(0, 40).Draw(t, "by"))
		all[i].Time, all[j].Time = all[j].Time, all[i].Time
	}
	if rapid.Bool().Draw(t, "copied") {
		from := rapid.IntRange(0, len(all)-1).Draw(t, "copied from")
		for _, e := range slices.Clone(all[from:]) {
			e.Source.File = "audit.log.1"
			all = append(all, e)
		}
	}
	if rapid.Bool().Draw(t, "turned round") {
		slices.Reverse(all)
	}
	return all
}

// In what pieces long lists are gone through makes no difference to a forest.
func TestPiecesDoNotMatter(t *testing.T) {
	usual := perPiece
	defer func() { perPiece = usual }()
	rapid.Check(t, func(t *rapid.T) {
		events, o := disturbed(t), Options{Records: true}
		perPiece = usual
		want := written(Build(slices.Values(events), o))
		perPiece = rapid.IntRange(1, 60).Draw(t, "piece")
		if got := written(Build(slices.Values(events), o)); got != want {
			t.Fatalf("in pieces of %d: %s", perPiece, firstDifference(want, got))
		}
	})
}

// Pieces that each hold a record of the beginning are not joined one by one, which would take the square of their number.
func TestSettlingGivesUp(t *testing.T) {
	usual := perPiece
	defer func() { perPiece = usual }()
	perPiece = 10
	h := &host{store: newStore()}
	var recs []record
	for i := range 10_000 {
		at := int64(i + 10_000)
		if i%10 == 5 {
			at = int64(i)
		}
		recs = append(recs, record{at: at, serial: serial{uint32(i + 1)}, told: telling(kindExit, 0)})
	}
	if h.settleIn(recs) {
		t.Error("it takes whatever it takes")
	}
}

// Records are put in order whether they are sorted at once or in pieces that are then joined.
func TestSettlingInPieces(t *testing.T) {
	usual := perPiece
	defer func() { perPiece = usual }()
	rapid.Check(t, func(t *rapid.T) {
		h := &host{store: newStore()}
		var recs []record
		for i := range rapid.IntRange(0, 300).Draw(t, "records") {
			at := int64(i + rapid.IntRange(-9, 9).Draw(t, "off"))
			recs = append(recs, record{at: at, serial: serial{uint32(i + 1)}, told: telling(kindExit, 0)})
		}
		want := slices.Clone(recs)
		slices.SortStableFunc(want, h.compare)
		perPiece = rapid.IntRange(1, 100).Draw(t, "piece")
		if !h.settleIn(recs) {
			t.Skip("too far out of order")
		}
		if !slices.Equal(recs, want) {
			t.Fatalf("in pieces of %d: %v, want %v", perPiece, recs, want)
		}
	})
}
