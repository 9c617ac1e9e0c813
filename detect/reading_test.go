package detect

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

func sequenceOf(programs ...string) (s sequence) {
	for i, p := range programs {
		s.hops, s.at = append(s.hops, hop{p, names.System}), append(s.at, i)
	}
	return s
}

func (s sequence) String() string {
	var names []string
	for _, h := range s.hops {
		names = append(names, h.name)
	}
	return strings.Join(names, " ")
}

// Of a row of programs that hand on, with something below, the first alone is read.
func TestRowsOfWhatHandsOnAreReadPast(t *testing.T) {
	for chain, want := range map[string]string{
		"systemd java sh xargs perl python curl":    "systemd java sh curl",
		"systemd java sh perl curl":                 "systemd java sh perl curl", // no row
		"systemd java sh xargs perl python":         "systemd java sh python",
		"systemd python perl ruby python id":        "systemd python id",         // the service itself is kept
		"sudo bash perl sh nginx sh sudo perl dpkg": "bash nginx sh dpkg",        // two rows
		"systemd bash java sh xargs perl curl":      "systemd bash java sh curl", // a server that a script started
		"npm sh node sh lua make":                   "npm sh node sh lua make",
		"nginx xargs perl python sh id":             "nginx sh id",
		"systemd sh make perl gcc":                  "systemd sh make perl gcc", // make does more than hand on
		"java sh make git npm sh curl":              "java sh curl",             // but not in the midst of such
		"java sh perl python sh make git curl":      "java sh curl",             // nor behind a row
		"java nohup sh make sh perl sh gcc":         "java nohup sh gcc",        // a build server's job
		"node nohup sh make sh perl gcc":            "node sh gcc",
		"java sh make sh make sh curl":              "java sh curl",
		"java sh make git sh tar busybox sh curl":   "java sh curl",
		"java xargs make perl git ruby make gcc":    "java gcc",
		"nginx sh php-fpm sh nginx sh id":           "nginx sh php-fpm sh nginx sh id", // a service ends a row
		"java sh make perl sh git id":               "java sh make perl sh git id",
		"java sh make perl sh make sh git id":       "java sh id",
		"java sh make git id":                       "java sh make git id",
		"env nohup sh":                              "env nohup sh",
		"":                                          "",
	} {
		s := sequenceOf(strings.Fields(chain)...)
		if got := s.direct().String(); got != want {
			t.Errorf("%s\nis read %s\nwant    %s", chain, got, want)
		}
	}
}

func TestADirectReadingKeepsWhatActs(t *testing.T) {
	programs := []string{"sh", "perl", "xargs", "sudo", "curl", "nginx", "systemd", "python", "make", "tar", "unheardof"}
	rapid.Check(t, func(t *rapid.T) {
		s := sequenceOf(rapid.SliceOfN(rapid.SampledFrom(programs), 0, 25).Draw(t, "chain")...)
		d := s.direct()
		if again := d.direct(); !slices.Equal(again.hops, d.hops) {
			t.Fatalf("%v is read %v, and that %v", s, d, again)
		}
		for i, at := range d.at {
			if s.hops[at] != d.hops[i] || i > 0 && at <= d.at[i-1] {
				t.Fatalf("%v is read %v at %v", s, d, d.at)
			}
		}
		for i, h := range s.hops {
			up := ""
			if i > 0 {
				up = s.hops[i-1].name
			}
			if carries(up) {
				up = "sh" // what that stands behind, if it is within a row
			}
			if acts := i == len(s.hops)-1 || !carries(h.name) && !relays(up, h.name); acts && !slices.Contains(d.at, i) {
				t.Fatalf("%v is read %v, without hop %d", s, d, i)
			}
		}
	})
}

// A row hides nothing, and makes nothing of normal life an alert; what is said of such a chain
// is said of the hops that were read.
func TestARowOfInterpretersChangesNoVerdict(t *testing.T) {
	row := []string{"/usr/bin/perl", "/usr/bin/python3", "/usr/bin/xargs", "/usr/bin/ruby", "/usr/bin/perl", "/usr/bin/python3"}
	find := func(programs ...string) Finding {
		var p planter
		p.chain(event.Linux, tree.EntryService, programs...)
		return rank(t, p.grown()).Findings[0]
	}
	plain := find("/usr/lib/systemd/systemd", "/usr/sbin/nginx", "/usr/bin/dash", "/usr/bin/curl")
	rowed := find(append(append([]string{"/usr/lib/systemd/systemd", "/usr/sbin/nginx", "/usr/bin/dash"}, row...), "/usr/bin/curl")...)
	if plain.Own < Threshold || rowed.Own < plain.Own {
		t.Errorf("below a shell of a server curl scores %v, below a row of interpreters %v", plain.Own, rowed.Own)
	}
	if last := len(rowed.Names); rowed.From != 0 || rowed.To != last {
		t.Errorf("read were hops %d to %d of %d", rowed.From, rowed.To, last)
	}
	for _, w := range rowed.Why {
		if w.Hop > 2 && w.Hop < len(rowed.Names)-1 {
			t.Errorf("hop %d, that was passed over, is a reason: %s", w.Hop, w.Text)
		}
		if past := strings.Contains(w.Text, "past what only hands on"); past != (w.Hop == len(rowed.Names)-1) {
			t.Errorf("hop %d: %s", w.Hop, w.Text)
		}
	}
	calm := find(append(append([]string{"/usr/lib/systemd/systemd", "/usr/sbin/cron", "/usr/sbin/cron", "/usr/bin/dash"}, row...), "/usr/bin/logger")...)
	if calm.Own >= Threshold {
		t.Errorf("a job with a row of interpreters is an alert: %v", calm.Why)
	}
}
