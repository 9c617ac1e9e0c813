package main

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oddkin/detect/corpus"
	"oddkin/parsers"
	"oddkin/parsers/event"
	"oddkin/report"
	"oddkin/tree"
)

func newCorpus(u *ui) *cobra.Command {
	c := &cobra.Command{
		Use: "corpus", Short: "Make and check corpora of chains to train on", Args: cobra.NoArgs,
		Long: `A corpus is a folder of .chains files, one for each host and view, as text: after a few
header lines ("# host: web1"), one line for each distinct root-to-leaf chain of programs,
tab separated: how often it was seen, "normal" or "attack@N name" where hop N is the
attack's first, how the lineage began, and the images' paths, root first, with "=N" for
what is the same as in the line above:

  # oddkin chains 1
  # os: linux
  # host: web1
  # split: train
  # source: recorded on a server of ours
  # licence: CC0-1.0
  42	normal	service	/usr/lib/systemd/systemd	/usr/sbin/cron	/usr/bin/dash
  1	attack@2 web-shell	service	=1	/usr/sbin/nginx	/usr/bin/dash	/usr/bin/id

'corpus add' writes such files from evidence; they hold image paths and nothing else of
it: no arguments, users, addresses or times. A host has one split for ever: train,
validation or test.`,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newCorpusAdd(u), newCorpusStats(u), newCorpusCheck(u))
	return c
}

