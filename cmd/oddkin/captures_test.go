package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"oddkin/detect"
)

// On public captures of single techniques, none of which training saw, the attack's own
// chain is among the first five.
func TestAttacksStandFirstInPublicWindowsCaptures(t *testing.T) {
	root := os.Getenv("ODDKIN_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "shared", "data")
	}
	c := captures{dir: filepath.Join(root, "train", "windows", "otrf")}
	if _, err := os.Stat(c.dir); err != nil {
		t.Skip("no train/windows/otrf below ODDKIN_DATA: the public data is not part of the repository")
	}
	if err := c.check(); err != nil {
		t.Fatal(err)
	}
	m, err := detect.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	runs := make([]detect.Run, 1)
	if err := c.judge(context.Background(), &ui{quiet: true}, []*detect.Model{m}, runs); err != nil {
		t.Fatal(err)
	}
	judged, first, five := 0, 0, 0
	for _, c := range runs[0].Captures {
		switch {
		case c.Own == 0:
			continue // an attack inside one process starts nothing
		case c.Own == 1:
			first++
			five++
		case c.Own <= 5:
			five++
		default:
			t.Logf("%s: first at %d of %d", c.Name, c.Own, c.Shapes)
		}
		judged++
	}
	t.Logf("%d captures with a chain of the attack's own: first in %d, among the first five in %d", judged, first, five)
	if judged < 40 || float64(five) < 0.9*float64(judged) {
		t.Errorf("the attack is among the first five in %d of %d captures, want nine in ten of at least 40", five, judged)
	}
}
