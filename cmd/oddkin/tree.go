package main

import (
	"io"
	"math"

	"github.com/spf13/cobra"

	"oddkin/report"
)

// treeFormats are the renderers of tree, the default first.
var treeFormats = []string{"tree", "json", "dot", "mermaid"}

func newTree(u *ui) *cobra.Command {
	var (
		p     pipeline
		out   output
		draw  report.Draw
		ascii bool
		score float64
	)
	c := &cobra.Command{
		Use:   "tree PATH...",
		Short: "Draw the process trees in evidence, with scores",
		Long: `Draws every host's process trees as the evidence gives them, each program with
the score of the worst chain through it. A mark says where a parent is not on
record: '~' for one that was inferred, '?' for one that is missing. Siblings that
look alike are drawn once with their number.

` + exitHelp,
		Example: `  oddkin tree audit.log
  oddkin tree --min-score 0.5 case-17/
  oddkin tree --format dot case-17/ | dot -Tsvg > tree.svg`,
		Args: needPaths,
		RunE: func(c *cobra.Command, paths []string) error {
			if err := out.resolve(treeFormats...); err != nil {
				return err
			}
			if err := checkScores(score, math.Inf(1)); err != nil {
				return err
			}
			draw.MinScore = float32(score)
			r, err := p.run(c.Context(), u, paths, &out)
			if err != nil {
				return err
			}
			doc := report.New(r.values, report.Options{Nodes: report.All})
			err = out.write(c.Context(), u, func(w io.Writer, s report.Style) error {
				s.Draw, s.ASCII = draw, ascii
				return report.Write(w, doc, report.Format(out.format), s)
			})
			if err != nil {
				return err
			}
			return verdict(u, r, math.Inf(1))
		},
	}
	p.flags(c)
	out.flags(c, treeFormats...)
	f := c.Flags()
	f.Float64Var(&score, "min-score", 0, "leave out subtrees without a chain of at least this score")
	f.IntVar(&draw.MaxDepth, "depth", 0, "leave out what lies deeper than this; roots have depth 1 (default: no limit)")
	f.BoolVar(&draw.Every, "every", false, "draw each of several equal siblings on its own")
	f.BoolVar(&ascii, "ascii", false, "draw the branches with ASCII characters")
	return c
}
