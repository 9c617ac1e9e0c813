package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/detect/corpus"
	"oddkin/report"
)

// evaluation is what eval was asked for.
type evaluation struct {
	models       []string
	plain        string
	seeds        int
	captures     captures
	recordings   recordings
	out, picture output
	ablate       bool
	networks     int
	also         []string
	lent         []*corpus.File // of also
}

func newEval(u *ui) *cobra.Command {
	var e evaluation
	formats := []string{"table", "json", "markdown"}
	c := &cobra.Command{
		Use:   "eval [CORPUS...]",
		Short: "Judge a model on the hosts held out of its training",
		Long: `Ranks the chains of every host of the split "test" in the corpus given, or in the
shipped one, and prints how soon a reader meets the attacks: for the model, for its
LSTM and its statistics alone, for the rarest step within the same evidence, and with
--plain for the published Keras classifier, all on the same rows. The same follows for
shapes that training never saw, which takes the hosts it learned from beside them in the
corpus given, and for chains in disguise.

--seeds N judges N models that only the seed of their training tells apart and gives
mean and standard deviation. They are trained on the corpus given, minutes each, and
kept nowhere; the model in question counts as one if it was trained on that corpus, and
on that of --also, as 'oddkin train' has it.

--captures DIR ranks real captures too, each on its own: how far down the first chain
of the attack's own stands, and how many other shapes are alerted. What is the attack's
own is told by --own, a regular expression over image paths and command lines (which
no model sees); the default knows the techniques in OTRF's Security-Datasets.

--recordings DIR ranks whole labelled audit logs as 'analyze' does, chains that borrow from
an alert beside them included: NAME.log, or NAME.execonly.log where it was recorded
without forks, with NAME.labels.tsv and NAME.truth.tsv as 'oddkin corpus add' takes them.

--ablate trains a model without each of its parts in turn, with --seeds for the spread,
and prints what each part is worth: means over the held-out hosts.`,
		Example: `  oddkin eval
  oddkin eval --seeds 5 --plain plain.safetensors --picture eval.svg -o eval.json
  oddkin eval --seeds 5 --also windows/train
  oddkin eval --model mine.safetensors --format json corpus/
  oddkin eval --captures Security-Datasets/datasets/atomic/windows`,
		RunE: func(c *cobra.Command, paths []string) error {
			if err := e.check(paths, formats); err != nil {
				return err
			}
			models, err := e.load()
			if err != nil {
				return err
			}
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			if len(e.also) > 0 {
				if e.lent, err = loadCorpus(e.also); err != nil {
					return err
				}
			}
			if e.ablate {
				return e.runAblation(c.Context(), u, models[0], files)
			}
			return e.run(c.Context(), u, models, files)
		},
	}
	f := c.Flags()
	f.StringArrayVarP(&e.models, "model", "m", nil, "judge this model file instead of the embedded model; further ones count as its other seeds")
	f.StringVar(&e.plain, "plain", "", "compare with this plain model, made by 'oddkin model import-keras'")
	f.IntVar(&e.seeds, "seeds", 1, "how many models to judge, of training seeds that count from 1; those not given are trained")
	f.StringVar(&e.captures.dir, "captures", "", "rank the captures in this folder too")
	f.StringVar(&e.recordings.dir, "recordings", "", "rank the labelled recordings in this folder too")
	f.StringVar(&e.captures.own, "own", "", "regular expression that tells the attack's own processes in captures")
	f.StringArrayVar(&e.also, "also", nil, "corpus that only the networks of models that are trained learn from; may be repeated")
	f.StringVar(&e.picture.path, "picture", "", "draw precision, recall and reading effort into this SVG file")
	f.BoolVar(&e.ablate, "ablate", false, "measure what each part of the model is worth")
	f.IntVar(&e.networks, "networks", 0, "with --ablate, how many networks vote in each model: fewer are quicker (default: as in the model)")
	e.out.flags(c, formats...)
	return c
}

