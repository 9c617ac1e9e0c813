package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"oddkin/report"
)

// output is where a result goes, as the flags say.
type output struct {
	format string
	path   string
	force  bool
}

func (o *output) flags(c *cobra.Command, formats ...string) {
	f := c.Flags()
	f.StringVarP(&o.format, "format", "f", "", "output format: "+strings.Join(formats, ", ")+" (default: by the ending of -o, else "+formats[0]+")")
	f.StringVarP(&o.path, "output", "o", "", "write the result to this file instead of standard output")
	f.BoolVar(&o.force, "force", false, "let -o replace a file that exists")
	must(c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp)))
}

// must reports mistakes of the program itself, which no input can cause.
func must(err error) {
	if err != nil {
		panic(err)
	}
}

// resolve fills in the format from the file's ending and checks both.
func (o *output) resolve(formats ...string) error {
	if o.format == "" {
		o.format = formats[0]
		ext := strings.TrimPrefix(strings.ToLower(filepath.Ext(o.path)), ".")
		switch ext {
		case "htm":
			ext = "html"
		case "ndjson":
			ext = "jsonl"
		case "gv":
			ext = "dot"
		case "md":
			ext = "markdown"
		}
		for _, f := range formats {
			if f == ext {
				o.format = f
			}
		}
	}
	for _, f := range formats {
		if f == o.format {
			return nil
		}
	}
	return usage("--format takes %s, not %q", strings.Join(formats, ", "), o.format)
}

// write calls render with where the result goes, which guard must have allowed.
// A file appears under its name only when it is complete.
func (o *output) write(ctx context.Context, u *ui, render func(io.Writer, report.Style) error) error {
	if ctx.Err() == nil { // else the work was interrupted and this is its partial result
		inner := render
		render = func(w io.Writer, s report.Style) error { return inner(until{ctx, w}, s) }
	}
	if o.path == "" || o.path == "-" {
		w := bufio.NewWriterSize(u.out, 64<<10)
		if err := cmp.Or(render(w, u.style()), w.Flush()); err != nil && !errors.Is(err, syscall.EPIPE) {
			return unwritten(ctx, err)
		}
		return nil
	}
	style := u.style()
	style.Colour = u.color == "always"
	if err := replace(o.path, func(w io.Writer) error { return render(w, style) }); err != nil {
		return unwritten(ctx, err)
	}
	return nil
}

// unwritten is the error for a result that could not be written.
func unwritten(ctx context.Context, err error) error {
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return &exitError{code: exitInterrupted, err: errors.New("interrupted while writing the result")}
	}
	return failed(fmt.Errorf("cannot write the result: %w", err), "")
}

// until is a writer that fails once the context has ended.
type until struct {
	ctx context.Context
	w   io.Writer
}

func (u until) Write(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.w.Write(p)
}

// guard refuses to replace evidence, ever, and other files without --force. It is
// called before the work, so that nobody waits for a result that has no place.
func (o *output) guard(evidence []string) error {
	if o.path == "" || o.path == "-" {
		return nil
	}
	if dir, err := os.Stat(filepath.Dir(o.path)); err != nil || !dir.IsDir() {
		return failed(fmt.Errorf("cannot write the result: there is no folder %s", filepath.Dir(o.path)), "")
	}
	info, err := os.Stat(o.path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return failed(fmt.Errorf("cannot write the result: %w", err), "")
	}
	for _, e := range evidence {
		if is, err := os.Stat(e); err == nil && os.SameFile(info, is) {
			return usage("-o %s is one of the files to be read", o.path)
		}
	}
	if info.Mode().IsRegular() && !o.force {
		return &exitError{code: exitUsage, err: fmt.Errorf("%s exists", o.path), hint: "give another name to -o, or --force to replace it"}
	}
	return nil
}

// replace writes path with ".partial" behind it and renames that once it is
// complete. A path that is no regular file, such as /dev/null, is written
// directly.
func replace(path string, render func(io.Writer) error) (err error) {
	if info, e := os.Stat(path); e == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		return errors.Join(render(f), f.Close())
	}
	// Unlike a temporary file's, this one's permissions follow the user's mask.
	f, err := os.OpenFile(path+".partial", os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name()) // the first error is the one to tell
		}
	}()
	w := bufio.NewWriterSize(f, 256<<10)
	if err := errors.Join(render(w), w.Flush(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
