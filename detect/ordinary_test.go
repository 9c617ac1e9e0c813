package detect

import (
	"os"
	"path/filepath"
	"testing"

	"oddkin/detect/corpus"
)

// Of ordinary days that somebody who knew neither grammars nor corpora wrote down, few chains are alerts, and
// of the attacks amid them most.
func TestOrdinaryDaysRaiseFewAlerts(t *testing.T) {
	for system, bound := range map[string]struct{ ordinary, attacks float64 }{"linux": {0.05, 0.5}, "windows": {0.04, 0.55}} {
		paths, err := filepath.Glob(filepath.Join("../samples/ordinary/test", system, "*.chains"))
		if err != nil || len(paths) == 0 {
			t.Fatalf("no ordinary days of %s (%v)", system, err)
		}
		var alerted, all [2]float64 // ordinary, attacks
		for _, p := range paths {
			for _, r := range embeddedModel(t).rows(readCorpus(t, p)) {
				all[bit(r.attack)]++
				alerted[bit(r.attack)] += alert(r.standing)
			}
		}
		if ordinary, attacks := alerted[0]/all[0], alerted[1]/all[1]; ordinary > bound.ordinary || attacks < bound.attacks {
			t.Errorf("%s: alerted are %.1f %% of %v ordinary chains, at most %.1f are wanted, and %.1f %% of %v attacks, at least %.1f",
				system, 100*ordinary, all[0], 100*bound.ordinary, 100*attacks, all[1], 100*bound.attacks)
		}
	}
}

func readCorpus(t testing.TB, path string) *corpus.File {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	file, err := corpus.Read(f)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return file
}
