package main

import (
	"strconv"
	"time"

	"oddkin/parsers/evtx/evtxtest"
)

// windowsLog writes starts as Sysmon's own event log, in binary XML. It has fewer bytes a start than any
// JSON: names stand once in a chunk of 64 KB.
func windowsLog(w *writer, seed uint64, size int64) {
	ws, l := newWorkstation(seed), evtxtest.New()
	const chunk = 1 << 16 // of which the last is not filled
	for w.n+chunk < size && w.err == nil {
		s := ws.next()
		l.Add(uint64(s.record), s.event())
		w.write(l.Take())
	}
	w.write(l.Bytes())
}

// event is the start as Sysmon's event 1, with what numbers its manifest writes as text.
func (s *start) event() evtxtest.Event {
	text := evtxtest.Text
	return evtxtest.Event{
		Provider: "Microsoft-Windows-Sysmon", Channel: "Microsoft-Windows-Sysmon/Operational",
		Computer: s.computer, ID: 1, Record: uint64(s.record), Time: filetime(s.at), Data: []evtxtest.Field{
			text("RuleName", "-"), text("UtcTime", s.utc), text("ProcessGuid", s.guid), text("ProcessId", strconv.Itoa(s.pid)),
			text("Image", s.image), text("FileVersion", "10.0.19041.1"), text("Description", "-"),
			text("Product", "Microsoft Windows Operating System"), text("Company", "Microsoft Corporation"),
			text("CommandLine", s.line), text("CurrentDirectory", `C:\Windows\system32\`), text("User", s.user),
			text("LogonGuid", "{00000000-0000-0000-0000-000000000000}"), text("LogonId", "0x3e7"), text("TerminalSessionId", "1"),
			text("IntegrityLevel", "Medium"), text("Hashes", "SHA256=B99D61D874728EDC0918CA0EB10EAB93D381E7367E377406E65963366C874450"),
			text("ParentProcessGuid", s.parent), text("ParentProcessId", strconv.Itoa(s.ppid)),
			text("ParentImage", s.parentImage), text("ParentCommandLine", s.parentImage),
		},
	}
}

// filetime counts tenths of a microsecond since 1601.
func filetime(t time.Time) uint64 {
	return uint64(t.UnixNano())/100 + 116444736000000000
}
