package main

import (
	"fmt"
	"io"
	"math"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/report"
)

// analyzeFormats are the renderers of analyze, the default first.
var analyzeFormats = []string{"table", "html", "json", "jsonl", "csv"}

// defaultTop is how many chain shapes are shown unless asked otherwise: in a table
// what a person reads first, in a page what a browser holds well. Formats for
// machines hold all.
var defaultTop = map[string]int{"table": 25, "html": 1000}

func newAnalyze(u *ui) *cobra.Command {
	var (
		p        pipeline
		out      output
		all      bool
		top      int
		minScore float64
		failOn   float64
	)
	c := &cobra.Command{
		Use:   "analyze PATH...",
		Short: "Rank the process chains in evidence, least normal first",
		Long: `Reads the files and folders given (each file's format is told by its content;
gzip, xz, zstandard, bzip2, tar and zip are opened), rebuilds the process trees
and prints the chains that look least like normal life. '-' is standard input.

One row stands for all chains of the same shape, that is, the same programs from
root to leaf; --all prints one row per chain instead. JSON lists all chains of a
shape in its one finding.

` + exitHelp,
		Example: `  oddkin analyze /evidence/var/log/audit
  oddkin analyze --top 5 sysmon.json.gz
  oddkin analyze -o report.html case-17/
  oddkin analyze --format jsonl case-17/ | jq 'select(.score > 0.9) | .names'
  oddkin analyze --fail-on 0.9 --quiet -o findings.json nightly/`,
		Args: needPaths,
		RunE: func(c *cobra.Command, paths []string) error {
			if err := out.resolve(analyzeFormats...); err != nil {
				return err
			}
			if err := checkScores(minScore, failOn); err != nil {
				return err
			}
			if top < 0 {
				return usage("--top takes a number of shapes")
			}
			p.records = out.format != string(report.Table) && out.format != string(report.CSV)
			r, err := p.run(c.Context(), u, paths, &out)
			if err != nil {
				return err
			}
			if !c.Flags().Changed("top") && !all {
				top = defaultTop[out.format]
			}
			o := report.Options{Top: top, MinScore: float32(minScore)}
			if all {
				o.Paths = report.All
				o.Stream = out.format != "table" && out.format != "html"
			}
			doc := report.New(r.values, o)
			u.stats.stage("render")
			err = out.write(c.Context(), u, func(w io.Writer, s report.Style) error {
				return report.Write(w, doc, report.Format(out.format), s)
			})
			if err != nil {
				return err
			}
			return verdict(u, r, failOn)
		},
	}
	p.flags(c)
	out.flags(c, analyzeFormats...)
	f := c.Flags()
	f.BoolVar(&all, "all", false, "one row per chain instead of one per chain shape")
	f.IntVarP(&top, "top", "n", 0, fmt.Sprintf("show the first N shapes; 0 shows all (default: %d in a table, %d in a page, all elsewhere)", defaultTop["table"], defaultTop["html"]))
	f.Float64Var(&minScore, "min-score", 0, "leave out chains that score below this")
	f.Float64Var(&failOn, "fail-on", math.Inf(1), "exit with 1 if a chain scores this or more")
	f.Lookup("fail-on").DefValue = "never"
	return c
}

// needPaths asks for at least one path.
func needPaths(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return &exitError{code: exitUsage, err: fmt.Errorf("%s needs a file or a folder", c.CommandPath()), hint: fmt.Sprintf("see '%s --help'", c.CommandPath())}
	}
	return nil
}

func checkScores(minScore, failOn float64) error {
	if !(minScore >= 0 && minScore <= 1) {
		return usage("--min-score takes a score from 0 to 1")
	}
	if !math.IsInf(failOn, 1) && !(failOn >= 0 && failOn <= 1) {
		return usage("--fail-on takes a score from 0 to 1")
	}
	return nil
}

