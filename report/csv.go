package report

import (
	"bufio"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// csvHeader names the columns: those of the finding, then those of the chain,
// then those of the chain's last process.
var csvHeader = []string{
	"rank", "score", "flagged", "interrupted", "own_score", "kin_rank", "network", "rarity", "surprise", "opinions_differ",
	"chain", "window_from", "window_to", "why", "nearest", "paths", "first", "last", "hosts",
	"host", "boot", "entry", "links",
	"name", "image", "pid", "guid", "command_line", "start", "user", "audit_user",
	"session", "tty", "link", "rule", "standing", "source_file", "source_offset", "source_serial",
}

// writeCSV writes one record per chain after RFC 4180. Cells hold what [Visible]
// makes of the evidence, so that a record is always one line, and none that a
// spreadsheet would run as a formula: see [cell].
func writeCSV(w *bufio.Writer, d *Document) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	if err := c.Write(csvHeader); err != nil {
		return err
	}
	if d.Interrupted && len(d.Findings) == 0 {
		mark := make([]string, len(csvHeader))
		mark[slices.Index(csvHeader, "interrupted")] = "true"
		if err := c.Write(mark); err != nil {
			return err
		}
	}
	for i := range d.Findings {
		f := &d.Findings[i]
		for chain := range f.each() {
			if err := c.Write(csvRecord(d, f, &chain)); err != nil {
				return err
			}
		}
	}
	c.Flush()
	return c.Error()
}

func csvRecord(d *Document, f *Finding, c *Chain) []string {
	leaf := c.leaf()
	why := make([]string, len(f.Why))
	for i, r := range f.Why {
		why[i] = r.Text
	}
	links := make([]string, len(c.Hops))
	for i := range c.Hops {
		links[i] = c.Hops[i].Link
	}
	record := []string{
		strconv.Itoa(f.Rank), number(f.Score), strconv.FormatBool(f.Score >= d.threshold()), strconv.FormatBool(d.Interrupted),
		number(f.OwnScore), kinRank(f), number(f.Network), number(f.Rarity), number(f.Surprise), strconv.FormatBool(f.OpinionsDiffer),
		csvChain(f.Names, f.Depths), strconv.Itoa(f.Window.From), strconv.Itoa(f.Window.To),
		strings.Join(why, "; "), csvChain(f.Nearest, nil), strconv.Itoa(f.Paths),
		isoTime(f.First), isoTime(f.Last), strings.Join(f.Hosts, "; "),
		c.Host, strconv.Itoa(c.Boot), c.Entry, strings.Join(links, " > "),
		leaf.Name, leaf.Image, strconv.FormatUint(uint64(leaf.PID), 10), leaf.GUID,
		leaf.CommandLine, isoTime(leaf.Start), leaf.User, leaf.AuditUser, leaf.Session,
		leaf.TTY, leaf.Link, leaf.Rule, leaf.Standing, leaf.Source.File, "", "",
	}
	if s := leaf.Source; s.Offset >= 0 {
		record[len(record)-2] = strconv.FormatInt(s.Offset, 10)
	}
	if s := leaf.Source; s.Serial != 0 {
		record[len(record)-1] = strconv.FormatUint(s.Serial, 10)
	}
	for i, s := range record {
		record[i] = cell(s)
	}
	return record
}

// cell makes s safe for a spreadsheet. One that starts, after blanks and quotes,
// with a sign by which a formula may start gets an apostrophe before it, as
// OWASP's page on CSV injection advises; the full-width forms of those signs
// count too, as some programs fold them.
func cell(s string) string {
	s = Visible(s)
	start := strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || r == '"' || r == '\'' })
	for _, sign := range []string{"=", "+", "-", "@", "|", "%", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(start, sign) {
			return "'" + s
		}
	}
	return s
}

// kinRank is the rank of the chain that f belongs with, or empty.
func kinRank(f *Finding) string {
	if f.Kin == nil {
		return ""
	}
	return strconv.Itoa(f.Kin.Rank)
}

func csvChain(names []string, depths []int) string {
	labels := make([]string, 0, len(names))
	for i, n := range names {
		if gap := leftOut(depths, i); gap > 0 {
			labels = append(labels, chainName(link{gap: gap}, asciiGlyphs))
		}
		labels = append(labels, chainName(link{name: n, to: 1}, asciiGlyphs))
	}
	return strings.Join(labels, " > ")
}

func number(x float32) string { return strconv.FormatFloat(float64(x), 'f', -1, 32) }

// isoTime is t as RFC 3339 writes it, or empty.
func isoTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339Nano)
}
