package detect

import (
	"iter"
	"slices"

	"oddkin/detect/names"
	"oddkin/parsers/event"
	"oddkin/tree"
)

// Length is the number of hops that the network reads at once.
const Length = 10

// sequence is a chain as it is scored: its hops without repetitions and without
// what must not count.
type sequence struct {
	hops []hop
	at   []int // index of each hop in the chain it was taken from
	past int   // length of the longest row that was left out, see [sequence.without]; 0 if none was
}

// squeeze reduces a chain to what is scored.
//
// A console host at the end is left out: Windows gives one to every program that
// has a console, so beside its parent it says nothing.
// systemd-executor, by which systemd since version 255 becomes whatever it starts, is left out there.
// A process that the evidence does not name tells nothing and is left out; so is
// the recorder's own agent at the root of a (Windows) sandbox run, which stands over every
// sample. Repetitions count once, and of a run of shells and launchers only what
// [padding] leaves: "sh -c sh -c env nice nohup bash" must not push the rest out of
// sight.
func squeeze(chain []hop, entry tree.Entry, os event.OS) sequence {
	s := sequence{hops: make([]hop, 0, len(chain)), at: make([]int, 0, len(chain))}
	if last := len(chain) - 1; last > 0 && chain[last].name == "conhost" {
		chain = chain[:last]
	}
	run := 0 // start in s.hops of the present run of shells and launchers
	for i, h := range chain {
		if h.name == names.Unknown || len(s.hops) == 0 && i < len(chain)-1 && os == event.Windows && entry == tree.EntryUnknown && agents[h.name] {
			continue
		}
		if n := len(s.hops); n > 0 {
			if s.hops[n-1] == h || stubs(s.hops[n-1], h) {
				continue
			}
			if !pads(h) || !pads(s.hops[n-1]) {
				run = n
			} else if padding(h, slices.Values(s.hops[run:])) {
				continue
			}
		}
		s.hops = append(s.hops, h)
		s.at = append(s.at, i)
	}
	return s
}

// stubs reports whether h is but what up, systemd, starts to become another program.
func stubs(up, h hop) bool {
	return up.name == "systemd" && h == hop{"systemd-executor", names.System}
}

// pads reports whether a hop can stand between two others any number of times and
// change nothing about them.
func pads(h hop) bool { return posixShells[h.name] || launchers[h.name] }

// maxRun is how many shells and launchers count where they follow each other.
const maxRun = 3

// padding reports whether h adds nothing to the run of shells and launchers before it:
// the run has it already, or another launcher if it is one, or is long enough.
func padding(h hop, run iter.Seq[hop]) bool {
	n := 0
	for other := range run {
		if n++; other == h || n == maxRun || launchers[h.name] && launchers[other.name] {
			return true
		}
	}
	return false
}

// launchers change the circumstances of the program that their arguments name, and
// become it or wait for it.
var launchers = map[string]bool{
	"env": true, "nice": true, "ionice": true, "chrt": true, "taskset": true, "numactl": true, "prlimit": true,
	"nohup": true, "setsid": true, "setarch": true, "stdbuf": true, "timeout": true, "time": true,
}

// posixShells are the shells that differ to a script and not to a verdict. On
// Windows the step from cmd to powershell does tell something.
var posixShells = map[string]bool{"sh": true, "bash": true, "zsh": true, "ksh": true, "csh": true, "fish": true, "yash": true, "busybox": true}

// agents are what sandboxes run their samples under: Cuckoo's and CAPE's
// analyzer (python), and the agents of others by their documented names.
var agents = map[string]bool{
	"python": true, "agent": true, "analyzer": true, "loader": true, "vmrayagent": true, "vmwaretoolboxcmd": true,
	"joeboxserver": true, "joeboxcontrol": true, "srvpost": true, "windanr": true, "sandboxiedcomlaunch": true, "cuckoomon": true, "capemon": true, "triage": true,
}

// A row of longRow or more programs that only run what they are told, or of mixedRow or more with others between
// them, is passed over by a direct reading, which counts where it is an alert, of a row with endlessRow or more of the former in any case.
const (
	longRow    = 3
	mixedRow   = 5 // builds have less of them
	endlessRow = 6
)

// direct is the chain without what only hands on. An intruder can put any number of such programs between a
// server and a tool, and the like of them is normal in scripts that call each other, so that a row tells
// of neither. Nor does what can be made to run a shell, within a row or below it.
func (s sequence) direct() sequence { return s.without(relays, carries) }

