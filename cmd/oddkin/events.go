package main

import (
	"context"
	"errors"
	"io"

	"github.com/spf13/cobra"

	"oddkin/parsers"
	"oddkin/report"
)

func newEvents(u *ui) *cobra.Command {
	var (
		out output
		o   parsers.Options
	)
	c := &cobra.Command{
		Use:   "events PATH...",
		Short: "Write the process events in evidence as JSON lines, as they were read",
		Long: `Reads the evidence and writes each event that the trees are built from as one line
of JSON: program starts, forks, ends, sightings, failed starts and boots, in the
order of the files, with the place in the evidence it comes from. A field has one
name and meaning in all formats, and is left out where the record does not hold it:
audit logs give arguments (argv), Windows a command line. An interrupted run ends
with a line of the kind "interrupted". --raw adds the record's original fields in their original order
and, for audit logs, go-libaudit's description of the event.

` + exitHelp(false),
		Example: `  oddkin events audit.log | jq -r 'select(.kind == "exec") | [.time, .pid, .command_line // (.argv // [] | join(" "))] | @tsv'
  oddkin events --raw -o events.jsonl case-17/`,
		Args: needPaths,
		RunE: func(c *cobra.Command, paths []string) error {
			if o.Workers < 0 {
				return usage("--workers takes a number of files")
			}
			o.KeepRaw, _ = c.Flags().GetBool("raw")
			evidence, err := parsers.Open(paths, o)
			if err != nil {
				return usage("%w", err)
			}
			if err := out.guard(evidence.Files()); err != nil {
				return err
			}
			u.stats.workers = o.Workers
			u.stats.stage("read")
			if err := writeEvents(c.Context(), u, evidence, &out); err != nil {
				return err
			}
			accounts := evidence.Accounts()
			u.stats.read(accounts)
			noteDamage(u, accounts)
			switch {
			case evidence.Interrupted():
				return &exitError{code: exitInterrupted, err: errors.New("interrupted: the lines written are those read by then")}
			case !readable(accounts):
				return nothingRead(accounts)
			case unread(u, accounts, evidence.Asked, paths) > 0:
				return &exitError{code: exitPartial}
			}
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&o.As, "as", "", "read every file as this format instead of looking at its content")
	f.IntVar(&o.Workers, "workers", 0, "how many files, or parts of one, are read at once (default: one per processor); the result does not depend on it")
	f.Bool("raw", false, "add each record's original fields")
	f.StringVarP(&out.path, "output", "o", "", "write to this file instead of standard output")
	f.BoolVar(&out.force, "force", false, "let -o replace a file that exists")
	must(c.RegisterFlagCompletionFunc("as", cobra.FixedCompletions(parsers.Formats(), cobra.ShellCompDirectiveNoFileComp)))
	return c
}

// writeEvents streams the events to where they go. An interrupt ends the reading;
// what was read is written.
func writeEvents(ctx context.Context, u *ui, evidence *parsers.Evidence, out *output) error {
	defer u.progress("reading", true, evidence.Progress)()
	return out.write(context.WithoutCancel(ctx), u, func(w io.Writer, _ report.Style) error {
		write := report.WriteEvents(w)
		for ev := range evidence.Events(ctx) {
			if err := write(&ev); err != nil {
				return err
			}
		}
		if evidence.Interrupted() {
			_, err := io.WriteString(w, `{"kind":"interrupted"}`+"\n")
			return err
		}
		return nil
	})
}
