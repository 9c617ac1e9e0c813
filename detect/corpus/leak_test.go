package corpus

import (
	"fmt"
	"strings"
	"testing"

	"oddkin/parsers/event"
)

// fileOf has a chain a program; "!" marks an attack.
func fileOf(host, split string, programs ...string) *File {
	f := &File{Meta: Meta{Host: host, Split: split, OS: event.Linux, Source: "made by hand", Licence: "none", View: "forks"}}
	for i, p := range programs {
		name, attack := strings.CutPrefix(p, "!")
		f.Chains = append(f.Chains, Chain{Count: i + 1, Attack: attack, Hops: []Hop{{Image: "/usr/bin/" + name}}})
	}
	return f
}

func TestOverlapsCountShapesAndLabelsThatDisagree(t *testing.T) {
	got := Overlaps([]*File{
		fileOf("a", Train, "ls", "python3.11", "!curl", "!nc.openbsd"),
		fileOf("b", Test, "ls", "python3.9", "git", "curl", "!wget", "!nc"),
	})
	want := "[{validation train 0 0 0 0 0} {test train 4 2 3 1 1} {test validation 4 2 0 0 0}]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestChainsThatAreBothAreCounted(t *testing.T) {
	f := fileOf("a", Train, "ls", "!ls", "!curl", "git", "!git", "!git")
	f.Chains[4].Entry = 1 // begins otherwise: another chain
	if got := Both(f); got != 2 {
		t.Errorf("%d chains are both, want ls and git", got)
	}
	if got := Both(fileOf("a", Train, "ls", "!curl")); got != 0 {
		t.Errorf("%d chains are both, want none", got)
	}
}

func TestEveryLeakIsTold(t *testing.T) {
	many := make([]string, 20)
	for i := range many {
		many[i] = fmt.Sprintf("tool%d", i)
	}
	copied := fileOf("copy", Test, many...)
	for i := range copied.Chains {
		copied.Chains[i].Count++ // a copy that was touched is one still
	}
	bare := fileOf("bare", Train, "ls")
	bare.Licence = ""
	for _, c := range []struct {
		why, want string
		files     []*File
	}{
		{"a host in two splits", "host a is in split train and in test", []*File{fileOf("a", Train, "ls"), fileOf("a", Test, "git")}},
		{"one recording twice", "nearly the same recording as host a", []*File{fileOf("a", Train, many...), copied}},
		{"one view twice", "twice", []*File{fileOf("a", Train, "ls"), fileOf("a", Train, "git")}},
		{"no licence", "no licence", []*File{bare}},
	} {
		errs := Check(c.files)
		if len(errs) == 0 || !strings.Contains(fmt.Sprint(errs), c.want) {
			t.Errorf("%s: %v, want %q", c.why, errs, c.want)
		}
	}
	if errs := Check([]*File{fileOf("a", Train, many...), fileOf("b", Test, many[:12]...)}); len(errs) > 0 {
		t.Errorf("two hosts with common software: %v", errs)
	}
}
