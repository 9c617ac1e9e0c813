package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/report"
)

func newTrain(u *ui) *cobra.Command {
	var (
		o   detect.TrainOptions
		out output
	)
	c := &cobra.Command{
		Use:   "train [CORPUS...]",
		Short: "Train a model from a corpus of chains",
		Long: `Trains the network on the chains in the files and folders given, or on the corpus
that ships with the program, and writes a model file for --model. The same corpus
and the same --seed give the same file, byte for byte, on any number of
processors. Without CORPUS and with the default seed that is the embedded model.

Hosts of the split "train" are learned from, "validation" chooses the best epoch
and the calibration, "test" is only measured. Ctrl-C stops after the running
epoch and keeps the best one so far.`,
		Example: `  oddkin train -o again.safetensors
  oddkin train --seed 7 -o mine.safetensors corpus/`,
		RunE: func(c *cobra.Command, paths []string) error {
			if out.path == "" {
				return usage("-o FILE says where the model goes")
			}
			if err := out.guard(paths); err != nil {
				return err
			}
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			started := time.Now()
			model, metrics, err := detect.Train(c.Context(), files, o, func(p detect.Progress) {
				mark := ""
				if p.Best {
					mark = "  best so far"
				}
				elapsed := time.Since(started)
				left := (elapsed / time.Duration(p.Epoch) * time.Duration(p.Epochs-p.Epoch)).Round(time.Second)
				u.note("epoch %2d of %d  loss %.4f  validation loss %.4f  AUC %.4f  %s left%s", p.Epoch, p.Epochs, p.Loss, p.ValidLoss, p.ValidAUC, left, mark)
			})
			if err != nil {
				return failed(err, "")
			}
			if err := replace(out.path, model.Save); err != nil {
				return failed(fmt.Errorf("cannot write the model: %w", err), "")
			}
			u.note("model %s, sha256 %s", out.path, model.Digest())
			if err := report.WriteMetrics(u.out, metrics, report.Table); err != nil {
				return failed(err, "")
			}
			if c.Context().Err() != nil {
				return &exitError{code: exitInterrupted}
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVarP(&out.path, "output", "o", "", "the model file to write (required)")
	f.BoolVar(&out.force, "force", false, "let -o replace a file that exists")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of generation, initial weights and order")
	f.IntVar(&o.Epochs, "epochs", 0, "the most epochs to run (default: the shipped model's)")
	return c
}

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
