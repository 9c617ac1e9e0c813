package detect_test

import (
	"bufio"
	"context"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"oddkin/detect"
	"oddkin/parsers"
	"oddkin/tree"
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

// own tells the attack's own processes in the public captures from the machine's
// background, by what the captures' descriptions say was run. It reads command
// lines, which the model does not see.
var own = regexp.MustCompile(`(?i)ntdsutil|esentutl|reg(\.exe)?"?\s+(save|add)\b|vssadmin|dumpert|psexec|\bwhoami|launcher\.exe|payload\.exe|rubeus|comsvcs|mimi|auditpol|wevtutil|bitsadmin|mshta|herpaderping|wardog|grunt|installutil|regsvr32|\bnet1?(\.exe)?"?\s+(user|local|group|start|stop|view|use)|\\\\[\w.]+\s+(stop|start|config|qc)|netsh|cmstp|atomic|hh\.exe|mavinject|register-cimprovider|purplesharp|minint|seatbelt|wmic|nltest|schtasks|-enc|-noP|sc(\.exe)?"?\s+(create|config|stop|sdset)|csc\.exe|cscript|wscript|\.vbs|\.hta|sharp|procdump|powershell.*(http|bypass|hidden|-w 1)|psexesvc`)

// On captures of single techniques, none of which training saw, the attack's own
// chain is among the first five.
func TestAttacksStandFirstInPublicWindowsCaptures(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(publicData(t, "train/windows/otrf"), "*", "*.json.gz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no captures (%v)", err)
	}
	model, err := detect.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	judged, first, five := 0, 0, 0
	for _, path := range files {
		evidence, err := parsers.Open([]string{path}, parsers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := model.Rank(context.Background(), tree.Build(evidence.Events(context.Background()), tree.Options{}), detect.Options{Explain: -1})
		if err != nil {
			t.Fatal(err)
		}
		at := 0
		for _, f := range r.Findings {
			if mine(f) {
				at = f.Rank
				break
			}
		}
		if at == 0 {
			continue // an attack inside one process starts nothing
		}
		judged++
		if at == 1 {
			first++
		}
		if at <= 5 {
			five++
		} else {
			t.Logf("%s: first at %d of %d", filepath.Base(path), at, len(r.Findings))
		}
	}
	t.Logf("%d captures with a chain of the attack's own: first in %d, among the first five in %d", judged, first, five)
	if judged < 40 || float64(five) < 0.9*float64(judged) {
		t.Errorf("the attack is among the first five in %d of %d captures, want nine in ten of at least 40", five, judged)
	}
}

func mine(f detect.Finding) bool {
	for _, p := range f.Paths {
		for _, n := range p.Hops(nil) {
			if own.MatchString(n.Program().Image) || own.MatchString(n.Command()) {
				return true
			}
		}
	}
	return false
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
	plain, err := detect.ImportPlain(filepath.Join(dir, "process_classifier_lstm.h5"), tokenizer)
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
		if math.Abs(float64(got)-want[i]) > 1e-4 {
			t.Fatalf("%v: %v, want %v", chains[i], got, want[i])
		}
	}
}
