package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

// version is set at link time for releases; otherwise the module's own.
var version string

// run is the whole program: it returns the exit code.
func run(args []string, in io.Reader, out, errOut io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // a second Ctrl-C ends the program at once
		<-ctx.Done()
		stop()
	}()
	u := &ui{in: in, out: out, err: errOut}
	root := newRoot(u)
	root.SetArgs(args)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(errOut)
	err := root.ExecuteContext(ctx)
	if e := u.stats.finish(errOut); err == nil {
		err = e
	}
	if err != nil {
		u.explain(err)
	}
	return exitCode(err)
}

// newRoot builds the command tree.
func newRoot(u *ui) *cobra.Command {
	root := &cobra.Command{
		Use:   "oddkin",
		Short: "Find the process chains that look least like normal life",
		Long: `oddkin reads stored forensic artifacts (auditd logs and their exports, Sysmon and
Security events as EVTX, JSON or XML, sandbox reports), rebuilds who started whom,
runs an LSTM over every root-to-leaf chain of programs and ranks the chains that
look least like normal life. It works offline, opens evidence read-only and writes
only where told.

` + exitHelp(true),
		Example: `  oddkin analyze /evidence/var/log/audit
  oddkin analyze --format html -o report.html case-17/
  oddkin tree --min-score 0.5 audit.log`,
		Version:       buildVersion(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	f := root.PersistentFlags()
	f.BoolVarP(&u.quiet, "quiet", "q", false, "print results only: no progress, no notes")
	f.StringVar(&u.color, "color", "auto", "colour on the terminal: auto, always or never")
	f.IntVar(&u.width, "width", 0, "columns of tables and trees, 60 at least (default: the terminal's, or 120)")
	must(root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"}, cobra.ShellCompDirectiveNoFileComp)))
	u.stats.flags(root)
	root.PersistentPreRunE = func(*cobra.Command, []string) error {
		if err := u.check(); err != nil {
			return err
		}
		return u.stats.start()
	}
	root.AddCommand(newAnalyze(u), newTree(u), newEvents(u), newFormats(u), newTrain(u), newEval(u), newModel(u), newClassify(u), newCorpus(u), newMan(u))
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return &exitError{code: exitUsage, err: err, hint: fmt.Sprintf("see '%s --help'", c.CommandPath())}
	})
	return root
}

// buildVersion is the release, or the version Go recorded for the module.
func buildVersion() string {
	if version != "" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return "development"
}

// explain prints err as a person wants to read it.
func (u *ui) explain(err error) {
	var e *exitError
	if errors.As(err, &e) && e.err == nil {
		return // the code says it all
	}
	for i, line := range strings.Split(err.Error(), "\n") { // each input has a line of its own
		if i == 0 {
			line = "oddkin: " + line
		}
		fmt.Fprintln(u.err, u.safe(line))
	}
	if e != nil && e.hint != "" {
		fmt.Fprintf(u.err, "oddkin: hint: %s\n", u.safe(e.hint))
	}
}
