package parsers

import (
	"bytes"
	"path"
	"regexp"
	"strings"
	"sync"

	"oddkin/parsers/event"
)

// unread is what responders meet beside evidence and oddkin does not read, by its first
// bytes: 7-Zip's 7zFormat.txt, RAR's technotes, [MS-CAB], the LZ4 frame format, pcap and
// pcapng (RFC drafts of the IETF opsawg), the old event log [MS-EVEN], regf, ELF and PE.
var unread = []unreadFormat{
	{"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not opened: unpack it first", true},
	{"Rar!\x1a\x07", "a RAR archive, which is not opened: unpack it first", true},
	{"MSCF\x00\x00\x00\x00", "a cabinet archive, which is not opened: unpack it first", true},
	{"\x04\x22\x4d\x18", "packed with LZ4, which is not opened: unpack it first", true},
	{"\x30\x00\x00\x00LfLe", "an event log as Windows XP wrote them (.evt), which is not read", true},
	{"LPKSHHRH", "a journal in systemd's binary form, which is not read: journalctl --file FILE -o json writes what is", true},
	{"NODE,EVENT,DATE,TIME,SERIAL_NUM,", "ausearch's table, which leaves out processes and their parents: ausearch --raw writes the records", true},
	{"SQLite format 3\x00", "an SQLite database, which is not read", false},
	{"regf", "a registry hive, which is not read", false},
	{"\xd4\xc3\xb2\xa1", "a capture of network packets, which is not read", false},
	{"\x0a\x0d\x0d\x0a", "a capture of network packets, which is not read", false},
	{"\x7fELF", "a program (ELF)", false},
	{"MZ", "a program (PE)", false},
}

type unreadFormat struct {
	magic, is string
	evidence  bool // of processes is in it, or may be: that it is not read is a failure
}

// shortJournal is what journalctl prints unless it is told otherwise.
var shortJournal = unreadFormat{is: "journalctl's short text, where audit records lack times and serials: journalctl -o json has them", evidence: true}

// interpretedLog is what "ausearch -i" prints.
var interpretedLog = unreadFormat{is: "ausearch's interpreted text, whose times lack their zone and whose names are those of where it ran: ausearch --raw writes the records", evidence: true}

// splunkRows are search results as Splunk writes them in its modes json_rows and
// json_cols.
var splunkRows = unreadFormat{is: "a Splunk search's results as lists without names, which are not read: output_mode=json writes what is", evidence: true}

// renderedEvents are events of Windows' logs as Splunk's input WinEventLog renders them.
var renderedEvents = unreadFormat{is: "events of Windows' logs as rendered text (Splunk's WinEventLog), which are not read: the logs themselves (.evtx) are, or renderXml = true there", evidence: true}

// By what stands in them these are known.
var (
	interpretedRecord = pattern(`(?m)^(node=\S+ )?type=\S+ msg=audit\([^()]* [^()]*:\d+\) : `)
	listOfNames       = pattern(`"fields"\s*:\s*\[\s*"`)
	listOfLists       = pattern(`"(rows|columns)"\s*:\s*\[\s*\[`)
)

// pattern compiles a regular expression when it is first asked for: few commands ask.
func pattern(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// unreadKind is what of unread begins with head, or is known by what stands in it; or nil.
func unreadKind(head []byte) *unreadFormat {
	switch {
	case interpretedRecord().Match(head):
		return &interpretedLog
	case bytes.Contains(head, []byte("LogName=")) && bytes.Contains(head, []byte("EventCode=")):
		return &renderedEvents
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && listOfNames().Match(head) && listOfLists().Match(head):
		return &splunkRows
	}
	if bytes.Contains(head, []byte(" audit[")) && bytes.Contains(head, []byte("]: SYSCALL arch=")) {
		return &shortJournal
	}
	for i := range unread {
		if bytes.HasPrefix(head, []byte(unread[i].magic)) {
			return &unread[i]
		}
	}
	return nil
}

// Why a file is not read that may have been evidence.
const (
	reasonEmpty  = "empty"
	reasonBinary = "binary data of no known format"
	// reasonNoFiles is an archive's.
	reasonNoFiles = "an archive without files"
)

// Emptied reports whether an input holds nothing, or nothing known, though its name
// promises a log: it may have been wiped or damaged.
func Emptied(a *event.Account) bool {
	if a.Reason != reasonEmpty && !strings.HasPrefix(a.Reason, reasonBinary) {
		return false
	}
	_, base, _ := rotation(strings.ToLower(a.File))
	switch path.Ext(base) {
	case ".log", ".evtx", ".json", ".jsonl", ".ndjson", ".xml":
		return true
	}
	return false
}

// refusal says what content is that no format claims.
func refusal(head []byte) string {
	if len(head) == 0 {
		return reasonEmpty
	}
	if k := unreadKind(head); k != nil {
		return k.is
	}
	control := 0
	for _, c := range head {
		if c < 9 || c > 13 && c < 32 && c != 27 {
			control++
		}
	}
	switch text := bytes.TrimSpace(head); {
	case control > len(head)/50:
		return reasonBinary
	case bytes.Contains(text, []byte("type=")) && bytes.Contains(text, []byte("msg=audit(")):
		return "text that quotes audit records and is no log of them: --as auditd reads those that begin a line"
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return "JSON of no known format"
	case len(text) > 0 && text[0] == '<':
		return "XML of no known format"
	}
	return "text of no known format"
}
