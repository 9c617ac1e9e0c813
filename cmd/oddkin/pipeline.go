package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/report"
	"oddkin/tree"
)

// pipeline is the line from files to findings: what analyze and tree share.
type pipeline struct {
	as      string
	model   string
	strict  bool
	workers int
	records bool // keep the records that links rest on
	spill   string
}

func (p *pipeline) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.as, "as", "", "read every file as this format instead of looking at its content")
	f.StringVarP(&p.model, "model", "m", "", "score with this model file instead of the embedded model")
	f.BoolVar(&p.strict, "strict", false, "leave out parents that are inferred rather than recorded")
	f.IntVar(&p.workers, "workers", 0, "how many files, or parts of one, are read at once (default: one per processor); the result does not depend on it")
	f.StringVar(&p.spill, "spill", "", "for evidence larger than memory allows: let a temporary file in this folder take what does not fit")
	must(c.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(parsers.Formats(), cobra.ShellCompDirectiveNoFileComp)))
}

// result is what the pipeline yields.
type result struct {
	values report.Values
	// asked tells the inputs that were named on the command line from those that
	// were found in a folder.
	asked func(name string) bool
	paths []string // as named on the command line
}

// run reads the evidence below paths, rebuilds the forest and ranks its chains.
// It refuses at once if the result could not go to out.
func (p *pipeline) run(ctx context.Context, u *ui, paths []string, out *output) (*result, error) {
	u.stats.workers = p.workers
	if p.workers < 0 {
		return nil, usage("--workers takes a number of files")
	}
	evidence, err := parsers.Open(paths, parsers.Options{As: p.as, Workers: p.workers})
	if err != nil {
		return nil, usage("%w", err)
	}
	if err := out.guard(evidence.Files()); err != nil {
		return nil, err
	}
	options := tree.Options{Strict: p.strict, Records: p.records, Lasting: lean(evidence.Expected())}
	loaded, err := loading(p.model, &u.stats)
	if err != nil {
		return nil, err
	}
	if p.spill != "" {
		f, err := spillFile(p.spill)
		if err != nil {
			return nil, err
		}
		options.Spill = f // to be kept open until the process ends
	}
	finish := u.progress("reading", true, evidence.Progress)
	u.stats.stage("read")
	forest := tree.Build(u.stats.until("link", evidence.Events(ctx)), options)
	finish()
	if err := forest.Unspilled; err != nil {
		u.note("oddkin: --spill: %v: the rest was kept in memory", err)
	}
	u.stats.read(evidence.Accounts())
	nodes := 0
	for _, n := range forest.Counts.Standings {
		nodes += n
	}
	u.stats.count("link", "programs", int64(nodes))
	model, err := loaded()
	if err != nil {
		return nil, err
	}
	r := &result{asked: evidence.Asked, paths: paths}
	r.values = report.Values{
		Manifest:    p.manifest(model, paths),
		Accounts:    evidence.Accounts(),
		Forest:      forest,
		Interrupted: evidence.Interrupted(),
	}
	if !readable(r.values.Accounts) && !r.values.Interrupted {
		return nil, nothingRead(r.values.Accounts)
	}
	if r.values.Interrupted { // what was read is still worth its ranking
		ctx = context.WithoutCancel(ctx)
	}
	r.values.Ranking, err = model.Rank(ctx, forest, detect.Options{Stage: u.stats.stage})
	if err != nil {
		return nil, &exitError{code: exitInterrupted, err: errors.New("interrupted while ranking: there is no result")}
	}
	u.stats.count("score", "chains", int64(r.values.Ranking.Paths))
	u.stats.count("score", "shapes", int64(len(r.values.Ranking.Findings)))
	u.stats.stage("describe")
	return r, nil
}

// manifest says what made the report. Nothing of this machine enters.
func (p *pipeline) manifest(m *detect.Model, paths []string) report.Manifest {
	man := report.Manifest{
		Tool: "oddkin", Version: buildVersion(),
		Model: &report.Model{Name: m.Name(), Digest: m.Digest(), Threshold: m.Threshold()},
	}
	for _, path := range paths {
		man.Inputs = append(man.Inputs, report.File{Name: path})
	}
	if p.as != "" {
		man.Options = append(man.Options, report.Option{Name: "as", Value: p.as})
	}
	if p.strict {
		man.Options = append(man.Options, report.Option{Name: "strict", Value: strconv.FormatBool(p.strict)})
	}
	return man
}

// loading reads the model file at once, since it may be none, and begins to load the embedded one for "",
// while evidence is read. What it returns waits for that, and only the wait counts as a stage.
func loading(path string, s *stats) (loaded func() (*detect.Model, error), err error) {
	if path != "" {
		s.stage("load model")
		m, err := loadModel(path)
		return func() (*detect.Model, error) { return m, nil }, err
	}
	label("load model")
	go detect.Embedded()
	return func() (*detect.Model, error) {
		s.stage("load model")
		return loadModel("")
	}, nil
}

// loadModel reads the model file, or takes the embedded one for "".
func loadModel(path string) (*detect.Model, error) {
	if path == "" {
		m, err := detect.Embedded()
		if err != nil {
			return nil, failed(err, "")
		}
		return m, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, failed(fmt.Errorf("cannot open the model: %w", err), "")
	}
	defer f.Close()
	m, err := detect.Load(f)
	if err != nil {
		hint := "models are made by 'oddkin train'"
		if kind := (*detect.KindError)(nil); errors.As(err, &kind) {
			hint = "a plain model is for 'oddkin classify'"
		}
		return nil, failed(fmt.Errorf("%s is no model that can be used: %w", path, err), hint)
	}
	return m, nil
}

// readable reports whether anything was read as evidence.
func readable(accounts []event.Account) bool {
	for i := range accounts {
		if a := &accounts[i]; a.Format != "" && !unusable(a) {
			return true
		}
	}
	return false
}

// nothingRead says for every input why it gave nothing, as far as that fits.
func nothingRead(accounts []event.Account) error {
	var errs []error
	hint := ""
	for i := range accounts {
		a := &accounts[i]
		if a.Bytes > 0 { // its content was looked at
			hint = "'oddkin formats FILE...' says what it sees in a file; --as FORMAT overrides"
		}
		if len(errs) == 20 {
			errs = append(errs, fmt.Errorf("and %d more", len(accounts)-i))
			break
		}
		why := a.Failure
		if why == "" {
			why = a.Reason
		}
		if unusable(a) {
			why = "nothing in it could be read as " + a.Format
		}
		errs = append(errs, fmt.Errorf("%s: %s", report.Visible(a.File), why))
	}
	return &exitError{
		code: exitNothing,
		err:  fmt.Errorf("none of this is evidence that oddkin can read:\n%w", errors.Join(errs...)),
		hint: hint,
	}
}
