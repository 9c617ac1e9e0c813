package main

import (
	"fmt"
	"io"
	"math"

	"github.com/spf13/cobra"

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
root to leaf; those that ran beside an alert, below the same shell, are ranked with
it in a row of their own. --all prints one row per chain instead, with the pid of its
last process where a shape has several. JSON holds one finding a row, with one chain
of it, and with --all every chain.

` + exitHelp(true),
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
			o := report.Options{Top: top, MinScore: float32(minScore), Stream: true}
			if all {
				o.Paths = report.All
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
	f.Float64Var(&minScore, "min-score", 0, "leave out chains that score below this, to three digits")
	f.Float64Var(&failOn, "fail-on", math.Inf(1), "exit with 1 if a chain scores this or more, to three digits")
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
	bad := unread(u, r.values.Accounts, r.asked, r.paths)
	if r.values.Interrupted {
		u.note("oddkin: interrupted: the result holds what had been read by then")
		return &exitError{code: exitInterrupted}
	}
	if first := r.values.Ranking.Findings; len(first) > 0 && report.Reaches(first[0].Score, float32(failOn)) {
		return &exitError{code: exitFindings}
	}
	if bad > 0 {
		return &exitError{code: exitPartial}
	}
	return nil
}
