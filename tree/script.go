package tree

import "strings"

// script is what a shell was told to run on its command line (sh -c SCRIPT).
type script struct {
	text  string
	given bool
}

// maxScript is the longest command line, in bytes, that is looked into: what is longer may
// have been made to cost time.
const maxScript = 4096

// script of a node: not given if it is no shell, or reads a file or a terminal, or is
// too long.
func (g *guesser) script(n *Node) script {
	if n == nil || n.prog.habit != shell || n.line != 0 && g.lines.head(n.line).size > maxScript {
		return script{}
	}
	argv, _ := g.lines.of(n.line)
	for i, a := range argv {
		switch {
		case i == 0:
		case !strings.HasPrefix(a, "-") && !strings.HasPrefix(a, "+"):
			return script{}
		case !strings.HasPrefix(a, "--") && strings.Contains(a, "c") && i+1 < len(argv):
			return script{argv[i+1], true}
		}
	}
	return script{}
}

// describe fills in what the start n of the child tells.
func (f *profile) describe(g *guesser, n *Node) {
	f.called = append(f.called, n.prog.Base)
	f.generator = isGenerator(n.prog.Image)
	if own := g.script(n); own.given {
		f.command, f.called = true, []string{own.text[:min(12, len(own.text))]}
		return
	}
	argv, _ := g.lines.of(n.line)
	for _, a := range argv[:min(2, len(argv))] { // the second is the script, of an interpreter
		f.generator = f.generator || isGenerator(a)
		if a = a[strings.LastIndexByte(a, '/')+1:]; a != "" && a[0] != '-' {
			f.called = append(f.called, a)
		}
	}
}

// isGenerator reports whether systemd itself runs the program at path, in a process of its
// own (systemd.generator(7), systemd.environment-generator(7)).
func isGenerator(path string) bool {
	return strings.Contains(path, "/systemd/") && strings.Contains(path, "-generators/")
}

// fit weighs how well a shell with this script passes for the maker of a process that
// forked and then started something by one of the given names: a shell forks so for
// subshells, substitutions and the parts of pipelines (POSIX, XCU 2.12), and
// what it starts stands in the script, unless a variable or a function hides it.
func (s script) fit(called []string) float64 {
	if !s.given {
		return 1
	}
	if !strings.ContainsAny(s.text, "|&(`") {
		return maxCost
	}
	for _, name := range called {
		if s.names(name) {
			return 0.5
		}
	}
	if !strings.ContainsAny(s.text, "$`") && !s.names("eval") && !s.names("source") && !s.names(".") {
		return maxCost
	}
	return 4
}

// mayStem reports whether a program of the given name may have forked the process of
// f: some programs fork for one purpose alone, and are the only ones with it.
func (f *profile) mayStem(name string) bool {
	return name != "systemd" && (name == "dbus-launch") == (f.what.prog.Base == "dbus-daemon")
}

// names reports whether the script holds name as a word of its own.
func (s script) names(name string) bool {
	letter := func(i int) bool {
		if i < 0 || i >= len(s.text) {
			return false
		}
		c := s.text[i]
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '-' || c == '.'
	}
	for at := 0; ; {
		i := strings.Index(s.text[at:], name)
		if i < 0 {
			return false
		}
		if at += i; !letter(at-1) && !letter(at+len(name)) {
			return true
		}
		at++
	}
}
