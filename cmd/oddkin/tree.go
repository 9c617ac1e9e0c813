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
		pick  selection
	)
	c := &cobra.Command{
		Use:   "tree PATH...",
		Short: "Draw the process trees in evidence, with scores",
		Long: `Draws every host's process trees as the evidence gives them, each program with
the score of the worst chain through it. A mark says where a parent is not on
record: '~' for one that was inferred, '≈' for one that is supposed, '?' for one
that is missing. In brackets stands how a lineage begins (ssh, cron, container and
so on), and after an arrow the process that asked for a start which a service
manager, scheduler or COM server carried out. Siblings that look alike are drawn once with their number.
--details tells below each process who it ran for, how its parent is known and where
that stands in the evidence.

What --host, --session, --pid, --user, --from, --until and --min-score select is
drawn with its ancestors, and below a session or pid with all that descends from
it. All must hold; of several values of one, any.

` + exitHelp(false),
		Example: `  oddkin tree audit.log
  oddkin tree --min-score 0.5 case-17/
  oddkin tree --pid 4122 --details audit.log
  oddkin tree --host web7 --user 33 --from 2026-11-23T16:00:00Z case-17/
  oddkin tree --format dot case-17/ | dot -Tsvg > tree.svg`,
		Args: needPaths,
		RunE: func(c *cobra.Command, paths []string) error {
			if err := out.resolve(treeFormats...); err != nil {
				return err
			}
			if draw.MaxDepth < 0 {
				return usage("--depth %d: want 1 or more", draw.MaxDepth)
			}
			if draw.MaxDepth > 0 && out.format == string(report.JSON) {
				return usage("--depth is for drawings; JSON lists every process of a lineage")
			}
			chosen, err := pick.parse()
			if err != nil {
				return err
			}
			p.records = draw.Details || out.format == string(report.JSON)
			r, err := p.run(c.Context(), u, paths, &out)
			if err != nil {
				return err
			}
			doc := report.New(r.values, report.Options{Nodes: report.All, Select: chosen, Stream: true})
			u.stats.stage("render")
			err = out.write(c.Context(), u, func(w io.Writer, s report.Style) error {
				s.Draw, s.ASCII = draw, ascii
				return report.Write(w, doc, report.Format(out.format), s)
			})
			if err != nil {
				return err
			}
			noteDamage(u, r.values.Accounts)
			return verdict(u, r, math.Inf(1))
		},
	}
	p.flags(c)
	out.flags(c, treeFormats...)
	pick.flags(c)
	f := c.Flags()
	f.IntVar(&draw.MaxDepth, "depth", 0, "leave out of a drawing what lies deeper than this; roots have depth 1 (default: no limit)")
	f.BoolVar(&draw.Every, "every", false, "draw each of several equal siblings on its own")
	f.BoolVar(&draw.Details, "details", false, "tell all that is known of each process below it (format tree); implies --every")
	f.BoolVar(&ascii, "ascii", false, "draw the branches with ASCII characters")
	return c
}
