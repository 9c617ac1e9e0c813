package main

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"oddkin/detect"
)

// TestInterrupt sends Ctrl-C to the real program while it waits for more of a
// log on its standard input: it must report what it has, marked partial.
func TestInterrupt(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no SIGINT can be sent on Windows")
	}
	for command, mark := range map[string]string{
		"analyze --format table":               "The run was stopped early",
		"analyze --format json":                `"interrupted": true`,
		"analyze --format jsonl":               `"interrupted":true`,
		"analyze --format csv":                 "", // in a column
		"analyze --format jsonl --min-score 1": `"interrupted":true}`,
		"analyze --format csv --min-score 1":   "", // in a column
		"analyze --format html":                "The run was stopped early",
		"tree":                                 "The run was stopped early",
		"tree --format json":                   `"interrupted": true`,
		"tree --format dot":                    "The run was stopped early",
		"tree --format mermaid":                "The run was stopped early",
		"events":                               "\n" + `{"kind":"interrupted"}` + "\n",
	} {
		t.Run(command, func(t *testing.T) { interrupted(t, mark, append(strings.Fields(command), "-")...) })
	}
}

// interrupted runs the program with args and stops it while it reads.
func interrupted(t *testing.T, mark string, args ...string) {
	cmd := exec.Command(program(t), args...)
	var out, errOut bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errOut
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	// More than the pipe and the reader's look at the head hold, so that once all
	// is written the program has begun to read events.
	const record = `type=SYSCALL msg=audit(1700000000.100:101): arch=c000003e syscall=59 success=yes exit=0 ppid=1 pid=700 auid=4294967295 uid=0 euid=0 tty=(none) ses=4294967295 comm="nginx" exe="/usr/sbin/nginx"` + "\n"
	if _, err := io.WriteString(in, strings.Repeat(record, 4000)); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	err = cmd.Wait()
	in.Close()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Fatalf("ended with %v, want exit code %d\n%s", err, exitInterrupted, errOut.String())
	}
	said := strings.Contains(out.String(), mark)
	if slices.Contains(args, "csv") {
		rows := strings.Split(out.String(), "\r\n")
		said = len(rows) > 1 && strings.Split(rows[0], ",")[3] == "interrupted" && strings.Split(rows[1], ",")[3] == "true"
	}
	if !said || !strings.Contains(errOut.String(), "interrupted") {
		t.Errorf("nothing says that the result is partial:\n%.400s\n%s", out.String(), errOut.String())
	}
}

// program is the path of the real program: run as "oddkin", the test binary is it;
// see TestMain.
func program(t *testing.T) string {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	link := t.TempDir() + "/oddkin"
	if err := os.Symlink(exe, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// TestInterruptedTraining sends Ctrl-C to a training after its first epoch: the
// best so far must be written and the file must say that it was interrupted.
func TestInterruptedTraining(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no SIGINT can be sent on Windows")
	}
	exe, model := program(t), t.TempDir()+"/model.safetensors"
	cmd := exec.Command(exe, "train", "--epochs", "1000", "--networks", "1", "--made-normal", "300", "--made-attacks", "300", "--made-random", "50",
		"-o", model, "../../samples/corpus/web01.forks.chains", "../../samples/corpus/gate01.forks.chains")
	lines, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for sc := bufio.NewScanner(lines); sc.Scan(); {
		if said.Len() == 0 {
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Error(err)
			}
		}
		said.WriteString(sc.Text() + "\n")
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitInterrupted {
		t.Fatalf("ended with %v, want exit code %d\n%s", err, exitInterrupted, said.String())
	}
	if !strings.Contains(said.String(), "interrupted: the model is the best that was reached") {
		t.Errorf("nothing says that training was interrupted:\n%s", said.String())
	}
	card, err := exec.Command(exe, "model", "show", model).Output()
	if err != nil || !strings.Contains(string(card), "Training was interrupted") {
		t.Errorf("the model's card does not say that it was interrupted (%v):\n%s", err, card)
	}
	if strings.Contains(string(card), "expects next") {
		t.Errorf("the model's card tells of a network that was never trained:\n%s", card)
	}
	found, err := exec.Command(exe, "analyze", "--top", "1", "-m", model, "../../samples/linux/webserver").Output()
	if err != nil || !strings.Contains(string(found), "training interrupted") {
		t.Errorf("a report does not say that its model's training was interrupted (%v):\n%s", err, found)
	}
}

// No picture is left of a training that was stopped before its first epoch was done.
func TestNoCurvesWithoutAnEpoch(t *testing.T) {
	curves := output{path: t.TempDir() + "/curves.svg"}
	l := newLessons(&ui{err: io.Discard, quiet: true}, "")
	if err := l.end(&curves); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(curves.path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("there is a picture of nothing: %v", err)
	}
	l.epoch(detect.Progress{Epoch: 1, Epochs: 1, Network: 1, Loss: 0.5, ValidLoss: 0.5, ValidAUC: 0.5})
	if err := l.end(&curves); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(curves.path); err != nil {
		t.Error(err)
	}
}