// verdict tells the person what could not be read and turns the run into its
// exit code.
func verdict(u *ui, r *result, failOn float64) error {
	bad := unread(u, r.values.Accounts, r.asked)
	for _, folder := range barren(r.values.Accounts, r.paths) {
		bad++
		fmt.Fprintf(u.err, "oddkin: %s: no evidence in it\n", u.safe(folder))
	}
	if r.values.Interrupted {
		u.note("oddkin: interrupted: the result holds what had been read by then")
		return &exitError{code: exitInterrupted}
	}
	if first := r.values.Ranking.Findings; len(first) > 0 && float64(first[0].Score) >= failOn {
		return &exitError{code: exitFindings}
	}
	if bad > 0 {
		return &exitError{code: exitPartial}
	}
	return nil
}

// unusable reports whether an input that was taken for a format has given no
// event, and is nearly all damage by that format's measure.
func unusable(a *event.Account) bool {
	return a.Format != "" && a.Events == 0 && a.Malformed+a.Skipped > 0 &&
		10*a.Malformed >= 9*a.Records && a.Used == 0
}

// unread reports the inputs that could not be read, or not to their end, and
// those that were named but hold no evidence. Files of a folder that are simply
// something else are counted in one line.
func unread(u *ui, accounts []event.Account, asked func(name string) bool) (bad int) {
	var other passedOver
	for i := range accounts {
		a := &accounts[i]
		switch {
		case a.Failure != "":
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: %s\n", u.safe(a.File), u.safe(a.Failure))
		case a.Truncated:
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: ends inside a record; read up to there\n", u.safe(a.File))
		case unusable(a):
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: nothing in it could be read as %s\n", u.safe(a.File), a.Format)
		case a.Format != "":
		case asked(a.File) || namedLikeEvidence(a):
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: not read: %s\n", u.safe(a.File), u.safe(a.Reason))
		default:
			other.add(a)
		}
	}
	if len(other.reasons) > 0 {
		u.note("oddkin: files that are no evidence: %s", u.safe(other.String()))
	}
	return bad
}

// namedLikeEvidence reports whether a file holds nothing, or nothing known, though
// its name promises a log: it may have been wiped or damaged.
func namedLikeEvidence(a *event.Account) bool {
	if a.Reason != parsers.Empty && a.Reason != parsers.Binary {
		return false
	}
	name := strings.ToLower(a.File)
	for _, ext := range []string{".gz", ".xz", ".zst", ".bz2"} {
		name = strings.TrimSuffix(name, ext)
	}
	if ext := path.Ext(name); strings.Trim(ext, ".0123456789") == "" {
		name = strings.TrimSuffix(name, ext) // a rotated log's number
	}
	switch path.Ext(name) {
	case ".log", ".evtx", ".json", ".jsonl", ".ndjson", ".xml":
		return true
	}
	return false
}

// passedOver are the files of folders that are no evidence, by why.
type passedOver struct {
	reasons []string
	files   map[string][]string
}

// maxNamed is how many files are named that were passed over for one reason.
const maxNamed = 5

func (p *passedOver) add(a *event.Account) {
	if p.files == nil {
		p.files = map[string][]string{}
	}
	if p.files[a.Reason] == nil {
		p.reasons = append(p.reasons, a.Reason)
	}
	p.files[a.Reason] = append(p.files[a.Reason], a.File)
}

// String is such as "2 empty (a, b), 1 text of no known format (c)".
func (p *passedOver) String() string {
	var parts []string
	for _, why := range p.reasons {
		files := p.files[why]
		more := ""
		if n := len(files) - maxNamed; n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		parts = append(parts, fmt.Sprintf("%d %s (%s%s)", len(files), why, strings.Join(files[:min(len(files), maxNamed)], ", "), more))
	}
	return strings.Join(parts, "; ")
}

// barren gives the folders, of those that were named, that hold no evidence.
func barren(accounts []event.Account, folders []string) (all []string) {
	for _, folder := range folders {
		under := strings.TrimSuffix(filepath.ToSlash(folder), "/") + "/"
		files, good := 0, false
		for i := range accounts {
			if a := &accounts[i]; strings.HasPrefix(a.File, under) || under == "./" && !filepath.IsAbs(a.File) {
				files++
				good = good || a.Format != "" || a.Failure != ""
			}
		}
		if files > 0 && !good {
			all = append(all, folder)
		}
	}
	return all
}
