package lstm

import (
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// drawNet draws a small network of any shape, with weights large enough for the
// gates to leave their linear range.
func drawNet(t *rapid.T) *Weights {
	s := Shape{
		Rows:    rapid.IntRange(1, 9).Draw(t, "rows"),
		Embed:   rapid.IntRange(1, 9).Draw(t, "embed"),
		Hidden1: rapid.IntRange(1, 11).Draw(t, "hidden1"),
		Hidden2: rapid.IntRange(1, 7).Draw(t, "hidden2"),
	}
	w := New(s, rapid.Uint64().Draw(t, "seed"))
	r := rand.New(rand.NewPCG(1, 2))
	for _, p := range w.Tensors() {
		for i := range p.Data {
			p.Data[i] += float32(r.NormFloat64() * 0.7)
		}
	}
	return w
}

// drawBatch draws sequences with ragged tails, empty ones and shared beginnings
// included, over tokens of none to four rows.
func drawBatch(t *rapid.T, s Shape, most int) Batch {
	bag := rapid.Custom(func(t *rapid.T) Bag {
		b := Bag{Rows: rapid.SliceOfN(rapid.Int32Range(0, int32(s.Rows-1)), 0, 4).Draw(t, "bag")}
		if rapid.Bool().Draw(t, "scaled") {
			b.Scale = rapid.SliceOfN(rapid.Float32Range(-1, 1), len(b.Rows), len(b.Rows)).Draw(t, "scale")
		}
		return b
	})
	tokens := rapid.SliceOfN(bag, 1, 5).Draw(t, "tokens")
	seq := rapid.SliceOfN(rapid.Int32Range(0, int32(len(tokens)-1)), 0, 12)
	return Batch{Tokens: tokens, Seqs: rapid.SliceOfN(seq, 1, most).Draw(t, "seqs")}
}

func TestLogitsAgreeWithReference(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := drawNet(t)
		b := drawBatch(t, w.Shape, 40)
		if err := b.Check(w.Shape); err != nil {
			t.Fatal(err)
		}
		got := make([]float32, len(b.Seqs))
		w.Logits(b, got)
		ref := reference(w)
		for i, q := range b.Seqs {
			want := ref.logit(b.Tokens, q)
			// Up to 12 steps of sums of some 30 float32 terms of order 1.
			if math.Abs(float64(got[i])-want) > 2e-5*(1+math.Abs(want)) {
				t.Fatalf("sequence %v: logit %v, reference %v", q, got[i], want)
			}
		}
	})
}

func TestLogitIsIndependentOfItsBatchAndCores(t *testing.T) {
	w := New(Shape{Rows: 50, Embed: 16, Hidden1: 12, Hidden2: 8}, 7)
	b := randomBatch(3*scoreChunk+17, 50, 3)
	whole := make([]float32, len(b.Seqs))
	w.Logits(b, whole)
	for _, cores := range []int{1, 3, 8} {
		was := runtime.GOMAXPROCS(cores)
		again := make([]float32, len(b.Seqs))
		w.Logits(b, again)
		runtime.GOMAXPROCS(was)
		if !slices.Equal(whole, again) {
			t.Fatalf("%d cores give other bits", cores)
		}
	}
	for i := range 50 {
		alone := make([]float32, 1)
		w.Logits(Batch{b.Tokens, b.Seqs[i*7:][:1]}, alone)
		if alone[0] != whole[i*7] {
			t.Fatalf("sequence %d: %v alone, %v in its batch", i*7, alone[0], whole[i*7])
		}
	}
}

func TestBlocksOfManyTokensAgree(t *testing.T) {
	// More distinct tokens than one block projects.
	w := New(Shape{Rows: 300, Embed: 3, Hidden1: 2, Hidden2: 2}, 1)
	b := Batch{Tokens: make([]Bag, 2*scoreTokens+5)}
	for i := range b.Tokens {
		b.Tokens[i] = Bag{Rows: []int32{int32(i % 300), int32(i / 300)}}
	}
	for i := 0; i+3 <= len(b.Tokens); i += 3 {
		b.Seqs = append(b.Seqs, []int32{int32(i), int32(i + 2), int32(len(b.Tokens) - 1 - i)})
	}
	got := make([]float32, len(b.Seqs))
	w.Logits(b, got)
	ref := reference(w)
	for i := 0; i < len(b.Seqs); i += 997 {
		if want := ref.logit(b.Tokens, b.Seqs[i]); math.Abs(float64(got[i])-want) > 1e-5 {
			t.Fatalf("sequence %d: logit %v, reference %v", i, got[i], want)
		}
	}
}

func TestCheckRefuses(t *testing.T) {
	s := Shape{Rows: 3, Embed: 1, Hidden1: 1, Hidden2: 1}
	nan := float32(math.NaN())
	for name, b := range map[string]Batch{
		"row past the table":  {Tokens: []Bag{{Rows: []int32{3}}}},
		"negative row":        {Tokens: []Bag{{Rows: []int32{-1}}}},
		"too few scales":      {Tokens: []Bag{{Rows: []int32{1, 2}, Scale: []float32{1}}}},
		"scale not a number":  {Tokens: []Bag{{Rows: []int32{1}, Scale: []float32{nan}}}},
		"token past the list": {Tokens: []Bag{{}}, Seqs: [][]int32{{0, 1}}},
		"negative token":      {Tokens: []Bag{{}}, Seqs: [][]int32{{-1}}},
	} {
		if b.Check(s) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestLayoutSharesBeginningsAndEndings(t *testing.T) {
	var l Layout
	l.Build([][]int32{{0, 1, 2}, {0, 1, 3}, {0, 1, 2}, {}, {4, 2}})
	// Beginnings: 0, 4 | 01, 42 | 012, 013. Endings: 2, 3 | 12, 13, 42 | 012, 013.
	if got := l.Forward.Rows(); got != 6 {
		t.Errorf("forward has %d rows, want 6", got)
	}
	if got := l.Backward.Rows(); got != 7 {
		t.Errorf("backward has %d rows, want 7", got)
	}
	if got := l.Second.Rows(); got != 11 {
		t.Errorf("second has %d rows, want one a position: 11", got)
	}
	if l.Last[3] != -1 {
		t.Errorf("the empty sequence ends in row %d", l.Last[3])
	}
}

// randomBatch draws n sequences of 2 to 8 tokens, common ones first, over a
// vocabulary of single rows.
func randomBatch(n, rows int, seed uint64) Batch {
	r := rand.New(rand.NewPCG(seed, 0))
	b := Batch{Tokens: make([]Bag, rows)}
	for i := range b.Tokens {
		b.Tokens[i] = Bag{Rows: []int32{int32(i)}}
	}
	for range n {
		q := make([]int32, 2+r.IntN(7))
		for j := range q {
			q[j] = int32(float64(rows) * math.Pow(r.Float64(), 2.5))
		}
		b.Seqs = append(b.Seqs, q)
	}
	return b
}
