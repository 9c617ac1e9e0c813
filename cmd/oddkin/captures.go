package main

import (
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"

	"oddkin/detect"
	"oddkin/parsers"
	"oddkin/tree"
)

// captures are recordings of single attacks, to rank one by one.
type captures struct {
	dir, own string
	pattern  *regexp.Regexp
}

// ownCommands tells the attack's own processes in OTRF's Security-Datasets and like
// captures from the machine's background, by what their descriptions say was run.
const ownCommands = `(?i)ntdsutil|esentutl|reg(\.exe)?"?\s+(save|add)\b|vssadmin|dumpert|psexec|\bwhoami|launcher\.exe|payload\.exe|rubeus|comsvcs|mimi|auditpol|wevtutil|bitsadmin|mshta|herpaderping|wardog|grunt|installutil|regsvr32|\bnet1?(\.exe)?"?\s+(user|local|group|start|stop|view|use)|\\\\[\w.]+\s+(stop|start|config|qc)|netsh|cmstp|atomic|hh\.exe|mavinject|register-cimprovider|purplesharp|minint|seatbelt|wmic|nltest|schtasks|-enc|-noP|sc(\.exe)?"?\s+(create|config|stop|sdset)|csc\.exe|cscript|wscript|\.vbs|\.hta|sharp|procdump|powershell.*(http|bypass|hidden|-w 1)|psexesvc`

func (c *captures) check() error {
	own := c.own
	if own == "" {
		own = ownCommands
	} else if c.dir == "" {
		return usage("--own is for the captures of --captures")
	}
	var err error
	if c.pattern, err = regexp.Compile(own); err != nil {
		return usage("--own: %w", err)
	}
	return nil
}

// judge ranks every capture by every model and adds the results to the models' runs.
// What is no evidence is passed over; what lies in
// one folder of dir is summed up as one.
func (c *captures) judge(ctx context.Context, u *ui, models []*detect.Model, runs []detect.Run) error {
	if c.dir == "" {
		return nil
	}
	var files []string
	err := filepath.WalkDir(c.dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		return usage("--captures: %w", err)
	}
	slices.Sort(files)
	var done atomic.Int64
	finish := u.progress("ranking captures", false, func() (int64, int64) { return done.Load(), int64(len(files)) })
	defer finish()
	for i, path := range files {
		done.Store(int64(i))
		if err := c.judgeOne(ctx, path, models, runs); err != nil {
			return err
		}
	}
	if len(runs[0].Captures) == 0 {
		return &exitError{code: exitNothing, err: errors.New("--captures: nothing there is evidence with processes")}
	}
	return nil
}

// judgeOne ranks one file.
func (c *captures) judgeOne(ctx context.Context, path string, models []*detect.Model, runs []detect.Run) error {
	evidence, err := parsers.Open([]string{path}, parsers.Options{})
	if err != nil {
		return usage("--captures: %w", err)
	}
	forest := tree.Build(evidence.Events(ctx), tree.Options{})
	name, err := filepath.Rel(c.dir, path)
	if err != nil {
		return failed(err, "")
	}
	name = filepath.ToSlash(name)
	folder, _, nested := strings.Cut(name, "/")
	if !nested {
		folder = "."
	}
	for i, m := range models {
		r, err := m.Rank(ctx, forest, detect.Options{Explain: -1})
		if err != nil || ctx.Err() != nil {
			return &exitError{code: exitInterrupted, err: errors.New("interrupted: there is no result")}
		}
		if len(r.Findings) > 0 {
			runs[i].Captures = append(runs[i].Captures, detect.JudgeCapture(folder, name, r, c.ofAttack))
		}
	}
	return nil
}

// ofAttack tells whether a process of the finding's chains is the attack's own.
func (c *captures) ofAttack(f *detect.Finding) bool {
	for _, p := range f.Paths {
		for _, n := range p.Hops(nil) {
			if proc := n.Proc(); c.pattern.MatchString(proc.Image) || c.pattern.MatchString(proc.Command()) {
				return true
			}
		}
	}
	return false
}
