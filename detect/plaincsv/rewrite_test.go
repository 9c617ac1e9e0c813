package plaincsv

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// byLength is a classifier that can be worked by hand: a tenth for each name.
func byLength(lists [][]string) []float32 {
	out := make([]float32, len(lists))
	for i, l := range lists {
		out[i] = float32(len(l)) / 10
	}
	return out
}

// rewrite returns the table with its columns, and the complaints about rows.
func rewrite(r io.Reader) (table string, complaints []string, n Counts, err error) {
	var out strings.Builder
	n, err = Rewrite(context.Background(), &out, r, byLength, func(line int, why error) {
		complaints = append(complaints, fmt.Sprintf("%d: %v", line, why))
	})
	return out.String(), complaints, n, err
}

func TestTables(t *testing.T) {
	const added = ",Probability,Prediction"
	for _, c := range []struct{ name, in, want string }{
		{
			"the published form",
			"ExeNameSequence\n\"['curl', 'bash']\"\n\"[]\"\n", "ExeNameSequence" + added + "\n\"['curl', 'bash']\",0.2,Normal\n\"[]\",0,Normal\n",
		},
		{
			"above one half", "ExeNameSequence\n\"['1','2','3','4','5']\"\n\"['1','2','3','4','5','6']\"\n",
			"ExeNameSequence" + added + "\n\"['1','2','3','4','5']\",0.5,Normal\n\"['1','2','3','4','5','6']\",0.6,Abnormal\n",
		},
		{"a last line without an end", "ExeNameSequence\n['a']", "ExeNameSequence" + added + "\n['a'],0.1,Normal\n"},
		{"other columns, in any order", "when,ExeNameSequence,host\n1,['a'],\"x, \"\"y\"\"\"\n", "when,ExeNameSequence,host" + added + "\n1,['a'],\"x, \"\"y\"\"\",0.1,Normal\n"},
		{"a header alone", "ExeNameSequence", "ExeNameSequence" + added + "\n"},
		{"a quoted header", "\"ExeNameSequence\"\n['a']\n", "\"ExeNameSequence\"" + added + "\n['a'],0.1,Normal\n"},
		{"a byte order mark", "\ufeffExeNameSequence\n['a']\n", "\ufeffExeNameSequence" + added + "\n['a'],0.1,Normal\n"},
		{"the lines of Windows", "ExeNameSequence\r\n['a']\r\n\r\n['b']", "ExeNameSequence" + added + "\r\n['a'],0.1,Normal\r\n\r\n['b'],0.1,Normal\r\n"},
		{"blank lines", "\nExeNameSequence\n\n['a']\n\n", "\nExeNameSequence" + added + "\n\n['a'],0.1,Normal\n\n"},
		{"cells over several lines", "note,ExeNameSequence\n\"a\r\n\nb\",\"['a',\n'b']\"\n", "note,ExeNameSequence" + added + "\n\"a\r\n\nb\",\"['a',\n'b']\",0.2,Normal\n"},
		{"a cell in double quotes twice", "ExeNameSequence\n\"[\"\"it's\"\", 'b']\"\n", "ExeNameSequence" + added + "\n\"[\"\"it's\"\", 'b']\",0.2,Normal\n"},
		{"a formula comes back", "ExeNameSequence,note\n['a'],=1+1\n", "ExeNameSequence,note" + added + "\n['a'],=1+1,0.1,Normal\n"},
		{"bytes that are not UTF-8", "ExeNameSequence,note\n['a\xff'],\xfe\n", "ExeNameSequence,note" + added + "\n['a\xff'],\xfe,0.1,Normal\n"},
	} {
		got, complaints, n, err := rewrite(strings.NewReader(c.in))
		if err != nil || complaints != nil || n.Bad != 0 {
			t.Errorf("%s: %v, complaints %q", c.name, err, complaints)
		}
		if got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// A bad row is told by its line, comes back as it was, and costs no other row.
func TestBadRows(t *testing.T) {
	const head, good = "id,ExeNameSequence\n", "1,['a']\n"
	for _, c := range []struct{ name, bad, want, says string }{
		{"no list", "2,curl\n", "2,curl,,\n", "3: byte 1 of the list: no ["},
		{"an empty cell", "2,\n", "2,,,\n", "3: byte 1"},
		{"too few cells", "2\n", "2,,,\n", "3: 1 columns where the header has 2"},
		{"a list that nobody quoted", "2,['a', 'b']\n", "2,['a', 'b'],,\n", "3: 3 columns where the header has 2"},
		{"text after a quote", "2,\"['a']\"x\n", "2,\"['a']\"x,,\n", "3: text after"},
		{"a quote that does not end", "2,\"['a']\n", "2,\"['a'],,\n", "3: a quoted cell without"},
		{"a line of megabytes", "2," + strings.Repeat("x", 3*maxRecord) + "\r\n", "2," + strings.Repeat("x", 3*maxRecord) + ",,\r\n", "3: longer than"},
		{"a cell of megabytes", "2,\"" + strings.Repeat(strings.Repeat("x", 4000)+"\n", 300), "2,\"" + strings.Repeat("x", 4000) + ",,\n", "3: a quoted cell goes on"},
		{"a cell of a thousand lines", "2,\"" + strings.Repeat("\n", 1200), "2,\",,\n", "3: a quoted cell goes on"},
	} {
		got, complaints, n, err := rewrite(strings.NewReader(head + good + c.bad + good))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		const first, last = "id,ExeNameSequence,Probability,Prediction\n1,['a'],0.1,Normal\n", "1,['a'],0.1,Normal\n"
		if !strings.HasPrefix(got, first+c.want) || !strings.HasSuffix(got, last) {
			t.Errorf("%s: got %.300q", c.name, got)
		}
		if len(complaints) == 0 || !strings.HasPrefix(complaints[0], c.says) || n.Bad != len(complaints) || n.Rows < 3 {
			t.Errorf("%s: complaints %.300q, %+v; want one of %q", c.name, complaints, n, c.says)
		}
	}
}

func TestNoTable(t *testing.T) {
	for in, says := range map[string]string{
		"":                                    "no header line",
		"\n\n":                                "no header line",
		"a,b\n1,2\n":                          "line 1: no column is called ExeNameSequence",
		"\nexenamesequence\n":                 "line 2: no column",
		"ExeNameSequence,ExeNameSequence\n":   "twice",
		"ExeNameSequence,Prediction\n":        "a column Prediction already",
		"\xff\xfeE\x00x\x00":                  "UTF-16",
		"\"ExeNameSequence\n":                 "line 1: no header",
		strings.Repeat("x", 2*maxRecord):      "longer than",
		"ExeNameSequence,a,b,\"Probability\"": "a column Probability already",
	} {
		got, _, _, err := rewrite(strings.NewReader(in))
		var input *InputError
		if got != "" {
			t.Errorf("%.40q: wrote %q", in, got)
		}
		if !errors.As(err, &input) || !strings.Contains(err.Error(), says) {
			t.Errorf("%.40q: error %v, which should speak of %q", in, err, says)
		}
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error)  { return 0, errors.New("the disk is gone") }
func (broken) Write([]byte) (int, error) { return 0, errors.New("the disk is full") }

func TestWhatWasReadBeforeAnErrorIsWritten(t *testing.T) {
	got, _, n, err := rewrite(io.MultiReader(strings.NewReader("ExeNameSequence\n['a']\n"), broken{}))
	var input *InputError
	if !errors.As(err, &input) || !strings.Contains(err.Error(), "line 3: the disk is gone") {
		t.Errorf("error %v", err)
	}
	if !strings.HasSuffix(got, "\n['a'],0.1,Normal\n") || n.Rows != 1 {
		t.Errorf("got %q, %+v", got, n)
	}
}

func TestErrorsOfWritingAreNotTheInputs(t *testing.T) {
	_, err := Rewrite(context.Background(), broken{}, strings.NewReader("ExeNameSequence\n['a']\n"), byLength, nil)
	var input *InputError
	if err == nil || errors.As(err, &input) || !strings.Contains(err.Error(), "full") {
		t.Errorf("error %v", err)
	}
}

func TestInterrupted(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	stop()
	table := "ExeNameSequence\n" + strings.Repeat("['a']\n", 2*batchRows)
	n, err := Rewrite(ctx, io.Discard, strings.NewReader(table), byLength, nil)
	if !errors.Is(err, context.Canceled) || n.Rows > batchRows {
		t.Errorf("%v after %d rows", err, n.Rows)
	}
}

// Any table that encoding/csv writes comes back cell by cell, with the two
// columns, whatever its cells hold.
func TestTablesComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cell := rapid.StringOf(rapid.RuneFrom([]rune("ab,\"'[]\n =é")))
		list := rapid.SampledFrom([]string{"['a', 'b']", "[]", `["it's"]`, "curl", ""})
		width, at := rapid.IntRange(2, 4).Draw(t, "width"), 0
		at = rapid.IntRange(0, width-1).Draw(t, "column")
		header := make([]string, width)
		header[at] = Column
		table := [][]string{header}
		for range rapid.IntRange(0, 5).Draw(t, "rows") {
			row := rapid.SliceOfN(cell, width, width).Draw(t, "cells")
			row[at] = list.Draw(t, "list")
			table = append(table, row)
		}
		var in bytes.Buffer
		w := csv.NewWriter(&in)
		w.UseCRLF = rapid.Bool().Draw(t, "crlf")
		if err := w.WriteAll(table); err != nil {
			t.Fatal(err)
		}
		out, complaints, n, err := rewrite(bytes.NewReader(in.Bytes()))
		if err != nil {
			t.Fatalf("%q: %v", in.Bytes(), err)
		}
		before, err := csv.NewReader(&in).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		got, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || len(got) != len(before) || n.Rows != len(table)-1 {
			t.Fatalf("%q is %d rows of %d (%v)", out, len(got), len(before), err)
		}
		bad := 0
		for i, row := range got {
			if !slices.Equal(row[:width], before[i]) {
				t.Fatalf("row %d: %q, was %q", i, row, before[i])
			}
			if row[width+1] == "" {
				bad++
			}
		}
		if bad != len(complaints) || bad != n.Bad {
			t.Fatalf("%d empty, %d told, %d counted", bad, len(complaints), n.Bad)
		}
	})
}

// Without what was added, the output is the input, whatever that was.
func FuzzRewrite(f *testing.F) {
	for _, s := range []string{"ExeNameSequence\n\"['a']\"\n", "\ufeffa,ExeNameSequence\r\n\"x\n\",['a']\r\n\"\n", "ExeNameSequence\na\"b\",\"c\n\n\n\"\"\""} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		out, _, n, err := rewrite(bytes.NewReader(in))
		if err != nil {
			return
		}
		lines := bytes.Count(in, []byte("\n")) + 1
		if got := strings.Count(out, "\n"); got < lines-1 || got > lines || n.Rows > lines {
			t.Fatalf("%d lines became %d, %d rows", lines, got, n.Rows)
		}
		// What was added is commas, numbers, predictions and a last line end.
		rest := out
		for _, c := range in {
			at := strings.IndexByte(rest, c)
			if at < 0 || strings.Trim(strings.NewReplacer(Probability, "", Prediction, "", Abnormal, "", Normal, "").Replace(rest[:at]), "0123456789.,e-+") != "" {
				t.Fatalf("%q is not in %q in order", in, out)
			}
			rest = rest[at+1:]
		}
	})
}
