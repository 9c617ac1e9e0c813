package main

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every command that the help names has a page, every flag of it an entry.
func TestManualPages(t *testing.T) {
	dir := t.TempDir()
	if code := run([]string{"man", "--quiet", dir}, nil, io.Discard, io.Discard); code != exitOK {
		t.Fatalf("exit code %d", code)
	}
	for _, c := range []struct{ page, command string }{
		{"oddkin.1", ""},
		{"oddkin-analyze.1", "analyze"},
		{"oddkin-corpus-add.1", "corpus add"},
		{"oddkin-model-import-keras.1", "model import-keras"},
	} {
		file, err := os.ReadFile(filepath.Join(dir, c.page))
		if err != nil {
			t.Error(err)
			continue
		}
		var help strings.Builder
		run(append(strings.Fields(c.command), "--help"), nil, &help, io.Discard)
		page := strings.ReplaceAll(string(file), `\-`, "-")
		for _, flag := range regexp.MustCompile(`(?m)^ +(?:-\w, )?(--[\w-]+)`).FindAllStringSubmatch(help.String(), -1) {
			if !strings.Contains(page, `\fB`+flag[1]+`\fR`) {
				t.Errorf("%s tells nothing of %s", c.page, flag[1])
			}
		}
	}
	if main, _ := os.ReadFile(filepath.Join(dir, "oddkin.1")); !strings.Contains(string(main), ".BR oddkin\\-analyze (1)") {
		t.Error("oddkin.1 does not name the page of analyze")
	}
}

func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		"a-b":              `a\-b`,
		".so /etc/passwd":  `\&.so /etc/passwd`,
		"x\n'y\n.z":        "x\n\\&'y\n\\&.z",
		`C:\Windows ≈ "a"`: `C:\eWindows \[u2248] "a"`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}
