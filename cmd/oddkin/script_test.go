package main

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

// TestMain lets the scripts run the real main as the command oddkin.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"oddkin": main})
}

// TestScripts specifies the command line: each script in testdata/script is a
// session with the real program. SAMPLES is the folder of recorded artifacts, KERAS
// that of small models as Keras saves them.
func TestScripts(t *testing.T) {
	samples, err := filepath.Abs("../../samples")
	if err != nil {
		t.Fatal(err)
	}
	keras, err := filepath.Abs("../../detect/internal/keras/testdata")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("SAMPLES", samples)
			e.Setenv("KERAS", keras)
			return damaged(e.WorkDir)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": exits},
	})
}

// damaged adds what a text archive cannot hold: binary.dat, half.json without
// the line end of its last line, and good.log as a gzip file that was cut.
func damaged(dir string) error {
	if err := os.WriteFile(filepath.Join(dir, "binary.dat"), []byte("\x01\x02\x03\x00\x00\xff\xfe\x07 no text \x00\x01\x02"), 0o600); err != nil {
		return err
	}
	if half, err := os.ReadFile(filepath.Join(dir, "half.json")); err == nil {
		if err := os.WriteFile(filepath.Join(dir, "half.json"), bytes.TrimSpace(half), 0o600); err != nil {
			return err
		}
	}
	good, err := os.ReadFile(filepath.Join(dir, "good.log"))
	if err != nil {
		return nil // a script without it
	}
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(good); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "cut.log.gz"), b.Bytes()[:b.Len()-12], 0o600)
}

// exits CODE COMMAND... runs a command that must end with the exit code. Its
// output is left in the files out and err.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Dir = ts.MkAbs(".")
	cmd.Env = append(os.Environ(), "HOME="+ts.Getenv("HOME"), "PATH="+ts.Getenv("PATH"))
	out, err := os.Create(ts.MkAbs("out"))
	ts.Check(err)
	defer out.Close()
	errOut, err := os.Create(ts.MkAbs("err"))
	ts.Check(err)
	defer errOut.Close()
	cmd.Stdout, cmd.Stderr = out, errOut
	err = cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		ts.Fatalf("%v", err)
	}
	if got := cmd.ProcessState.ExitCode(); got != want {
		text, _ := os.ReadFile(ts.MkAbs("err"))
		ts.Fatalf("exit code %d, want %d; standard error:\n%s", got, want, text)
	}
}
