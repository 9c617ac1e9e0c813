package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"oddkin/detect"
)

// WriteStrange lists findings, one chain a line with its reason below, for a person to
// look through; all is how many there are.
func WriteStrange(w io.Writer, findings []detect.Finding, all int) error {
	b := bufio.NewWriter(w)
	for i := range findings {
		f := &findings[i]
		names := make([]string, len(f.Names))
		for k, n := range f.Names {
			names[k] = Visible(n)
		}
		fmt.Fprintf(b, "  %.3f  %s  (%s", f.Score, strings.Join(names, " → "), plural(len(f.Paths), "path", "paths"))
		if t := f.Paths[0].Leaf.Start(); !t.IsZero() {
			fmt.Fprintf(b, ", first %s UTC", t.UTC().Format("2006-01-02 15:04:05"))
		}
		fmt.Fprintln(b, ")")
		if len(f.Why) > 0 {
			fmt.Fprintf(b, "         %s\n", Visible(f.Why[0].Text))
		}
	}
	if more := all - len(findings); more > 0 {
		fmt.Fprintf(b, "  and %s\n", plural(more, "more", "more"))
	}
	return b.Flush()
}
