package detect

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"oddkin/detect/names"
)

// nearestByTable compares with every chain, cell by cell.
func nearestByTable(all [][]string, hops []hop) []string {
	hops = hops[:min(len(hops), Length)]
	best, at := len(hops), -1
	for i, chain := range all {
		cost := make([][]int, len(chain)+1)
		for x := range cost {
			cost[x] = make([]int, len(hops)+1)
			for y := range cost[x] {
				switch {
				case x == 0 || y == 0:
					cost[x][y] = 2 * (x + y)
				case chain[x-1] == hops[y-1].name:
					cost[x][y] = cost[x-1][y-1]
				default:
					step := 2
					if k := names.KindOf(chain[x-1]); k != names.Other && k == names.KindOf(hops[y-1].name) {
						step = 1
					}
					cost[x][y] = min(cost[x-1][y-1]+step, cost[x-1][y]+2, cost[x][y-1]+2)
				}
			}
		}
		if d := cost[len(chain)][len(hops)]; d < best {
			best, at = d, i
		}
	}
	if at < 0 {
		return nil
	}
	return all[at]
}

func TestTheNearestChainIsThatOfTheWholeTable(t *testing.T) {
	name := rapid.SampledFrom([]string{"systemd", "cron", "sh", "bash", "perl", "python", "curl", "wget", "unheardof", "another"})
	rapid.Check(t, func(t *rapid.T) {
		m := &Model{shapes: rapid.SliceOfN(rapid.SliceOfN(name, 1, Length), 0, 40).Draw(t, "kept")}
		all := m.neighbours()
		for range 5 {
			hops := sequenceOf(rapid.SliceOfN(name, 0, Length+3).Draw(t, "chain")...).hops
			if got, want := all.nearest(hops), nearestByTable(m.shapes, hops); !slices.Equal(got, want) {
				t.Fatalf("%v: nearest is %v, want %v", hops, got, want)
			}
		}
	})
}

func BenchmarkNearest(b *testing.B) {
	m := embeddedModel(b)
	all := m.neighbours()
	list := []sequence{
		sequenceOf("systemd", "nginx", "sh", "curl"), sequenceOf("systemd", "cron", "cron", "sh", "perl", "python"),
		sequenceOf("systemd", "sshd", "sshd", "bash", "sudo", "apt-get", "dpkg", "sh", "unheardof"), sequenceOf("systemd", "java", "bash", "base64"),
	}
	for b.Loop() {
		for _, s := range list {
			all.nearest(s.hops)
		}
	}
}

func BenchmarkNeighbours(b *testing.B) {
	m := embeddedModel(b)
	for b.Loop() {
		m.neighbours()
	}
}
