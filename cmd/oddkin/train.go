package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oddkin/detect"
	"oddkin/detect/generate"
	"oddkin/report"
)

func newTrain(u *ui) *cobra.Command {
	var (
		s           site
		o           detect.TrainOptions
		out, curves output
		without     []string
		also        []string
	)
	c := &cobra.Command{
		Use:   "train [CORPUS...]",
		Short: "Train a model from a corpus of chains",
		Long: `Trains the network on the chains in the files and folders given, or on the corpus
that ships with the program, and writes a model file for --model. The same corpus
and the same options give the same file, byte for byte, on any number of
processors. Without CORPUS, with the default options and with --also of what
samples/corpus/windows.sh makes, that is the embedded model.

Hosts of the split "train" are learned from, "validation" chooses the best epoch
and the calibration, "test" is only measured. 'oddkin corpus' makes and checks
such files.

Beside what was recorded, chains are generated from grammars: for each operating
system --made-normal of normal life (Windows, and what the recorded Linux hosts did not do),
--made-attacks after documented techniques, and --made-random in orders that no
system shows. They follow from --seed, say in their header that they were made, and
are learned from, one in ten chooses epochs and Windows' threshold; no evaluation counts them.

From the corpus of --also the networks learn, but the model's file holds no chain of
it, only names of programs: for recordings that others may use and not pass on. Its
hosts are of the split "train". Chains of Windows have networks of their own, so
recordings of Windows change nothing for those of Linux.

With --normal the model does not begin anew: the embedded one, or --model, goes on
learning from a site's own evidence of clean days, of any format that 'analyze' reads,
together with the corpus, in small steps. And the chains of that evidence themselves,
with all that they begin with (a million at most, the rarest go), are known from then on:
they stay below the threshold whatever the network thinks, and reports tell how many would
have been alerts. What hangs
below a known chain, and is not known, is judged as ever. Whatever is in that evidence is
learned as normal, an intruder's doings too: the chains that the model found strangest
before are listed, look at them. A later attack of exactly such a chain is hidden. With
--abnormal it also learns from evidence of attacks: what in it is the beginning of no
normal chain counts as the attack.

Ctrl-C stops training and writes the best of the epochs that were done; the file
says that it was interrupted. A second Ctrl-C ends at once and writes nothing.`,
		Example: `  oddkin train -o again.safetensors
  oddkin train --seed 7 --curves curves.svg -o mine.safetensors corpus/
  oddkin train --also windows/train -o again.safetensors
  oddkin train --normal /golden/web7 --normal /golden/web8 -o site.safetensors`,
		RunE: func(c *cobra.Command, paths []string) error {
			if out.path == "" {
				return usage("-o FILE says where the model goes")
			}
			if err := checkNumbers(c.Flags(), &o); err != nil {
				return err
			}
			curves.force = out.force
			if err := errors.Join(out.guard(slices.Concat(paths, also)), curves.guard(slices.Concat(paths, also))); err != nil {
				return err
			}
			var err error
			if o.Without, err = detect.ParseParts(without); err != nil {
				return usage("--without: %w", err)
			}
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			if len(also) > 0 {
				if o.Also, err = loadCorpus(also); err != nil {
					return err
				}
			}
			if err := s.check(c.Flags().Changed); err != nil {
				return err
			}
			if err := s.read(c.Context(), u, &out); err != nil {
				return err
			}
			l := newLessons(u, "")
			o.Step = l.step
			var model *detect.Model
			var metrics *detect.Metrics
			if s.tunes() {
				model, metrics, err = s.base.Learn(c.Context(), files, s.site, o, l.epoch)
			} else {
				model, metrics, err = detect.Train(c.Context(), files, o, l.epoch)
			}
			if err = errors.Join(err, l.end(&curves)); err != nil {
				return untrained(c.Context(), err)
			}
			if err := s.warn(u); err != nil {
				return err
			}
			if err := deliver(c.Context(), u, model, metrics, &out); err != nil {
				return err
			}
			return s.partial()
		},
	}
	f := c.Flags()
	f.StringVarP(&out.path, "output", "o", "", "the model file to write (required)")
	f.BoolVar(&out.force, "force", false, "let -o and --curves replace files that exist")
	f.StringVar(&curves.path, "curves", "", "draw loss and AUC, epoch by epoch, into this SVG file")
	f.StringArrayVar(&s.normal, "normal", nil, "tune the model to the normal life in this evidence; may be repeated")
	f.StringArrayVar(&s.abnormal, "abnormal", nil, "with --normal, learn from the attacks in this evidence; may be repeated")
	f.StringVarP(&s.model, "model", "m", "", "with --normal, tune this model file instead of the embedded model")
	f.Uint64Var(&o.Seed, "seed", 1, "seed of generation, initial weights and order")
	f.IntVar(&o.Epochs, "epochs", 0, "the most epochs to run for each network (default: the shipped model's)")
	f.IntVar(&o.Networks, "networks", 0, "how many networks vote on a chain of Linux; of Windows one less (default: the shipped model's)")
	f.IntVar(&o.Generate.Normal, "made-normal", generate.DefaultNormal, "normal chains to generate for each system")
	f.IntVar(&o.Generate.Attacks, "made-attacks", generate.DefaultAttacks, "attacks to generate for each system")
	f.IntVar(&o.Generate.Random, "made-random", generate.DefaultRandom, "random orders to generate for each system")
	f.StringArrayVar(&also, "also", nil, "corpus that only the networks learn from; may be repeated")
	f.StringSliceVar(&without, "without", nil, "leave parts of the model out: "+strings.Join(detect.AllParts.Names(), ", "))
	must(c.RegisterFlagCompletionFunc("without", cobra.FixedCompletions(detect.AllParts.Names(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// The most that training takes: more would not end, or fill the memory.
const (
	mostEpochs = 10_000
	mostMade   = 1_000_000
)

// checkNumbers refuses numbers that no training can have. Epochs and networks that were
// not given have their default.
func checkNumbers(f *pflag.FlagSet, o *detect.TrainOptions) error {
	for _, n := range []struct {
		flag               string
		value, least, most int
	}{
		{"epochs", o.Epochs, 1, mostEpochs},
		{"networks", o.Networks, 1, detect.MaxNetworks},
		{"made-normal", o.Generate.Normal, 0, mostMade},
		{"made-attacks", o.Generate.Attacks, 0, mostMade},
		{"made-random", o.Generate.Random, 0, mostMade},
	} {
		if f.Changed(n.flag) && (n.value < n.least || n.value > n.most) {
			return usage("--%s takes %d to %d", n.flag, n.least, n.most)
		}
	}
	return nil
}

// untrained is the error for a training that gave no model.
func untrained(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted, err: fmt.Errorf("interrupted, and there is no model: %w", err)}
	}
	return failed(err, "")
}

// deliver writes a trained model and tells how it does.
func deliver(ctx context.Context, u *ui, model *detect.Model, metrics *detect.Metrics, out *output) error {
	if err := replace(out.path, model.Save); err != nil {
		return failed(fmt.Errorf("cannot write the model: %w", err), "")
	}
	u.note("model %s, sha256 %s", out.path, model.Digest())
	if model.Info.Interrupted {
		u.note("oddkin: interrupted: the model is the best that was reached, and its file says so")
	}
	if err := report.WriteMetrics(u.out, metrics, u.columns()); err != nil {
		return failed(err, "")
	}
	if ctx.Err() != nil {
		return &exitError{code: exitInterrupted}
	}
	return nil
}
