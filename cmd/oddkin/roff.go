package main

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// manualDate is that of the release, so that the same version gives the same pages.
const manualDate = "2026-11-01"

// page is the manual page of a command, in the man macros of groff_man(7).
func page(c *cobra.Command) string {
	var b strings.Builder
	name := strings.ReplaceAll(c.CommandPath(), " ", "-")
	fmt.Fprintf(&b, ".TH %q 1 %q %q\n.SH NAME\n%s \\- %s\n", strings.ToUpper(name), manualDate, "oddkin "+buildVersion(), roff(name), roff(c.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n.SH DESCRIPTION\n", roff(c.UseLine()))
	about, exits, _ := strings.Cut(c.Long, "Exit codes:\n")
	if about == "" {
		about = c.Short + "."
	}
	text(&b, about)
	options(&b, "OPTIONS", c.NonInheritedFlags())
	options(&b, "OPTIONS OF ALL COMMANDS", c.InheritedFlags())
	if exits != "" {
		b.WriteString(".SH EXIT STATUS\n")
		text(&b, exits)
	}
	if c.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.EX\n%s\n.EE\n", roff(c.Example))
	}
	related(&b, c)
	return b.String()
}

// text writes paragraphs; those that are indented keep their lines.
func text(b *strings.Builder, s string) {
	for i, paragraph := range strings.Split(strings.Trim(s, "\n"), "\n\n") {
		if i > 0 {
			b.WriteString(".PP\n")
		}
		if paragraph = roff(paragraph); strings.Contains("\n"+paragraph, "\n  ") || strings.Contains(paragraph, "\t") {
			paragraph = ".nf\n" + paragraph + "\n.fi"
		}
		b.WriteString(paragraph + "\n")
	}
}

// options writes a section of flags, unless there are none.
func options(b *strings.Builder, title string, flags *pflag.FlagSet) {
	if !flags.HasAvailableFlags() {
		return
	}
	fmt.Fprintf(b, ".SH %s\n", title)
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Hidden {
			return
		}
		kind, usage := pflag.UnquoteUsage(f)
		b.WriteString(".TP\n")
		if f.Shorthand != "" {
			fmt.Fprintf(b, "\\fB\\-%s\\fR, ", f.Shorthand)
		}
		fmt.Fprintf(b, "\\fB\\-\\-%s\\fR", roff(f.Name))
		if kind != "" {
			fmt.Fprintf(b, " \\fI%s\\fR", roff(kind))
		}
		fmt.Fprintf(b, "\n%s", roff(usage))
		if !strings.Contains(usage, "(default") && !slices.Contains([]string{"", "0", "false", "[]"}, f.DefValue) {
			fmt.Fprintf(b, " (default %s)", roff(f.DefValue))
		}
		b.WriteString("\n")
	})
}

// related names the pages of the command above and of those below.
func related(b *strings.Builder, c *cobra.Command) {
	var pages []string
	if c.HasParent() {
		pages = append(pages, c.Parent().CommandPath())
	}
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			pages = append(pages, sub.CommandPath())
		}
	}
	if len(pages) == 0 {
		return
	}
	b.WriteString(".SH SEE ALSO\n")
	for i, path := range pages {
		pages[i] = fmt.Sprintf(".BR %s (1)", roff(strings.ReplaceAll(path, " ", "-")))
	}
	b.WriteString(strings.Join(pages, ",\n") + "\n")
}

var roffEscapes = strings.NewReplacer(`\`, `\e`, "-", `\-`, "\n.", "\n\\&.", "\n'", "\n\\&'")

// roff escapes text, of which no line then is a request and no character beyond ASCII.
func roff(s string) string {
	var b strings.Builder
	for _, c := range roffEscapes.Replace("\n" + s)[1:] {
		if c < utf8.RuneSelf {
			b.WriteRune(c)
		} else {
			fmt.Fprintf(&b, `\[u%04X]`, c)
		}
	}
	return b.String()
}
