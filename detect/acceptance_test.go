package detect

import (
	"context"
	"testing"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// chainForest builds a forest of single chains, root first.
func chainForest(os event.OS, entry tree.Entry, chains ...[]string) *tree.Forest {
	f := &tree.Forest{}
	id := int32(0)
	for _, c := range chains {
		var up *tree.Node
		for i, image := range c {
			n := &tree.Node{ID: id, Parent: up, Entry: entry, Proc: event.Proc{OS: os, Image: image, PID: uint32(id + 1)}}
			id++
			if i == 0 {
				f.Roots = append(f.Roots, n)
			} else {
				up.Children = append(up.Children, n)
			}
			up = n
		}
	}
	return f
}

func TestEmbeddedModelRanks(t *testing.T) {
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	f := chainForest(event.Linux, tree.EntryService,
		[]string{"/usr/lib/systemd/systemd", "/usr/sbin/httpd", "/usr/bin/bash", "/usr/bin/bash", "/usr/bin/python3.11", "/tmp/xmrig"},
		[]string{"/usr/lib/systemd/systemd", "/usr/sbin/cron", "/usr/sbin/cron", "/usr/bin/dash", "/usr/bin/run-parts"},
		[]string{"/usr/lib/systemd/systemd", "/usr/sbin/sshd", "/usr/sbin/sshd", "/usr/bin/bash", "/usr/bin/ls"},
		[]string{"/usr/lib/systemd/systemd", "/usr/sbin/sshd", "/usr/sbin/sshd", "/usr/bin/bash", "/usr/bin/ls", "/usr/bin/dash"},
	)
	r, err := m.Rank(context.Background(), f, Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range r.Findings {
		t.Logf("%d %.3f net %.3f rar %.3f %v nearest %v", x.Rank, x.Score, x.Network, x.Rarity, x.Names, x.Nearest)
		for _, w := range x.Why {
			t.Logf("     %+v", w)
		}
	}
	last := r.Findings[0].Names
	if last[len(last)-1] != "xmrig" {
		t.Errorf("first is %v", last)
	}
}
