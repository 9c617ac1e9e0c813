package main

import (
	"bufio"
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"oddkin/parsers"
)

func newFormats(u *ui) *cobra.Command {
	return &cobra.Command{
		Use:   "formats [PATH...]",
		Short: "Say what format files are in and why, or list the formats",
		Long: `Looks at the content of the files and folders given and says for each file, and
each member of an archive, which format it is in, how sure that is, and what told
so. Without paths it lists the formats that can be read, by the names that --as takes.

What a log lacks, and which audit rule or Sysmon setting would have recorded it, is
in the last section of what "oddkin analyze" reports.`,
		Example: `  oddkin formats
  oddkin formats case-17/`,
		RunE: func(c *cobra.Command, paths []string) error {
			if len(paths) == 0 {
				w := tabwriter.NewWriter(u.out, 0, 0, 2, ' ', 0)
				for _, f := range parsers.Catalogue() {
					fmt.Fprintf(w, "%s\t%s\n", f.Name, f.What)
				}
				if err := w.Flush(); err != nil {
					return failed(err, "")
				}
				return nil
			}
			evidence, err := parsers.Open(paths, parsers.Options{Identify: true})
			if err != nil {
				return usage("%w", err)
			}
			for range evidence.Events(c.Context()) { // yields nothing, fills the accounts
				continue
			}
			w := bufio.NewWriter(u.out)
			bad := 0
			for _, a := range evidence.Accounts() {
				format, why := a.Format, a.Reason
				if a.Failure != "" {
					bad++
					format, why = "-", a.Failure
				} else if format == "" {
					format = "-"
				}
				sure := "-"
				if a.Confidence > 0 && a.Failure == "" {
					sure = fmt.Sprintf("%d%%", a.Confidence)
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", u.safe(a.File), format, sure, u.safe(why))
			}
			if err := w.Flush(); err != nil {
				return failed(err, "")
			}
			switch {
			case bad == len(evidence.Accounts()):
				return &exitError{code: exitNothing}
			case bad > 0:
				return &exitError{code: exitPartial}
			}
			return nil
		},
	}
}
