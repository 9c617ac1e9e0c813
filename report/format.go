package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Format names a way to write a [Document].
type Format string

const (
	Table     Format = "table"   // a summary and one row per chain, for a terminal
	HTML      Format = "html"    // one self-contained page
	JSON      Format = "json"    // the whole document, indented
	JSONLines Format = "jsonl"   // one finding a line
	CSV       Format = "csv"     // one row per chain
	Tree      Format = "tree"    // the forest, drawn for a terminal
	DOT       Format = "dot"     // the forest as a Graphviz graph
	Mermaid   Format = "mermaid" // the forest as a Mermaid flowchart
)

// Formats lists all formats in the order in which help texts show them.
func Formats() []Format {
	return []Format{Table, HTML, JSON, JSONLines, CSV, Tree, DOT, Mermaid}
}

// ParseFormat returns the format named s. The error lists the names there are.
func ParseFormat(s string) (Format, error) {
	names := make([]string, 0, len(Formats()))
	for _, f := range Formats() {
		if s == string(f) {
			return f, nil
		}
		names = append(names, string(f))
	}
	return "", fmt.Errorf("unknown report format %q: want one of %s", s, strings.Join(names, ", "))
}

// Style is what the caller knows about the reader's screen and wishes. The zero
// value is a plain page of [DefaultWidth] columns.
type Style struct {
	Width  int  // columns of the terminal; 0 means DefaultWidth
	Colour bool // write ANSI colours
	ASCII  bool // draw with ASCII alone; text of the evidence is not changed
	Draw   Draw // what of the forest is drawn: Tree, DOT and Mermaid
}

// DefaultWidth is the width where the caller knows none, and minWidth the least
// that is laid out for.
const (
	DefaultWidth = 100
	minWidth     = 60
)

// Draw prunes a drawn forest.
type Draw struct {
	// MaxDepth leaves out what lies deeper; roots have depth 1. 0 means no limit.
	MaxDepth int
	// Every draws each sibling on its own; otherwise subtrees of equal shape
	// under one parent are drawn once, with their number.
	Every bool
	// Details tells below each process what else is known of it: Tree only.
	Details bool
}

// Write renders d in format to w. The same document, format and style give the
// same bytes. Errors are those of w, or name an unknown format.
func Write(w io.Writer, d *Document, format Format, o Style) error {
	if o.Width == 0 {
		o.Width = DefaultWidth
	}
	o.Width = max(o.Width, minWidth)
	b := bufio.NewWriterSize(w, 64<<10)
	var err error
	switch format {
	case Table:
		err = writeTable(b, d, o)
	case HTML:
		err = writeHTML(b, d)
	case JSON:
		err = writeJSON(b, d)
	case JSONLines:
		err = writeJSONLines(b, d)
	case CSV:
		err = writeCSV(b, d)
	case Tree:
		err = writeTree(b, d, o)
	case DOT:
		err = writeDOT(b, d, o)
	case Mermaid:
		err = writeMermaid(b, d, o)
	default:
		return fmt.Errorf("unknown report format %q", string(format))
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", format, err)
	}
	return b.Flush()
}

// broken is the error that w met, so that what nobody reads need not be made.
func broken(w *bufio.Writer) error {
	_, err := w.Write(nil)
	return err
}
