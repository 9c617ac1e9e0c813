package main

import (
	"context"
	"fmt"

	"oddkin/detect"
	"oddkin/detect/corpus"
	"oddkin/parsers"
	"oddkin/report"
	"oddkin/tree"
)

// site is what train was given of a site's own evidence.
type site struct {
	normal, abnormal []string
	model            string

	base      *detect.Model
	site      detect.Site
	strangest []detect.Finding // of the normal evidence, by the base
	alerted   int              // of them, all that scored at the threshold or above
	bad       int              // inputs that could not be read
}

func (s *site) tunes() bool { return len(s.normal) > 0 }

// check refuses flags that do not go together.
func (s *site) check(changed func(flag string) bool) error {
	if !s.tunes() {
		if len(s.abnormal) > 0 || s.model != "" {
			return usage("--abnormal and --model are for tuning with --normal")
		}
		return nil
	}
	for _, flag := range []string{"networks", "made-normal", "made-attacks", "made-random", "without"} {
		if changed(flag) {
			return usage("--%s is the model's own: it cannot be changed by tuning", flag)
		}
	}
	return nil
}

// read reads the evidence and lets the model of before judge what it is to learn as
// normal.
func (s *site) read(ctx context.Context, u *ui, out *output) error {
	if !s.tunes() {
		return nil
	}
	var err error
	if s.base, err = loadModel(s.model); err != nil {
		return err
	}
	forest, err := s.forest(ctx, u, s.normal, out)
	if err != nil {
		return err
	}
	ranking, err := s.base.Rank(ctx, forest, detect.Options{Explain: mostStrange})
	if err != nil {
		return &exitError{code: exitInterrupted}
	}
	for _, f := range ranking.Findings {
		if f.Score < s.base.Threshold() {
			break
		}
		if s.alerted++; s.alerted <= mostStrange {
			s.strangest = append(s.strangest, f)
		}
	}
	s.site.Normal = corpus.BySystem(forest, corpus.Meta{Source: "the site's own normal evidence", Licence: "the site's own", Split: corpus.Train})
	if len(s.abnormal) == 0 {
		return nil
	}
	if forest, err = s.forest(ctx, u, s.abnormal, out); err != nil {
		return err
	}
	s.site.Abnormal = corpus.BySystem(forest, corpus.Meta{Source: "the site's own evidence of attacks", Licence: "the site's own", Split: corpus.Train})
	return nil
}

// forest reads evidence that is no file to be written.
func (s *site) forest(ctx context.Context, u *ui, paths []string, out *output) (*tree.Forest, error) {
	evidence, err := parsers.Open(paths, parsers.Options{})
	if err != nil {
		return nil, usage("%w", err)
	}
	if err := out.guard(evidence.Files()); err != nil {
		return nil, err
	}
	finish := u.progress("reading", true, evidence.Progress)
	forest := tree.Build(evidence.Events(ctx), tree.Options{})
	finish()
	if evidence.Interrupted() {
		return nil, &exitError{code: exitInterrupted}
	}
	if !readable(evidence.Accounts()) {
		return nil, nothingRead(evidence.Accounts())
	}
	noteDamage(u, evidence.Accounts())
	s.bad += unread(u, evidence.Accounts(), evidence.Asked, paths)
	return forest, nil
}

// mostStrange is how many chains are listed that are learned as normal although they
// are strange.
const mostStrange = 20

// warn lists what the model of before would have alerted: if one of it is an attack, it
// is now taught as normal.
func (s *site) warn(u *ui) error {
	if !s.tunes() {
		return nil
	}
	if s.alerted == 0 {
		u.note("oddkin: no chain of the normal evidence had been an alert before")
		return nil
	}
	fmt.Fprintf(u.err, "oddkin: %s learned as normal had been %s before; if one is an attack, take it out and train again:\n",
		counted(s.alerted, "chain"), map[bool]string{true: "an alert", false: "alerts"}[s.alerted == 1])
	return report.WriteStrange(u.err, s.strangest, s.alerted)
}

// partial is the error for evidence that could not all be read.
func (s *site) partial() error {
	if s.bad > 0 {
		return &exitError{code: exitPartial}
	}
	return nil
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}
