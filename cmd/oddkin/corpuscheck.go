package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"oddkin/detect/corpus"
	"oddkin/report"
)

func newCorpusCheck(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "check [CORPUS...]",
		Short: "Look for leaks between a corpus' splits",
		Long: `Looks for what would let a model be judged by what it learned from. It fails if one
host stands in two splits, if two hosts of different splits are nearly one recording, if a
host has one view twice, and if a file names no source or licence.

Shapes that a split has in common with another (the same programs in the same order,
whatever their folder, version or count) are counted, not refused: hosts share their
ordinary life. 'oddkin eval' gives its figures for the others alone, too. Torn are those
that one split calls normal and the other an attack. Chains that one file calls both are
counted too: they count as normal.`,
		Example: "  oddkin corpus check\n  oddkin corpus check mine/ samples/corpus/",
		RunE: func(_ *cobra.Command, paths []string) error {
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			var rows []report.CorpusOverlap
			for _, o := range corpus.Overlaps(files) {
				rows = append(rows, report.CorpusOverlap(o))
			}
			if err := report.WriteOverlaps(u.out, rows, u.style()); err != nil {
				return failed(err, "")
			}
			tellBoth(u, files)
			if errs := corpus.Check(files); len(errs) > 0 {
				return failed(errors.Join(errs...), "a host belongs to one split for ever, and every file says by --source and --licence where it comes from")
			}
			fmt.Fprintf(u.out, "\n%s: no host and no recording stands in two splits\n", counted(len(files), "file"))
			return nil
		},
	}
}

// tellBoth lists the files that call chains normal and an attack too.
func tellBoth(u *ui, files []*corpus.File) {
	head := "\nNormal and of an attack too, counted as normal:\n"
	for _, f := range files {
		if n := corpus.Both(f); n > 0 {
			fmt.Fprintf(u.out, "%s  %s %s: %s\n", head, u.safe(f.Host), u.safe(f.View), counted(n, "chain"))
			head = ""
		}
	}
}
