package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
)

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// holdCommand is what runs beside each command that is measured, see [hold].
const holdCommand = "hold"

func run(args []string, out io.Writer) error {
	if len(args) == 0 {
		return fmt.Errorf("generate, compare or curve?")
	}
	f := flag.NewFlagSet(args[0], flag.ContinueOnError)
	switch args[0] {
	case "generate":
		kind := f.String("kind", "forks", "what to write: "+strings.Join(kindNames(), ", "))
		size := f.String("size", "100MB", "about how much")
		seed := f.Uint64("seed", 1, "the same seed gives the same bytes")
		if err := f.Parse(args[1:]); err != nil {
			return err
		}
		n, err := parseSize(*size)
		if err != nil {
			return err
		}
		return generate(out, *kind, *seed, n)
	case "compare":
		return compare(f, args[1:], out)
	case "curve":
		return curve(f, args[1:], out)
	case holdCommand: // for ourselves alone
		if len(args) != 2 {
			return fmt.Errorf("%s: how much?", holdCommand)
		}
		n, err := parseSize(args[1])
		if err != nil {
			return err
		}
		return hold(n, os.Stdin, out)
	}
	return fmt.Errorf("no command %q", args[0])
}

// generate writes about size bytes of evidence of a kind.
func generate(out io.Writer, kind string, seed uint64, size int64) error {
	k, ok := kinds[kind]
	if !ok {
		return fmt.Errorf("no kind %q: there are %s", kind, strings.Join(kindNames(), ", "))
	}
	w := &writer{w: bufio.NewWriterSize(out, 1<<20)}
	k(w, seed, size)
	if w.err != nil {
		return w.err
	}
	return w.w.Flush()
}

// kinds write about size bytes to w.
var kinds = map[string]func(w *writer, seed uint64, size int64){
	"execs":      func(w *writer, seed uint64, size int64) { newHost(seed, false).log(w, size) },
	"forks":      func(w *writer, seed uint64, size int64) { newHost(seed, true).log(w, size) },
	"winlogbeat": func(w *writer, seed uint64, size int64) { windows(w, seed, size, winlogbeat) },
	"flat":       func(w *writer, seed uint64, size int64) { windows(w, seed, size, flat) },
	"evtxdump":   func(w *writer, seed uint64, size int64) { windows(w, seed, size, evtxDump) },
	"evtx":       windowsLog,
	"sysmon":     sysmon,
	"cape":       cape,
}

func kindNames() []string {
	return []string{"execs", "forks", "winlogbeat", "flat", "evtxdump", "evtx", "sysmon", "cape"}
}

// writer counts what is written and keeps the first error.
type writer struct {
	w   *bufio.Writer
	n   int64
	err error
}

func (w *writer) write(b []byte) {
	if w.err == nil {
		_, w.err = w.w.Write(b)
	}
	w.n += int64(len(b))
}

// parseSize reads "10MB": decimal units, as disks and throughput are given in.
func parseSize(s string) (int64, error) {
	digits := strings.TrimRight(s, "KMGBkmgb")
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("no size: %q", s)
	}
	switch strings.ToUpper(strings.TrimPrefix(s, digits)) {
	case "", "B":
		return n, nil
	case "K", "KB":
		return n * 1e3, nil
	case "M", "MB":
		return n * 1e6, nil
	case "G", "GB":
		return n * 1e9, nil
	}
	return 0, fmt.Errorf("no size: %q", s)
}
