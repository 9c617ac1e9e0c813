package tree_test

import (
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

// parseLog reads the notation of testdata/README.
func parseLog(t *testing.T, text string) []event.Event {
	t.Helper()
	var events []event.Event
	var clock time.Time
	defaults := event.Event{Proc: event.Proc{OS: event.Linux}, Source: event.Source{File: "log"}}
	for i, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		e := defaults
		e.Source.Offset = int64(i * 100)
		e.Source.Serial = uint64(i + 1)
		if words[0] == "set" {
			apply(t, &defaults, words[1:])
			continue
		}
		if words[0] != "-" {
			at, err := time.Parse("15:04:05", words[0])
			if err != nil {
				t.Fatalf("line %d: %v", i+1, err)
			}
			clock = at.AddDate(2024, 0, 0)
			e.Time = clock
		}
		kind, ok := kinds[words[1]]
		if !ok {
			t.Fatalf("line %d: unknown kind %q", i+1, words[1])
		}
		e.Kind = kind
		apply(t, &e, words[2:])
		last := lastPID(line)
		if e.Kind == event.Fork {
			e.Parent.Image = e.Proc.Image
		}
		for ; e.Proc.PID < last; e.Proc.PID++ {
			events = append(events, e)
		}
		events = append(events, e)
	}
	return events
}

// severalPIDs is how a line says that several processes did the same.
var severalPIDs = regexp.MustCompile(` pid=\d+\.\.(\d+) `)

// lastPID is the last of the pids that a line names, or 0 where it names one.
func lastPID(line string) uint32 {
	m := severalPIDs.FindStringSubmatch(line)
	if m == nil {
		return 0
	}
	n, _ := strconv.Atoi(m[1])
	return uint32(n)
}

var kinds = map[string]event.Kind{
	"exec": event.Exec, "fork": event.Fork, "exit": event.Exit, "seen": event.Snapshot, "failed": event.ExecFailed,
	"boot": event.Boot,
}

// apply sets the fields named in words; a word without "=" begins the command line.
func apply(t *testing.T, e *event.Event, words []string) {
	t.Helper()
	remote := func() *event.Remote {
		if e.Remote == nil {
			e.Remote = &event.Remote{}
		}
		return e.Remote
	}
	for i, w := range words {
		k, v, ok := strings.Cut(w, "=")
		if !ok || strings.ContainsAny(k, "/-") {
			if e.Kind == event.ExecFailed {
				e.Proc.Argv = words[i:]
				return
			}
			e.Proc.Image = strings.ReplaceAll(words[i], "_", " ")
			if len(words) > i+1 {
				e.Proc.Argv = words[i:]
			}
			return
		}
		n, _ := strconv.Atoi(v)
		switch k {
		case "pid":
			first, _, _ := strings.Cut(v, "..")
			n, _ := strconv.Atoi(first)
			e.Proc.PID = uint32(n)
		case "ppid", "by":
			e.Parent.PID = uint32(n)
		case "uid":
			e.Proc.User = v
		case "auid":
			e.Proc.AuditUser = v
		case "ses":
			e.Proc.Session = v
		case "cwd":
			e.Proc.Cwd = v
		case "tty":
			e.Proc.TTY = v
		case "guid":
			e.Proc.GUID = v
		case "pguid":
			e.Parent.GUID = v
		case "parent":
			e.Parent.Image = v
		case "to":
			host, port, _ := strings.Cut(v, ":")
			n, _ := strconv.Atoi(port)
			remote().Address, remote().Port = host, uint16(n)
		case "from":
			remote().Address, remote().Inbound = v, true
		case "local":
			remote().Local = v
		case "comm":
			e.Proc.Name = v
		case "container":
			e.Proc.Container = v
		case "runs":
			e.Proc.Image = v
		case "host":
			e.Host = v
		case "file":
			e.Source.File = v
		case "at":
			e.Source.Offset = int64(n)
		case "serial":
			e.Source.Serial = uint64(n)
		case "os":
			e.Proc.OS = map[string]event.OS{"linux": event.Linux, "windows": event.Windows, "macos": event.MacOS}[v]
		default:
			t.Fatalf("unknown field %q", k)
		}
	}
}
