package main

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
	"github.com/spf13/pflag"
)

// newMan writes the manual pages. Their date is fixed, so that the same version
// gives the same pages.
func newMan(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:     "man DIR",
		Short:   "Write the manual pages into a folder",
		Example: "  oddkin man /usr/local/share/man/man1",
		Args:    cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if info, err := os.Stat(args[0]); err != nil || !info.IsDir() {
				return usage("%s is no folder", args[0])
			}
			released := time.Date(2026, time.November, 1, 0, 0, 0, 0, time.UTC)
			header := &doc.GenManHeader{Title: "ODDKIN", Section: "1", Source: "oddkin " + buildVersion(), Date: &released}
			c.Root().DisableAutoGenTag = true
			sayDefaultsOnce(c.Root())
			if err := doc.GenManTree(c.Root(), header, args[0]); err != nil {
				return failed(fmt.Errorf("cannot write the manual pages: %w", err), "")
			}
			u.note("oddkin: manual pages written to %s", args[0])
			return nil
		},
	}
}

// sayDefaultsOnce empties the defaults that the text of a flag explains itself: a
// page would say 0 where that stands for something else.
func sayDefaultsOnce(c *cobra.Command) {
	quiet := func(f *pflag.Flag) {
		if strings.Contains(f.Usage, "(default") {
			f.DefValue = ""
		}
	}
	c.Flags().VisitAll(quiet)
	c.PersistentFlags().VisitAll(quiet)
	for _, sub := range c.Commands() {
		sayDefaultsOnce(sub)
	}
}
