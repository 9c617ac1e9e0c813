package detect

import (
	"path/filepath"
	"strings"
	"testing"

	"oddkin/detect/corpus"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// shippedCorpus reads the repository's own corpus.
func shippedCorpus(t testing.TB) []*corpus.File {
	t.Helper()
	paths, err := filepath.Glob("../samples/corpus/*.chains")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no corpus in samples (%v)", err)
	}
	var files []*corpus.File
	for _, p := range paths {
		files = append(files, readCorpus(t, p))
	}
	return files
}

// plantCorpus adds the file's normal chains.
func (p *planter) plantCorpus(f *corpus.File) {
	for _, c := range f.Chains {
		if c.Attack {
			continue
		}
		images := make([]string, len(c.Hops))
		for i, h := range c.Hops {
			images[i] = h.Image
		}
		p.chain(f.OS, c.Entry, images...)
	}
}

// The cases that the released seed model was made for are alerts and stand above every chain of
// a day of each host that training never saw, with fork records and from starts alone,
// where an administrator's interpreter can come to stand under systemd as a
// service's would.
func TestAcceptanceCasesStandAboveANormalDay(t *testing.T) {
	const system32, office = `C:\Windows\System32\`, `C:\Program Files\`
	type chain struct {
		os     event.OS
		entry  tree.Entry
		images []string
	}
	cases := map[string]chain{
		"a PDF reader starts powershell":   {event.Windows, tree.EntryLogin, []string{`C:\Windows\explorer.exe`, office + `Adobe\AcroRd32.exe`, system32 + `WindowsPowerShell\v1.0\powershell.exe`}},
		"evince starts a shell":            {event.Linux, tree.EntryLogin, []string{"/usr/lib/systemd/systemd", "/usr/bin/gnome-shell", "/usr/bin/evince", "/usr/bin/dash"}},
		"xpdf starts a shell":              {event.Linux, tree.EntryRemote, under(bash, "/usr/bin/xpdf", "/usr/bin/dash")},
		"Log4j":                            {event.Linux, tree.EntryService, []string{"/usr/lib/systemd/systemd", "/usr/lib/jvm/java-17/bin/java", "/usr/bin/dash", "/usr/bin/curl"}},
		"SolarWinds":                       {event.Windows, tree.EntryService, []string{system32 + "services.exe", office + `SolarWinds\Orion\SolarWinds.BusinessLayerHost.exe`, system32 + "cmd.exe", system32 + `WindowsPowerShell\v1.0\powershell.exe`}},
		"ls, exploited, starts a shell":    {event.Linux, tree.EntryRemote, under(bash, "/usr/bin/ls", "/usr/bin/dash")},
		"a web server that ends in miners": {event.Linux, tree.EntryService, []string{"/usr/lib/systemd/systemd", "/usr/sbin/httpd", "/usr/bin/bash", "/usr/bin/bash", "/usr/bin/python3.11", "/tmp/xmrig"}},
	}
	for _, f := range HeldOut(shippedCorpus(t)) {
		var p planter
		p.plantCorpus(f)
		day := rank(t, p.grown())
		for name, c := range cases {
			var one planter
			one.chain(c.os, c.entry, c.images...)
			got := rank(t, one.grown()).Findings[0]
			above := 0
			for _, x := range day.Findings {
				if x.Score >= got.Score {
					above++
				}
			}
			if above > 0 || got.Score < 0.5 {
				t.Errorf("%s (%s): %s scores %.3f (network %.3f); %d normal shapes of %d stand above it, first %s (%.3f)", f.Host, f.View, name, got.Score, got.Network, above, len(day.Findings), strings.Join(day.Findings[0].Names, " < "), day.Findings[0].Score)
			}
		}
	}
}