// check looks at everything that can be wrong before the work.
func (e *evaluation) check(paths, formats []string) error {
	if err := e.out.resolve(formats...); err != nil {
		return err
	}
	if e.seeds < 1 || e.seeds > 100 {
		return usage("--seeds takes 1 to 100")
	}
	if e.networks < 0 || e.networks > detect.MaxNetworks {
		return usage("--networks takes 1 to %d", detect.MaxNetworks)
	}
	if e.networks != 0 && !e.ablate {
		return usage("--networks is for --ablate")
	}
	if e.ablate && (e.plain != "" || e.captures.dir != "" || e.recordings.dir != "" || e.picture.path != "") {
		return usage("--ablate has a table of its own, without --plain, --captures, --recordings and --picture")
	}
	if err := e.captures.check(); err != nil {
		return err
	}
	e.picture.force = e.out.force
	inputs := slices.Concat(paths, e.also)
	return errors.Join(e.out.guard(inputs), e.picture.guard(inputs))
}

// run prints the whole table.
func (e *evaluation) run(ctx context.Context, u *ui, models []*detect.Model, files []*corpus.File) error {
	if len(detect.HeldOut(files)) == 0 {
		return usage("no host of the corpus is of the split test: there is nothing to judge by")
	}
	var plain *detect.Plain
	if e.plain != "" {
		p, err := loadPlain(e.plain)
		if err != nil {
			return err
		}
		plain = p
	}
	models, err := e.trained(ctx, u, models, files)
	if err != nil {
		return err
	}
	result := detect.Evaluation{Data: models[0].Info.Data}
	for _, m := range models {
		r, err := m.Examine(files, plain)
		if err != nil {
			return failed(err, "")
		}
		result.Runs = append(result.Runs, *r)
	}
	result.Measure()
	if err := e.captures.judge(ctx, u, models, result.Runs); err != nil {
		return err
	}
	if err := e.recordings.judge(ctx, u, models, result.Runs); err != nil {
		return err
	}
	if e.picture.path != "" {
		if err := replace(e.picture.path, func(w io.Writer) error { return report.WriteEvaluationPicture(w, &result) }); err != nil {
			return failed(fmt.Errorf("cannot write the picture: %w", err), "")
		}
	}
	return e.out.write(ctx, u, func(w io.Writer, s report.Style) error {
		return report.WriteEvaluation(w, &result, report.Format(e.out.format), s)
	})
}

// load reads the models given, or takes the embedded one.
func (e *evaluation) load() ([]*detect.Model, error) {
	paths := e.models
	if len(paths) == 0 {
		paths = []string{""}
	}
	var models []*detect.Model
	for _, path := range paths {
		m, err := loadModel(path)
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return models, nil
}

// trained adds to the models given others of the same training with other seeds, until
// there are as many as asked for.
func (e *evaluation) trained(ctx context.Context, u *ui, given []*detect.Model, files []*corpus.File) ([]*detect.Model, error) {
	if e.seeds <= len(given) {
		return given, nil
	}
	recipe := given[0].Recipe()
	recipe.Also = e.lent
	var models []*detect.Model
	have := map[uint64]bool{}
	for _, m := range given {
		if have[m.Info.Seed] || !m.LearnedFrom(files, e.lent) {
			u.note("oddkin: a model of seed %d was not trained on this corpus (and --also), or there are two: it is left out", m.Info.Seed)
			continue
		}
		have[m.Info.Seed] = true
		models = append(models, m)
	}
	for seed := uint64(1); len(models) < e.seeds; seed++ {
		if have[seed] {
			continue
		}
		recipe.Seed = seed
		m, err := trainOne(ctx, u, fmt.Sprintf("model %d of %d: ", len(models)+1, e.seeds), files, recipe)
		if err != nil {
			return nil, err
		}
		models = append(models, m)
	}
	return models, nil
}

// trainOne trains a model for measurement: an interrupted one is of no use.
func trainOne(ctx context.Context, u *ui, label string, files []*corpus.File, o detect.TrainOptions) (*detect.Model, error) {
	l := newLessons(u, label)
	o.Step = l.step
	m, _, err := detect.Train(ctx, files, o, l.epoch)
	l.finish()
	if ctx.Err() != nil {
		return nil, &exitError{code: exitInterrupted, err: errors.New("interrupted: there is no result")}
	}
	if err != nil {
		return nil, failed(err, "")
	}
	return m, nil
}
