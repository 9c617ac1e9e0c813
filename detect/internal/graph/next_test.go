package graph

import (
	"bytes"
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"

	"oddkin/detect/internal/lstm"
)

// grammarOfNext is a language in which what follows depends on the token before and on
// the first one, so that a table of pairs cannot know it.
func grammarOfNext(n int, seed uint64) Examples {
	r := rand.New(rand.NewPCG(seed, 3))
	var e Examples
	for range n {
		q := []int32{int32(r.IntN(2))}
		for range r.IntN(5) {
			q = append(q, 2+int32(r.IntN(10)))
		}
		next := q[len(q)-1] % 4
		if q[0] == 1 {
			next += 4
		}
		e.Seqs = append(e.Seqs, q)
		e.Classes = append(e.Classes, next)
	}
	return e
}

var groupSizes = []int{3, 1, 5}

func toyNext(n int) Dataset {
	return Dataset{Tokens: rowTokens(12), Train: grammarOfNext(n, 1), Valid: grammarOfNext(200, 2)}
}

func TestTheSuccessorLearnsWhatDependsOnTheBeginning(t *testing.T) {
	w := lstm.NewNext(12, 8, 12, groupSizes, 1)
	d := toyNext(3000)
	before := validateNext(w, d)
	r, err := TrainNext(context.Background(), w, d, Options{Seed: 1, Epochs: 12, Rate: 0.01}, nil)
	if err != nil {
		t.Fatal(err)
	}
	after := validateNext(w, d)
	if after != r.Epochs[r.Best].ValidLoss {
		t.Errorf("the weights left give %v, the best epoch had %v", after, r.Epochs[r.Best].ValidLoss)
	}
	// Pairs alone leave one bit, ln 2, undecided.
	if before < 1.5 || after > 0.1 {
		t.Errorf("surprise went from %.3f to %.3f nats", before, after)
	}
}

func TestTrainingTheSuccessorIsReproducible(t *testing.T) {
	var runs [2][]byte
	for i := range runs {
		w := lstm.NewNext(12, 8, 12, groupSizes, 5)
		if _, err := TrainNext(context.Background(), w, toyNext(300), Options{Seed: 2, Epochs: 2, Dropout: 0.2}, nil); err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		for _, p := range w.Tensors() {
			_ = binary.Write(&b, binary.LittleEndian, p.Data) // a buffer takes everything
		}
		runs[i] = b.Bytes()
	}
	if !bytes.Equal(runs[0], runs[1]) {
		t.Error("two runs with one seed differ")
	}
}

// The graph's derivatives against central differences of its own loss, which is held
// to the scoring kernel's surprise beside it.
func TestSuccessorDerivativesAgreeWithFiniteDifferences(t *testing.T) {
	w := lstm.NewNext(12, 5, 6, groupSizes, 3)
	d := toyNext(20)
	n, err := newSuccessor(w, limits{batch: 20, tokens: 12, rows: 120})
	if err != nil {
		t.Fatal(err)
	}
	copy(n.classes, d.Train.Classes)
	weights := make([]float32, 20)
	for i := range weights {
		weights[i] = 0.5 + float32(i)/20
	}
	run := func() float64 {
		loss, err := n.step(lstm.Batch{Tokens: d.Tokens, Seqs: d.Train.Seqs}, weights)
		if err != nil {
			t.Fatal(err)
		}
		return loss
	}
	loss := run()
	d.Valid, d.Valid.Weights = d.Train, weights
	sum := 0.0
	for _, v := range weights {
		sum += float64(v)
	}
	if want := validateNext(w, d) * sum; math.Abs(loss-want) > 1e-4*want {
		t.Errorf("the graph's loss is %v, scoring gives %v", loss, want)
	}
	var grads [][]float32
	for _, p := range n.params {
		grads = append(grads, append([]float32(nil), p.(parameter).grad.Float32s()...))
	}
	for i, p := range w.Tensors() {
		for j := 0; j < len(p.Data); j += 1 + len(p.Data)/12 {
			const step = 1.0 / 128
			was := p.Data[j]
			p.Data[j] = was + step
			above := run()
			p.Data[j] = was - step
			below := run()
			p.Data[j] = was
			want := (above - below) / (2 * step)
			// float32 losses of about 40 over a step of 1/64.
			if got := float64(grads[i][j]); math.Abs(got-want) > 5e-3*(1+math.Abs(want)) {
				t.Errorf("%s[%d]: derivative %v, finite difference %v", p.Name, j, got, want)
			}
		}
	}
}

func TestTrainNextRefusesClassesThatDoNotFit(t *testing.T) {
	for name, spoil := range map[string]func(*Dataset){
		"classes missing":    func(d *Dataset) { d.Train.Classes = d.Train.Classes[1:] },
		"class too great":    func(d *Dataset) { d.Valid.Classes[3] = 9 },
		"class below zero":   func(d *Dataset) { d.Train.Classes[3] = -1 },
		"no examples":        func(d *Dataset) { d.Train = Examples{} },
		"row out of range":   func(d *Dataset) { d.Tokens[0].Rows = []int32{99} },
		"token out of range": func(d *Dataset) { d.Train.Seqs[0] = []int32{99} },
	} {
		d := toyNext(40)
		spoil(&d)
		if _, err := TrainNext(context.Background(), lstm.NewNext(12, 8, 12, groupSizes, 1), d, Options{}, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
