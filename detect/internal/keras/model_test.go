package keras

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oddkin/detect/internal/lstm"
)

// probabilities scores sequences of table rows.
func probabilities(w *lstm.Weights, seqs [][]int32) []float32 {
	b := lstm.Batch{Seqs: seqs, Tokens: make([]lstm.Bag, w.Shape.Rows)}
	for i := range b.Tokens {
		b.Tokens[i].Rows = []int32{int32(i)}
	}
	out := make([]float32, len(seqs))
	w.Logits(b, out)
	for i, z := range out {
		out[i] = lstm.Sigmoid(z)
	}
	return out
}

// readLines decodes a file of JSON lines.
func readLines[T any](t *testing.T, path string) []T {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []T
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var v T
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		all = append(all, v)
	}
	return all
}

// A model as Keras lays it out, written by h5py, against a numpy forward pass.
func TestModelWrittenByH5py(t *testing.T) {
	w, err := readModel(t, "testdata/tiny.h5")
	if err != nil {
		t.Fatal(err)
	}
	if want := (lstm.Shape{Rows: 7, Embed: 3, Hidden1: 2, Hidden2: 2}); w.Shape != want || w.Length != 5 {
		t.Fatalf("shape %+v, length %d; want %+v and 5", w.Shape, w.Length, want)
	}
	lines := readLines[struct {
		Sequence    []int32
		Probability float64
	}](t, "testdata/tiny.jsonl")
	var seqs [][]int32
	for _, l := range lines {
		seqs = append(seqs, l.Sequence)
	}
	for i, p := range probabilities(w.Weights, seqs) {
		if math.Abs(float64(p)-lines[i].Probability) > 1e-6 {
			t.Errorf("%v: %v, numpy says %v", seqs[i], p, lines[i].Probability)
		}
	}
}

// publishedModel is the folder of the released model, which may not be shipped.
func publishedModel(t testing.TB) string {
	data := os.Getenv("ODDKIN_DATA")
	if data == "" {
		data = "../../../../shared/data"
	}
	dir := filepath.Join(data, "seed_model")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the published model is not here: set ODDKIN_DATA (%v)", err)
	}
	return dir
}

// The released model against 2,000 probabilities of an independent forward pass.
func TestPublishedModel(t *testing.T) {
	dir := publishedModel(t)
	w, err := readModel(t, filepath.Join(dir, "process_classifier_lstm.h5"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "tokenizer.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	tok, err := ReadTokenizer(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(tok.Index) != w.Shape.Rows-1 || w.Length != 10 {
		t.Errorf("%d words for %d rows, length %d", len(tok.Index), w.Shape.Rows, w.Length)
	}
	lines := readLines[struct {
		Sequence    []string
		Probability float64
	}](t, filepath.Join(dir, "expected.jsonl"))
	var seqs [][]int32
	for _, l := range lines {
		seqs = append(seqs, tok.Sequence(l.Sequence, w.Length))
	}
	worst := 0.0
	for i, p := range probabilities(w.Weights, seqs) {
		off := math.Abs(float64(p) - lines[i].Probability)
		worst = max(worst, off)
		if off > 1e-5 {
			t.Errorf("%q: %v, expected %v", lines[i].Sequence, p, lines[i].Probability)
		}
	}
	t.Logf("%d sequences, off by at most %.2g", len(lines), worst)
	if len(lines) < 2000 {
		t.Errorf("only %d sequences to compare", len(lines))
	}
}

func TestConfigurationsRefused(t *testing.T) {
	good := fmt.Sprintf(`{"class_name":"Sequential","config":{"layers":[
		{"class_name":"InputLayer","config":{"name":"i","batch_shape":[null,5]}},
		{"class_name":"Embedding","config":{"name":"e","input_dim":7,"output_dim":3}},
		{"class_name":"Bidirectional","config":{"name":"b","merge_mode":"concat","layer":%s,"backward_layer":%s}},
		%s,
		{"class_name":"Dense","config":{"name":"d","units":1,"activation":"sigmoid","use_bias":true}}]}}`,
		lstmJSON("ahead", true, false), lstmJSON("back", true, true), lstmJSON("second", false, false))
	if a, err := parseConfig(good); err != nil || a.second != "second" || a.length != 5 {
		t.Fatalf("%+v, %v", a, err)
	}
	for _, c := range []struct{ old, new, says string }{
		{"[null,5]", "[null,0]", "sequences of 0"},
		{"[null,5]", "[null,9999999]", "sequences of 9999999"},
		{"Sequential", "Functional", "not a Sequential"},
		{`{"class_name":"Embedding"`, `{"class_name":"Dropout"`, "3 layers"},
		{`{"class_name":"Embedding"`, `{"class_name":"Dense"`, "is a"},
		{`"input_dim":7`, `"input_dim":-7`, "is -7 by 3"},
		{`"input_dim":7`, `"input_dim":9999999999`, "by 3"},
		{`"input_dim":7`, `"input_dim":7,"mask_zero":true`, "masks zeros"},
		{"concat", "sum", "not by concat"},
		{`"name":"back","units":2`, `"name":"back","units":3`, "different widths"},
		{`"name":"ahead","units":2`, `"name":"ahead","units":0`, "0 units"},
		{`"go_backwards":true`, `"go_backwards":false`, "goes backwards"},
		{`"recurrent_activation":"sigmoid"`, `"recurrent_activation":"hard_sigmoid"`, "hard_sigmoid"},
		{`"activation":"tanh"`, `"activation":"relu"`, "relu"},
		{`"use_bias":true,"return`, `"use_bias":false,"return`, "no bias"},
		{`"units":1,`, `"units":2,`, "2 units"},
		{"}", "", "configuration"},
	} {
		_, err := parseConfig(strings.Replace(good, c.old, c.new, 1))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s -> %s: error %v, which should speak of %q", c.old, c.new, err, c.says)
		}
	}
}

