package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"oddkin/detect"
	"oddkin/parsers"
	"oddkin/tree"
)

// recordings is a folder of whole recordings with labels, as samples/lab makes them:
// NAME.log with fork records and NAME.execonly.log without, NAME.labels.tsv and
// NAME.truth.tsv beside them.
type recordings struct{ dir string }

// judge ranks every recording by every model and adds the results to the models' runs.
func (r recordings) judge(ctx context.Context, u *ui, models []*detect.Model, runs []detect.Run) error {
	if r.dir == "" {
		return nil
	}
	logs, err := filepath.Glob(filepath.Join(r.dir, "*.log"))
	if err != nil || len(logs) == 0 {
		return usage("--recordings: %s holds no .log", r.dir)
	}
	slices.Sort(logs)
	for _, log := range logs {
		host, view := strings.TrimSuffix(filepath.Base(log), ".log"), "forks"
		if base, ok := strings.CutSuffix(host, ".execonly"); ok {
			host, view = base, "execs"
		}
		if err := r.judgeOne(ctx, u, log, host, view, models, runs); err != nil {
			return err
		}
	}
	return nil
}

func (r recordings) judgeOne(ctx context.Context, u *ui, log, host, view string, models []*detect.Model, runs []detect.Run) error {
	truth := filepath.Join(r.dir, host+".truth.tsv")
	if _, err := os.Stat(truth); err != nil {
		truth = ""
	}
	labels, err := readLabels(filepath.Join(r.dir, host+".labels.tsv"), truth)
	if err != nil {
		return err
	}
	evidence, err := parsers.Open([]string{log}, parsers.Options{})
	if err != nil {
		return usage("--recordings: %w", err)
	}
	finish := u.progress("reading "+host, true, evidence.Progress)
	forest := tree.Build(evidence.Events(ctx), tree.Options{})
	finish()
	for i, m := range models {
		ranking, err := m.Rank(ctx, forest, detect.Options{Explain: -1})
		if err != nil || ctx.Err() != nil {
			return &exitError{code: exitInterrupted, err: errors.New("interrupted: there is no result")}
		}
		if runs[i].Recordings == nil {
			runs[i].Recordings = &detect.Metrics{}
		}
		runs[i].Recordings.Hosts = append(runs[i].Recordings.Hosts, detect.JudgeRanking(host, view, ranking, labels.Label))
	}
	return nil
}
