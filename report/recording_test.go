package report

import (
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// The rule or setting that would have shown more is named where a kind of record is
// missing, and only there.
func TestWhatARecorderWasNotToldToRecord(t *testing.T) {
	at := func(s int) time.Time { return time.Unix(1_700_000_000+int64(s), 0).UTC() }
	start := func(os event.OS, argv ...string) event.Event {
		return event.Event{Kind: event.Exec, Time: at(1), Proc: event.Proc{PID: 7, OS: os, Image: "/bin/x", Argv: argv}, Parent: event.Ref{PID: 1}}
	}
	fork := event.Event{Kind: event.Fork, Time: at(2), Proc: event.Proc{PID: 8, OS: event.Linux}, Parent: event.Ref{PID: 7}}
	exit := event.Event{Kind: event.Exit, Time: at(3), Proc: event.Proc{PID: 7, OS: event.Linux}}
	seen := event.Event{Kind: event.Snapshot, Time: at(1), Proc: event.Proc{PID: 9, OS: event.Linux, Image: "/bin/y"}, Parent: event.Ref{PID: 1}}
	for _, c := range []struct {
		name, format string
		events       []event.Event
		want         []string
		hint         string
	}{
		{"starts alone", "auditd", []event.Event{start(event.Linux, "x")}, []string{"no_exits", "no_forks"}, "-S fork,vfork,clone,clone3"},
		{"all that is asked for", "auditd", []event.Event{start(event.Linux, "x"), fork, exit}, nil, ""},
		{"sightings alone", "laurel", []event.Event{seen}, []string{"no_exits", "no_starts"}, "-S execve,execveat"},
		{"no arguments", "auditd", []event.Event{start(event.Linux), fork, exit}, []string{"no_commands"}, "EXECVE"},
		{"4688 without command lines", "evtx", []event.Event{start(event.Windows), exit}, []string{"no_command_lines"}, "Include command line"},
		{"no Sysmon 5", "sysmon", []event.Event{start(event.Windows, "x")}, []string{"no_exits"}, "event 5"},
		{"a table without command lines", "process-csv", []event.Event{start(event.Windows)}, []string{"no_command_lines", "no_exits"}, "4689"},
		{"osquery", "osquery", []event.Event{start(event.Linux, "x")}, []string{"no_exits", "no_forks"}, "fork"},
		{"no process at all on Linux", "auditd", []event.Event{{Kind: event.Boot, Time: at(1)}}, []string{"no_starts"}, "-S execve,execveat"},
		{"Sysmon for Linux without ends", "sysmon-xml", []event.Event{start(event.Linux, "x")}, []string{"no_exits"}, "event 5"},
		{"ends alone on Windows", "sysmon", []event.Event{exit}, []string{"no_starts"}, "event 1"},
		{"a sandbox", "cape", []event.Event{start(event.Windows)}, nil, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := New(Values{
				Forest:   tree.Build(slices.Values(c.events), tree.Options{}),
				Accounts: []event.Account{{File: "f", Format: c.format, Events: int64(len(c.events))}},
			}, Options{})
			var got []string
			text := ""
			for _, n := range d.Evidence.Notes {
				if strings.HasPrefix(n.Kind, "no_") {
					got = append(got, n.Kind)
					text += n.Text + "\n"
				}
			}
			slices.Sort(got)
			if !slices.Equal(got, c.want) || !strings.Contains(text, c.hint) {
				t.Errorf("notes %q, want %q with %q:\n%s", got, c.want, c.hint, text)
			}
		})
	}
}

// Numbers that lack among the records' are told of with what would have kept them.
func TestMissingRecordsAreToldWithWhatKeepsThem(t *testing.T) {
	for format, hint := range map[string]string{"auditd": "-b 8192", "evtx": "/maxsize", "cape": ""} {
		os := event.Linux
		if format == "evtx" {
			os = event.Windows
		}
		start := event.Event{Kind: event.Exec, Proc: event.Proc{PID: 7, OS: os, Image: "/bin/x"}}
		d := New(Values{
			Forest:   tree.Build(slices.Values([]event.Event{start}), tree.Options{}),
			Accounts: []event.Account{{File: "f", Format: format, Events: 1, Gaps: 2, Missing: 5}, {File: "g", Format: format, Events: 1, Gaps: 1, Missing: 1}},
		}, Options{})
		text := ""
		for _, n := range d.Evidence.Notes {
			if n.Kind == "gaps" && n.Count == 6 {
				text = n.Text
			}
		}
		if (text == "") != (hint == "") || !strings.Contains(text, hint) {
			t.Errorf("%s: %q, want %q", format, text, hint)
		}
	}
}

// A log that is given with its copy counts once, and the copy's account says so.
func TestCopiesStandInTheAccountOfTheirFile(t *testing.T) {
	var events []event.Event
	for _, file := range []string{"audit.log", "backup/audit.log"} {
		for i := range 3 {
			events = append(events, event.Event{
				Kind: event.Exec, Host: "web", Time: time.Unix(1_700_000_000+int64(i), 0), Parent: event.Ref{PID: 1},
				Proc:   event.Proc{PID: uint32(50 + i), OS: event.Linux, Image: "/bin/x", Argv: []string{"x"}},
				Source: event.Source{File: file, Offset: int64(100 * i), Serial: uint64(7 + i)},
			})
		}
	}
	d := New(Values{
		Forest:   tree.Build(slices.Values(events), tree.Options{}),
		Accounts: []event.Account{{File: "audit.log", Format: "auditd", Events: 3}, {File: "backup/audit.log", Format: "auditd", Events: 3}},
	}, Options{})
	if a, b := d.Evidence.Inputs[0], d.Evidence.Inputs[1]; a.Copies != 0 || b.Copies != 3 || d.Evidence.Processes != 4 {
		t.Errorf("the log has %d copies, its backup %d of %d events; %d processes, want 0, 3 of 3, 4", a.Copies, b.Copies, b.Events, d.Evidence.Processes)
	}
}