// without is the chain with the first shell alone of each row of programs that hand on, if it [isLong], of those before
// its last hop. What carries a row counts between two of them, and is left out with it there and behind it.
func (s sequence) without(handsOn func(up, name string) bool, carries func(name string) bool) sequence {
	out := sequence{hops: make([]hop, 0, len(s.hops)), at: make([]int, 0, len(s.at))}
	add := func(from, to int) {
		out.hops, out.at = append(out.hops, s.hops[from:to]...), append(out.at, s.at[from:to]...)
	}
	begin, end, n := 0, 0, 0 // a row with n that hand on goes from begin up to end; behind it follows what may carry it
	for i := range s.hops {
		more, up := i < len(s.hops)-1, ""
		switch {
		case n > 0:
			up = s.hops[end-1].name
		case i > 0:
			up = s.hops[i-1].name
		}
		if more && handsOn(up, s.hops[i].name) {
			n, end = n+1, i+1
			continue
		}
		if more && n > 0 && carries(s.hops[i].name) {
			continue
		}
		if isLong(end-begin, n) {
			out.past = max(out.past, n)
			if first := slices.IndexFunc(s.hops[begin:end], func(h hop) bool { return names.KindOf(h.name) == names.Shell }); first >= 0 {
				add(begin+first, begin+first+1)
			}
			begin = i
		}
		add(begin, i+1)
		begin, end, n = i+1, i+1, 0
	}
	return out
}

// isLong reports whether a row is passed over that has n programs which hand on and others between them.
func isLong(all, n int) bool { return all >= mixedRow || all == n && n >= longRow }

// carries reports whether a program, which only hands on where it is made to, may stand within a row: one
// of a kind that starts others by its own manual, and of which few are services.
func carries(name string) bool { return carriers[names.KindOf(name)] || carrying[name] }

var carriers = map[names.Kind]bool{names.Build: true, names.Package: true, names.Archiver: true, names.Container: true, names.Network: true}

// carrying are what runs jobs, of schedulers, which are services else; and, of what package names knows as interpreters
// for being written in one, what gets and runs the work of others.
var carrying = map[string]bool{
	"run-parts": true, "systemd-run": true, "logrotate": true, "npm": true, "npx": true, "yarn": true, "pnpm": true, "pip": true, "pipx": true,
	"pipenv": true, "poetry": true, "uv": true, "conda": true, "mamba": true, "micromamba": true, "gem": true, "bundle": true, "bundler": true, "rake": true, "composer": true, "cpan": true,
}

// nothing carries a row of programs that follow each other.
func nothing(string) bool { return false }

// relays reports whether a direct reading passes over a program. As to squeezing, busybox whose program is not
// recorded is a shell. A nohup of Java's own is what tells a build server's job (Jenkins' durable tasks) from a shell that was
// made to run.
func relays(up, name string) bool {
	if posixShells[up] {
		up = "sh"
	}
	if posixShells[name] {
		name = "sh"
	}
	return handsOn(up, name) && (names.KindOf(name) != names.Interpreter || scripting[name]) && (up != "java" || name != "nohup")
}

// handsOn reports whether a program does nothing but run what it was told: shells, launchers, sudo
// and the like, and the interpreters that one of them or another interpreter started.
func handsOn(up, name string) bool {
	hands := func(k names.Kind) bool { return told(k) || k == names.Privilege }
	k := names.KindOf(name)
	if k != names.Interpreter || up == "" {
		return hands(k)
	}
	above := names.KindOf(up)
	return hands(above) || above == names.Interpreter
}

// scripting are interpreters that a direct reading passes over. Others, such as java and node, are more often what a script starts than
// what it is written in.
var scripting = map[string]bool{"perl": true, "python": true, "ruby": true, "awk": true, "lua": true, "tclsh": true, "expect": true, "guile": true, "gdb": true, "ipython": true, "irb": true}

// windows is how many windows of s are judged: all of [Length] hops that there are in it, or one of a
// chain that is no longer.
func (s sequence) windows() int { return max(1, len(s.hops)-Length+1) }

// start is where the w-th window begins.
func (s sequence) start(w int) int { return w }

func (s sequence) end(w int) int { return min(len(s.hops), w+Length) }

// window is the w-th window, and whether the chain goes on above it.
func (s sequence) window(w int) (hops []hop, below bool) {
	return s.hops[s.start(w):s.end(w)], w > 0
}
