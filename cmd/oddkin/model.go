package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/report"
)

func newModel(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use: "model", Short: "Show what a model file holds, or import one", Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newModelShow(u), newImportKeras(u))
	return c
}

func newModelShow(u *ui) *cobra.Command {
	var out output
	formats := []string{"table", "json", "markdown"}
	c := &cobra.Command{
		Use:     "show [FILE]",
		Short:   "Show a model's card: data, licences, limits and metrics; the embedded one's by default",
		Example: "  oddkin model show\n  oddkin model show --format json mine.safetensors\n  oddkin model show -o CARD.md",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := out.resolve(formats...); err != nil {
				return err
			}
			if err := out.guard(args); err != nil {
				return err
			}
			var path string
			if len(args) > 0 {
				path = args[0]
			}
			card, err := modelCard(path)
			if err != nil {
				return err
			}
			return out.write(c.Context(), u, func(w io.Writer, s report.Style) error {
				return card(w, report.Format(out.format), s)
			})
		},
	}
	out.flags(c, formats...)
	return c
}

// modelCard reads a model file of either kind and returns what renders it.
func modelCard(path string) (func(io.Writer, report.Format, report.Style) error, error) {
	m, err := loadModel(path)
	if kind := (*detect.KindError)(nil); errors.As(err, &kind) {
		p, err := loadPlain(path)
		return func(w io.Writer, f report.Format, _ report.Style) error { return report.WritePlain(w, p, f) }, err
	}
	return func(w io.Writer, f report.Format, s report.Style) error { return report.WriteModel(w, m, f, s) }, err
}

// loadPlain reads a model file of the kind that classify takes.
func loadPlain(path string) (*detect.Plain, error) {
	const hint = "a plain model is made by 'oddkin model import-keras'"
	f, err := os.Open(path)
	if err != nil {
		return nil, failed(fmt.Errorf("cannot open the model: %w", err), hint)
	}
	defer f.Close()
	p, err := detect.LoadPlain(f)
	if err != nil {
		return nil, failed(fmt.Errorf("%s is no model that can be used: %w", path, err), hint)
	}
	return p, nil
}
