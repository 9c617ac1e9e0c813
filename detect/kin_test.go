package detect

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// grow plants a forest from chains written "systemd > java > sh#2 > id". Equal
// beginnings are the same processes; a number tells processes of one program apart.
func grow(chains ...string) *tree.Forest {
	var roots []*tree.Sketch
	made := map[string]*tree.Sketch{}
	for i, c := range chains {
		level, path := &roots, ""
		for _, hop := range strings.Split(c, " > ") {
			path += " > " + hop
			n := made[path]
			if n == nil {
				name, _, _ := strings.Cut(hop, "#")
				n = &tree.Sketch{Entry: tree.EntryService, Proc: event.Proc{OS: event.Linux, Image: "/usr/bin/" + name}, Start: time.Unix(int64(i), 0)}
				made[path] = n
				*level = append(*level, n)
			}
			level = &n.Children
		}
	}
	return tree.Plant(roots...)
}

// findingsOf lists the findings of a shape, names joined by blanks.
func findingsOf(r *Ranking, shape string) []Finding {
	var out []Finding
	for _, f := range r.Findings {
		if strings.Join(f.Names, " ") == shape {
			out = append(out, f)
		}
	}
	return out
}

func TestWhatAShellRunsBesideAnAlertBelongsToIt(t *testing.T) {
	r := rank(t, grow(
		"systemd > java > bash#1 > nohup > xmrig",
		"systemd > java > bash#1 > rm",
		"systemd > java > bash#2 > rm",
	))
	alert := findingsOf(r, "systemd java bash nohup xmrig")[0]
	both := findingsOf(r, "systemd java bash rm")
	if len(both) != 2 || len(both[0].Paths) != 1 || len(both[1].Paths) != 1 {
		t.Fatalf("a shape with one chain in an incident and one outside has %d findings, want 2 of a chain each", len(both))
	}
	in, out := both[0], both[1]
	if in.Kin == nil || in.Kin.Rank != alert.Rank || in.Names[in.Kin.Hop] != "bash" || in.Paths[0].Leaf.Parent != alert.Paths[0].Hops(nil)[2] {
		t.Errorf("the rm beside the miner is kin to %+v, want to rank %d by its bash", in.Kin, alert.Rank)
	}
	if in.Own != out.Own || in.Score <= in.Own || in.Score > alert.Score {
		t.Errorf("scores: in the incident %.3f of its own %.3f, outside %.3f, the alert %.3f", in.Score, in.Own, out.Own, alert.Score)
	}
	if !slices.ContainsFunc(in.Why, func(w Reason) bool { return w.Hop == in.Kin.Hop && strings.Contains(w.Text, "same bash") }) {
		t.Errorf("the reasons %+v do not tell of the shared bash", in.Why)
	}
	if out.Kin != nil || out.Score != out.Own {
		t.Errorf("the rm of another bash borrows from %+v", out.Kin)
	}
}

func TestAServerLendsNothingToItsOtherRequests(t *testing.T) {
	chains := []string{"systemd > java > bash > nohup > xmrig", "systemd > java > bash > curl"}
	for _, other := range []string{"df", "ls", "date"} {
		chains = append(chains, "systemd > java > "+other, "systemd > sshd > sshd > bash > "+other)
	}
	for _, f := range rank(t, grow(chains...)).Findings {
		if f.Kin != nil && f.Names[f.Kin.Hop] != "bash" {
			t.Errorf("%v borrows through %s", f.Names, f.Names[f.Kin.Hop])
		}
	}
}

func TestADaysWorkAtATerminalOutweighsOneAlert(t *testing.T) {
	few, many := []string{"sshd > bash > perl > sh > xmrig"}, []string{"sshd > bash > perl > sh > xmrig"}
	tools := []string{"ls", "cat", "grep", "ps", "df", "date", "who", "tail", "head", "wc", "sort", "cut", "mkdir", "touch", "cp", "mv", "du", "env", "id", "w"}
	for i, tool := range tools {
		for n := range 20 {
			many = append(many, "sshd > bash > "+tool+strings.Repeat("#", min(n, 1))+strings.Repeat("x", n))
		}
		if i == 0 {
			few = append(few, "sshd > bash > "+tool)
		}
	}
	lifted := func(f *tree.Forest) (n int) {
		for _, f := range rank(t, f).Findings {
			if f.Kin != nil && f.Names[f.Kin.Hop] == "bash" {
				n++
			}
		}
		return n
	}
	if n := lifted(grow(many...)); n != 0 {
		t.Errorf("%d shapes of a long session borrow from its one alert", n)
	}
	if n := lifted(grow(few...)); n > 1 {
		t.Errorf("%d shapes borrow, there is one beside the alert", n)
	}
}

func TestNothingIsLostOrGainedByKinship(t *testing.T) {
	f := grow("systemd > java > bash#1 > nohup > xmrig", "systemd > java > bash#1 > id", "systemd > java > bash#2 > id", "systemd > cron > sh > id")
	r, paths := rank(t, f), 0
	for _, g := range r.Findings {
		paths += len(g.Paths)
		if g.Score < g.Own || (g.Kin != nil) != (g.Score > g.Own) {
			t.Errorf("%v: score %.4f, own %.4f, kin %v", g.Names, g.Score, g.Own, g.Kin)
		}
		if g.Kin != nil && r.Findings[g.Kin.Rank-1].Score < g.Score {
			t.Errorf("%v borrows more than rank %d has", g.Names, g.Kin.Rank)
		}
	}
	if paths != 4 || r.Paths != 4 {
		t.Errorf("%d paths in the findings, %d told, want 4", paths, r.Paths)
	}
}
