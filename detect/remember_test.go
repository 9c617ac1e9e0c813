package detect

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// What is remembered is what would be worked out, in whatever batches chains come and however often.
func TestRememberedProbabilitiesAreThoseWorkedOut(t *testing.T) {
	p := imported(t)
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom([]string{"bash", "systemd", "Xorg", "naïve", "unknown"})
		classify := p.Remembering()
		for _, chains := range rapid.SliceOfN(rapid.SliceOfN(rapid.SliceOfN(name, 0, 7), 0, 20), 1, 5).Draw(t, "batches") {
			if got, want := classify(chains), p.Classify(chains); !slices.Equal(got, want) {
				t.Fatalf("%q: %v, want %v", chains, got, want)
			}
		}
	})
}

// BenchmarkRemembering scores chains as a log has them: a hundred different ones.
func BenchmarkRemembering(b *testing.B) {
	p := imported(b)
	words := []string{"bash", "systemd", "Xorg", "naïve"}
	chains := make([][]string, 4096)
	for i := range chains {
		n := i % 100
		chains[i] = []string{words[n%4], words[n/4%4], words[n/16%4], words[n/64]}
	}
	for _, way := range []struct {
		name     string
		classify func([][]string) []float32
	}{{"each", p.Classify}, {"remembered", p.Remembering()}} {
		b.Run(way.name, func(b *testing.B) {
			for b.Loop() {
				way.classify(chains)
			}
			b.ReportMetric(float64(b.N*len(chains))/b.Elapsed().Seconds(), "chains/s")
		})
	}
}
