package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync/atomic"

	"github.com/spf13/cobra"

	"oddkin/detect"
	"oddkin/detect/plaincsv"
	"oddkin/report"
)

func newClassify(u *ui) *cobra.Command {
	var (
		out   output
		model string
	)
	c := &cobra.Command{
		Use:   "classify --model FILE TABLE.csv",
		Short: "Classify a CSV table of chains with an imported Keras model",
		Long: `Does what the script of the published Keras classifier does, with a model made by
'oddkin model import-keras'. The table has a column ExeNameSequence, in each row a
Python list of program names, leaf first:

  ExeNameSequence
  "['curl', 'bash', 'httpd', 'systemd']"

It comes back with two columns more, Probability and Prediction (Abnormal above
0.5, else Normal). Rows keep their order, and their own columns come back byte for
byte. That holds for cells that a spreadsheet takes for formulas, too: they are NOT
made harmless, so do not open a table of doubtful origin in a spreadsheet.
Tables of any size are read as a stream; '-' is standard input.

A row without such a list, or with more or fewer columns than the header, is told
with its line number (the first twenty are) and comes back with both columns empty.

The published script's ways are kept here, and only here: a name that the model
does not know vanishes, upper and lower case and versions (python3.11) count, only
the last names of a long chain are read (its root's end, so the leaf is lost), and
the zeros that fill up a short one are read like names. 'oddkin analyze' has none
of these.

Exit codes:
  0    every row was classified
  2    the command line is wrong
  3    some rows were not classified; they come back without a probability
  4    no row was classified, or the table has no such column
  5    failed for another reason, such as a model that is refused
  130  interrupted`,
		Example: `  oddkin classify --model plain.safetensors test.csv
  oddkin classify --model plain.safetensors -o classified.csv test.csv
  zcat chains.csv.gz | oddkin classify --model plain.safetensors - | grep ',Abnormal$'`,
		Args: cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if model == "" {
				return &exitError{code: exitUsage, err: errors.New("--model FILE says which plain model to use"), hint: "none is embedded; 'oddkin model import-keras' makes one"}
			}
			if err := out.guard([]string{args[0], model}); err != nil {
				return err
			}
			p, err := loadPlain(model)
			if err != nil {
				return err
			}
			return classify(c.Context(), u, p, args[0], &out)
		},
	}
	f := c.Flags()
	f.StringVarP(&model, "model", "m", "", "the plain model file (required)")
	f.StringVarP(&out.path, "output", "o", "", "write the table to this file instead of standard output")
	f.BoolVar(&out.force, "force", false, "let -o replace a file that exists")
	return c
}

// toldRows is how many bad rows are told one by one.
const toldRows = 20

// classify copies the table at path to out, with its columns.
func classify(ctx context.Context, u *ui, p *detect.Plain, path string, out *output) error {
	in, finish, err := openTable(u, path, out.path != "")
	if err != nil {
		return &exitError{code: exitNothing, err: err}
	}
	defer in.Close()
	var (
		counts plaincsv.Counts
		failed error // of reading and writing, as Rewrite saw it
		told   int
	)
	tell := func(line int, why error) {
		if told++; told <= toldRows {
			fmt.Fprintf(u.err, "oddkin: %s:%d: not classified: %s\n", u.safe(path), line, u.safe(why.Error()))
		}
	}
	err = out.write(ctx, u, func(w io.Writer, _ report.Style) error {
		counts, failed = plaincsv.Rewrite(ctx, w, in, p.Remembering(), tell)
		return failed
	})
	finish()
	if told > toldRows {
		fmt.Fprintf(u.err, "oddkin: %s: and %d more rows\n", u.safe(path), told-toldRows)
	}
	return classified(u, path, counts, failed, err)
}

// classified turns how a table went into the exit code.
func classified(u *ui, path string, n plaincsv.Counts, rewriting, writing error) error {
	var input *plaincsv.InputError
	switch {
	case errors.As(rewriting, &input):
		code := exitNothing
		if n.Rows > n.Bad {
			code = exitFailure // the table broke off
		}
		return &exitError{code: code, err: fmt.Errorf("%s: %w", path, rewriting)}
	case errors.Is(rewriting, context.Canceled):
		u.note("oddkin: interrupted after %d rows", n.Rows)
		return &exitError{code: exitInterrupted}
	case writing != nil || rewriting != nil: // rewriting alone: nobody reads on
		return writing
	}
	u.note("oddkin: %d rows: %d abnormal, %d not classified", n.Rows, n.Abnormal, n.Bad)
	switch {
	case n.Bad == 0:
		return nil
	case n.Bad == n.Rows:
		return &exitError{code: exitNothing}
	}
	return &exitError{code: exitPartial}
}

// openTable opens a file or, for "-", standard input. With a bar it shows the
// progress through a file until finish is called.
func openTable(u *ui, path string, bar bool) (in io.ReadCloser, finish func(), err error) {
	if path == "-" {
		return io.NopCloser(u.in), func() {}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() || !bar {
		return f, func() {}, nil // reading tells if something is wrong
	}
	t := &table{File: f}
	return t, u.progress("classifying", true, func() (done, total int64) { return t.done.Load(), info.Size() }), nil
}

// table is a file that counts what was read of it.
type table struct {
	*os.File
	done atomic.Int64
}

func (t *table) Read(b []byte) (int, error) {
	n, err := t.File.Read(b)
	t.done.Add(int64(n))
	return n, err
}
