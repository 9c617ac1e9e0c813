package detect_test

import (
	"bufio"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

	"oddkin/detect"
)

// publicData is the folder of public data, which is not part of the repository.
func publicData(t *testing.T, sub string) string {
	t.Helper()
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "shared", "data")
	}
	dir := filepath.Join(root, sub)
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("no %s below ODDKIN_DATA: the public data is not part of the repository", sub)
	}
	return dir
}

// The published model, imported, gives what an independent forward pass over its
// weights gives.
func TestThePublishedModelIsReproduced(t *testing.T) {
	dir := publicData(t, "seed_model")
	tokenizer, err := os.Open(filepath.Join(dir, "tokenizer.pkl"))
	if err != nil {
		t.Fatal(err)
	}
	defer tokenizer.Close()
	model, err := os.Open(filepath.Join(dir, "process_classifier_lstm.h5"))
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	plain, err := detect.ImportPlain(model, tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(filepath.Join(dir, "expected.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var chains [][]string
	var want []float64
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var line struct {
			Sequence    []string
			Probability float64
		}
		if err := json.Unmarshal(sc.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		chains, want = append(chains, line.Sequence), append(want, line.Probability)
	}
	for i, got := range plain.Classify(chains) {
		if math.Abs(float64(got)-want[i]) > 1e-5 {
			t.Fatalf("%v: %v, want %v", chains[i], got, want[i])
		}
	}
}
