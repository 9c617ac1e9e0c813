package main

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// expected is one line of the files that hold what another program computed.
type expected struct {
	Sequence    []string
	Probability float64
}

func readExpected(t *testing.T, path string) []expected {
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all []expected
	for line := range bytes.Lines(b) {
		var e expected
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	return all
}

// command runs the program, which must end well, and returns its output.
func command(t *testing.T, args ...string) string {
	t.Helper()
	var out, errOut strings.Builder
	if code := run(args, strings.NewReader(""), &out, &errOut); code != exitOK {
		t.Fatalf("oddkin %s: exit code %d: %s", strings.Join(args, " "), code, errOut.String())
	}
	return out.String()
}

// importKeras imports a model by the command and returns the file it made.
func importKeras(t *testing.T, model, tokenizer string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "plain.safetensors")
	command(t, "model", "import-keras", model, tokenizer, "-o", path, "--source", "a test")
	return path
}

// classifyCSV classifies a table by the command and returns its cells.
func classifyCSV(t *testing.T, model, table string) [][]string {
	t.Helper()
	got, err := csv.NewReader(strings.NewReader(command(t, "classify", "--model", model, table))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return got[1:]
}

// agrees holds what the command makes of the sequences, as a table, to what is
// expected of them, within a margin.
func agrees(t *testing.T, model string, all []expected, margin float64) {
	quote := strings.NewReplacer(`\`, `\\`, `'`, `\'`)
	table := [][]string{{"ExeNameSequence"}}
	for _, e := range all {
		var names []string
		for _, n := range e.Sequence {
			names = append(names, "'"+quote.Replace(n)+"'")
		}
		table = append(table, []string{"[" + strings.Join(names, ", ") + "]"})
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(table); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "table.csv")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	got := classifyCSV(t, model, path)
	if len(got) != len(all) {
		t.Fatalf("%d rows came back of %d", len(got), len(all))
	}
	worst := 0.0
	for i, row := range got {
		p, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		off := math.Abs(p - all[i].Probability)
		worst = max(worst, off)
		if off > margin {
			t.Errorf("%s: %v, expected %v", row[0], p, all[i].Probability)
		}
		if abnormal := all[i].Probability > 0.5; abnormal != (row[2] == "Abnormal") {
			t.Errorf("%s: %s with a probability of %v", row[0], row[2], all[i].Probability)
		}
	}
	t.Logf("%d rows, off by at most %.2g", len(got), worst)
}

// A model written by h5py, against numpy on the same names.
func TestClassifyAgreesWithNumpy(t *testing.T) {
	const dir = "../../detect/internal/keras/testdata/"
	for _, tokenizer := range []string{"tokenizer2.pkl", "tokenizer5.pkl", "tokenizer.json"} {
		agrees(t, importKeras(t, dir+"chains.h5", dir+tokenizer), readExpected(t, dir+"chains.jsonl"), 1e-6)
	}
}

// The released model, against an independent forward pass over its weights; and
// its own table of examples, whose rows are the first of those.
func TestClassifyReproducesThePublishedModel(t *testing.T) {
	data := os.Getenv("ODDKIN_DATA")
	if data == "" {
		data = "../../../shared/data"
	}
	dir := filepath.Join(data, "seed_model")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the published model is not part of the repository; set ODDKIN_DATA (%v)", err)
	}
	model := importKeras(t, filepath.Join(dir, "process_classifier_lstm.h5"), filepath.Join(dir, "tokenizer.pkl"))
	all := readExpected(t, filepath.Join(dir, "expected.jsonl"))
	if len(all) < 2000 {
		t.Fatalf("only %d sequences to compare", len(all))
	}
	agrees(t, model, all, 1e-5)

	own := classifyCSV(t, model, filepath.Join(dir, "test.csv"))
	if len(own) != 10 {
		t.Errorf("%d rows in its own table, want 10", len(own))
	}
	for i, row := range own {
		if p, err := strconv.ParseFloat(row[1], 64); err != nil || math.Abs(p-all[i].Probability) > 1e-5 {
			t.Errorf("its own table, %s: %s, expected %v (%v)", row[0], row[1], all[i].Probability, err)
		}
	}
}
