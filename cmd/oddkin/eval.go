package main

import (
	"io"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/report"
)

func newEval(u *ui) *cobra.Command {
	var (
		model string
		out   output
	)
	formats := []string{"table", "json"}
	c := &cobra.Command{
		Use:   "eval [CORPUS...]",
		Short: "Judge a model on the hosts held out of its training",
		Long: `Ranks the chains of every host of the split "test" in the corpus given, or in the
shipped one, and prints how soon a reader meets the attacks, beside the LSTM alone
and two baselines without it on the same rows.`,
		Example: `  oddkin eval
  oddkin eval --model mine.safetensors --format json corpus/`,
		RunE: func(c *cobra.Command, paths []string) error {
			if err := out.resolve(formats...); err != nil {
				return err
			}
			if err := out.guard(paths); err != nil {
				return err
			}
			m, err := loadModel(model)
			if err != nil {
				return err
			}
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			metrics := m.Evaluate(detect.HeldOut(files))
			return out.write(c.Context(), u, func(w io.Writer, _ report.Style) error {
				return report.WriteMetrics(w, metrics, report.Format(out.format))
			})
		},
	}
	c.Flags().StringVarP(&model, "model", "m", "", "judge this model file instead of the embedded model")
	out.flags(c, formats...)
	return c
}
