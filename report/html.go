package report

import (
	"bufio"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"iter"
	"strings"
	"sync"
)

//go:embed web
var web embed.FS

// asset is a file of the page as it goes into it.
func asset(name string) string {
	b, err := web.ReadFile("web/" + name)
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	return string(b)
}

// pageTemplate is parsed for a page alone: it is a part of starting otherwise.
var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(asset("page.html"))) })

// policy lets the page run its own script and style, known by their digests,
// and nothing else: no request leaves it, whatever the evidence holds.
func policy(css, js string) string {
	return fmt.Sprintf("default-src 'none'; script-src 'sha256-%s'; style-src 'sha256-%s'; img-src data:; base-uri 'none'; form-action 'none'", digest(js), digest(css))
}

func digest(s string) string {
	sum := sha256.Sum256([]byte(s))
	return base64.StdEncoding.EncodeToString(sum[:])
}

// page is what the template page.html shows. Text from the evidence has gone
// through [Visible]; the template escapes it for HTML.
type page struct {
	Policy                string
	CSS                   template.CSS
	JS                    template.JS
	Maker, Title, Verdict string
	Span, Below           string
	Funnel                []funnelStep
	Alerts                []string
	Scored                bool
	Threshold             string
	Shown                 string                  // how many of the findings the page holds; empty for none
	Findings              iter.Seq[template.HTML] // laid out
	Crossings             []string
	Notes                 []string
	Inputs                []pageInput
	InputsOmitted         string
	Hosts                 []pageHost
	HostsOmitted          string
	Links                 []pageCount
	Warnings              []string
	WarningTotal          string
	Manifest              []fact
}

type funnelStep struct{ Number, Word string }

type pageCount struct{ Word, Number, Share string }

// fact is a named value; Chain is set in place of Value where it is a chain.
type fact struct {
	Name, Value string
	Chain       []pageLink
}

// writeHTML writes the page. Findings are laid out some at a time.
func writeHTML(w *bufio.Writer, d *Document) error {
	var failed error
	p := newPage(d)
	p.Findings = laidOut(d, &failed)
	if err := pageTemplate().Execute(w, p); err != nil {
		return err
	}
	return failed
}

func newPage(d *Document) *page {
	e := &d.Evidence
	css, js := asset("page.css"), asset("page.js")
	p := &page{
		Policy: policy(css, js), CSS: template.CSS(css), JS: template.JS(js),
		Maker: strings.TrimSpace(Visible(d.Manifest.Tool) + " " + Visible(d.Manifest.Version)),
		Span:  spanLine(e), Verdict: pageVerdict(d), Scored: d.Manifest.Model != nil,
		Threshold: fmt.Sprintf("%.2f", d.threshold()), Funnel: funnel(d),
		Links: pageLinks(e), Manifest: manifestFacts(&d.Manifest),
	}
	p.Title = p.Verdict
	if p.Maker == "" {
		p.Maker = "oddkin"
	}
	if p.Scored && e.Chains > 0 {
		p.Below = percent(e.Chains-e.FlaggedChains, e.Chains) + " of all chains score less."
	}
	p.Crossings = crossingLines(d, maxPageCrossings)
	for _, n := range e.Notes {
		if n.Kind == "interrupted" || n.Kind == "out_of_domain" {
			p.Alerts = append(p.Alerts, Visible(n.Text))
		}
		p.Notes = append(p.Notes, Visible(n.Text))
	}
	if n := len(d.Findings); n > 0 {
		p.Shown = fmt.Sprintf("%s of %s, least normal first.", count(n), plural(n+d.FindingsOmitted, "chain shape", "chain shapes"))
	}
	p.addEvidence(e)
	p.addWarnings(d)
	return p
}

// pageVerdict is the page's headline.
func pageVerdict(d *Document) string {
	v := verdict(d)
	if v == "" {
		v = plural(d.Evidence.Processes, "process", "processes") + " in the evidence, not scored"
	}
	return strings.ToUpper(v[:1]) + v[1:]
}

// funnel is the data reduction in steps.
func funnel(d *Document) []funnelStep {
	e := &d.Evidence
	word := func(n int, one, many string) funnelStep {
		if n == 1 {
			return funnelStep{"1", one}
		}
		return funnelStep{count(n), many}
	}
	steps := []funnelStep{word(e.Processes, "process", "processes"), word(e.Chains, "chain", "chains")}
	if d.Manifest.Model == nil {
		return steps
	}
	return append(steps, word(e.Shapes, "shape", "shapes"), word(e.Flagged, "flagged", "flagged"))
}

// pageLinks says how parents are known, in words.
func pageLinks(e *Evidence) []pageCount {
	var list []pageCount
	for _, l := range []struct {
		kind string
		n    int
	}{
		{"observed", e.Links.Observed},
		{"guid", e.Links.GUID},
		{"pid", e.Links.PID},
		{"inferred", e.Links.Inferred},
		{"supposed", e.Links.Supposed},
		{"orphan", e.Links.Orphan},
		{"root", e.Links.Root},
	} {
		list = append(list, pageCount{linkText(l.kind), count(l.n), percent(l.n, e.Processes)})
	}
	return list
}

// linkText says in words how a parent is known.
func linkText(kind string) string {
	switch kind {
	case "observed":
		return "start on record (fork or exec)"
	case "guid":
		return "named by the recorder's unique id"
	case "pid":
		return "named by its pid at the time"
	case "inferred":
		return "inferred"
	case "supposed":
		return "supposed: the likeliest of several"
	case "root":
		return "none above: first process of a host or container"
	}
	return "not in the evidence"
}

func manifestFacts(m *Manifest) []fact {
	var list []fact
	add := func(name, value string) {
		if value != "" {
			list = append(list, fact{Name: Visible(name), Value: Visible(value)})
		}
	}
	add("tool", strings.TrimSpace(m.Tool+" "+m.Version))
	add("created", isoTime(m.Created))
	if m.Model != nil {
		add("model", m.Model.Name)
		add("model sha256", m.Model.Digest)
		add("threshold", fmt.Sprintf("%.2f", m.Model.Threshold))
	}
	for _, o := range m.Options {
		add("option "+o.Name, o.Value)
	}
	for _, f := range m.Inputs {
		digest := "sha256 not taken"
		if f.SHA256 != "" {
			digest = "sha256 " + f.SHA256
		}
		add("input "+f.Name, digest)
	}
	return list
}