// Keras 2 names the axes otherwise, and either may leave the length open.
func TestLengthOfTheInput(t *testing.T) {
	for config, want := range map[string]int{
		`{"batch_shape":[null,12]}`:         12,
		`{"batch_input_shape":[null,12]}`:   12,
		`{"batch_shape":[null,null]}`:       0,
		`{"batch_shape":[null,12,64]}`:      0,
		`{"name":"a layer further behind"}`: 0,
	} {
		var l layerConfig
		if err := json.Unmarshal([]byte(`{"config":`+config+`}`), &l); err != nil {
			t.Fatal(err)
		}
		var a architecture
		if err := a.input(l); err != nil || a.length != want {
			t.Errorf("%s: %d, %v; want %d", config, a.length, err, want)
		}
	}
}

func lstmJSON(name string, sequences, backwards bool) string {
	return fmt.Sprintf(`{"class_name":"LSTM","config":{"name":%q,"units":2,"activation":"tanh","recurrent_activation":"sigmoid","use_bias":true,"return_sequences":%v,"go_backwards":%v}}`,
		name, sequences, backwards)
}

func TestDamagedModelsAreRefused(t *testing.T) {
	whole, err := os.ReadFile("testdata/tiny.h5")
	if err != nil {
		t.Fatal(err)
	}
	read := func(b []byte) error {
		_, err := decodeModel(b)
		return err
	}
	if err := read(whole); err != nil {
		t.Fatal(err)
	}
	for _, size := range []int{0, 7, 8, 100, 1000, len(whole) / 2} {
		if read(whole[:size]) == nil {
			t.Errorf("cut to %d bytes, it is accepted", size)
		}
	}
	// The published file's tail holds nothing that is read: its superblock tells that it is
	// not whole.
	if err := read(whole[:len(whole)-1]); err == nil || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("a byte short: %v", err)
	}
	nan := bytes.Clone(whole)
	w, _ := readModel(t, "testdata/tiny.h5")
	bits := math.Float32bits(w.Dense[0])
	first := []byte{byte(bits), byte(bits >> 8), byte(bits >> 16), byte(bits >> 24)}
	copy(nan[bytes.Index(whole, first):], []byte{0, 0, 0xc0, 0x7f})
	if err := read(nan); err == nil || !strings.Contains(err.Error(), "NaN") {
		t.Errorf("a NaN among the weights: %v", err)
	}
	if err := read([]byte("PK\x03\x04")); err == nil {
		t.Error("a zip file is accepted")
	}
}

// readModel reads the model in a file.
func readModel(t *testing.T, path string) (*Model, error) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	return ReadModel(f)
}

func FuzzReadModel(f *testing.F) {
	whole, err := os.ReadFile("testdata/tiny.h5")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := decodeModel(b)
		if err == nil && w == nil {
			t.Fatal("neither a model nor an error")
		}
	})
}