func newCorpusAdd(u *ui) *cobra.Command {
	var (
		meta          corpus.Meta
		labels, truth string
		path, system  string
		rules         ruleFlags
		force         bool
	)
	c := &cobra.Command{
		Use:   "add PATH...",
		Short: "Turn one host's evidence into a corpus file",
		Long: `Reads the evidence of one host, rebuilds its process tree and writes its chains,
each once with its count, as a .chains file that 'oddkin train' takes.

--labels names a table of attacks: on each line the audit event that starts an
attack's first process, as seconds.milliseconds:serial, a tab and the attack's
name. Everything below those processes is labelled attack, all else normal.

Without such a table, --normal, --attack and --unsure tell chains by what runs in them:
regular expressions over each process, written "parent > name: image command line" with names as
'oddkin analyze' shows them. From the root down the first process that --normal or
--attack matches decides, for the whole chain or from there on; a chain without
such a process is left out if --unsure matches one of it, and normal if not.`,
		Example: `  oddkin corpus add --host web7 --role web --split train -o corpus/web7.chains /golden/web7/audit.log
  oddkin corpus add --host lab3 --labels lab3.labels.tsv --split test -o corpus/lab3.chains lab3.log
  oddkin corpus add --host dc --os windows --attack 'winrshost > cmd:' --unsure '> (cmd|powershell):' -o dc.chains dc.json`,
		Args: needPaths,
		RunE: func(c *cobra.Command, paths []string) error {
			switch system {
			case "linux":
				meta.OS = event.Linux
			case "windows":
				meta.OS = event.Windows
			default:
				return usage("--os takes linux or windows, not %q", system)
			}
			if err := meta.Check(); err != nil {
				return usage("%w", err)
			}
			if err := rules.compile(labels); err != nil {
				return err
			}
			label, err := readLabels(labels, truth)
			if err != nil {
				return err
			}
			evidence, err := parsers.Open(paths, parsers.Options{})
			if err != nil {
				return usage("%w", err)
			}
			out := output{path: path, force: force}
			if err := out.guard(evidence.Files()); err != nil {
				return err
			}
			finish := u.progress("reading", true, evidence.Progress)
			forest := tree.Build(evidence.Events(c.Context()), tree.Options{})
			finish()
			if evidence.Interrupted() {
				return &exitError{code: exitInterrupted}
			}
			if !readable(evidence.Accounts()) {
				return nothingRead(evidence.Accounts())
			}
			file := corpus.ByRules(forest, meta, rules.rules)
			if labels != "" {
				file = corpus.FromForest(forest, meta, label.Label)
			}
			err = out.write(c.Context(), u, func(w io.Writer, _ report.Style) error { return file.Write(w) })
			if err != nil {
				return err
			}
			u.note("oddkin: %d distinct chains", len(file.Chains))
			noteDamage(u, evidence.Accounts())
			if unread(u, evidence.Accounts(), evidence.Asked, paths) > 0 {
				return &exitError{code: exitPartial}
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&meta.Host, "host", "", "name of the host (required)")
	f.StringVar(&meta.Role, "role", "", "what the host is for")
	f.StringVar(&system, "os", "linux", "operating system: linux or windows")
	f.StringVar(&meta.Split, "split", corpus.Train, "train, validation or test; one host has one, for ever")
	must(c.RegisterFlagCompletionFunc("split", cobra.FixedCompletions([]string{corpus.Train, corpus.Validation, corpus.Test}, cobra.ShellCompDirectiveNoFileComp)))
	f.StringVar(&meta.Source, "source", "", "where the evidence comes from")
	f.StringVar(&meta.Licence, "licence", "", "on what terms it may be used")
	f.StringVar(&meta.View, "view", "", "what the recording could see, such as forks or execs")
	f.StringVar(&labels, "labels", "", "table of the audit events that start attacks")
	rules.flags(f)
	f.StringVar(&truth, "truth", "", "table of true lineage, to follow attacks that the log alone loses")
	f.StringVarP(&path, "output", "o", "", "the corpus file to write (default: standard output)")
	f.BoolVar(&force, "force", false, "let -o replace a file that exists")
	return c
}

// ruleFlags are the expressions that label chains.
type ruleFlags struct {
	normal, attack, unsure string
	rules                  corpus.Rules
}

func (r *ruleFlags) flags(f *pflag.FlagSet) {
	f.StringVar(&r.normal, "normal", "", "regular expression for processes whose chains are normal")
	f.StringVar(&r.attack, "attack", "", "regular expression for processes that attacks begin with")
	f.StringVar(&r.unsure, "unsure", "", "regular expression for processes whose chains are left out if neither tells")
}

// compile makes the rules; labels is the table given instead of them, if any.
func (r *ruleFlags) compile(labels string) error {
	for _, e := range []struct {
		flag, text string
		to         **regexp.Regexp
	}{{"normal", r.normal, &r.rules.Normal}, {"attack", r.attack, &r.rules.Attack}, {"unsure", r.unsure, &r.rules.Unsure}} {
		if e.text == "" {
			continue
		}
		if labels != "" {
			return usage("--%s is for evidence without --labels", e.flag)
		}
		var err error
		if *e.to, err = regexp.Compile(e.text); err != nil {
			return usage("--%s: %w", e.flag, err)
		}
	}
	return nil
}

// readLabels reads the table of attacks and spreads it by the true lineage.
func readLabels(labels, truth string) (corpus.Labels, error) {
	if labels == "" {
		return corpus.Labels{}, nil
	}
	f, err := os.Open(labels)
	if err != nil {
		return nil, failed(err, "")
	}
	defer f.Close()
	l, err := corpus.ReadLabels(f)
	if err != nil {
		return nil, failed(fmt.Errorf("%s: %w", labels, err), "")
	}
	if truth == "" {
		return l, nil
	}
	t, err := os.Open(truth)
	if err != nil {
		return nil, failed(err, "")
	}
	defer t.Close()
	if err := l.Spread(t); err != nil {
		return nil, failed(fmt.Errorf("%s: %w", truth, err), "")
	}
	return l, nil
}

func newCorpusStats(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "stats [CORPUS...]",
		Short: "Show what a corpus holds and check its splits",
		Long: `Prints per file the distinct chains, and over all and per split the distinct shapes, and fails
if one host stands in two splits. Shapes of a test host that training has seen
too are counted: they say nothing about chains never seen.`,
		Example: "  oddkin corpus stats\n  oddkin corpus stats corpus/",
		RunE: func(_ *cobra.Command, paths []string) error {
			files, err := loadCorpus(paths)
			if err != nil {
				return err
			}
			if err := report.WriteCorpus(u.out, corpusStats(files), corpusTotals(files), u.style()); err != nil {
				return failed(err, "")
			}
			if err := corpus.CheckSplits(files); err != nil {
				return failed(err, "")
			}
			return nil
		},
	}
}

// corpusTotals counts the distinct shapes of all files, and of each split.
func corpusTotals(files []*corpus.File) []report.CorpusTotal {
	list := []report.CorpusTotal{total("all", files)}
	for _, split := range []string{corpus.Train, corpus.Validation, corpus.Test} {
		list = append(list, total(split, slices.DeleteFunc(slices.Clone(files), func(f *corpus.File) bool { return f.Split != split })))
	}
	return list
}

func total(of string, files []*corpus.File) report.CorpusTotal {
	t := report.CorpusTotal{Of: of}
	hosts := map[string]bool{}
	for _, f := range files {
		hosts[f.Host] = true
	}
	t.Hosts = len(hosts)
	t.Normal, t.Attack = corpus.Shapes(files)
	return t
}

// corpusStats counts chains, attacks and what training has seen of each file.
func corpusStats(files []*corpus.File) []report.CorpusRow {
	var train []*corpus.File
	for _, f := range files {
		if f.Split == corpus.Train {
			train = append(train, f)
		}
	}
	rows := make([]report.CorpusRow, 0, len(files))
	for _, f := range files {
		row := report.CorpusRow{Host: f.Host, Role: f.Role, Split: f.Split, View: f.View, Chains: len(f.Chains)}
		for i := range f.Chains {
			row.Paths += f.Chains[i].Count
			if f.Chains[i].Attack {
				row.Attacks++
			}
		}
		if f.Split != corpus.Train {
			row.Unseen = len(corpus.Unseen(f, train))
		}
		rows = append(rows, row)
	}
	return rows
}
