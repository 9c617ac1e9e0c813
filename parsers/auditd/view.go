package auditd

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// View is one event in words: what its actor did to what, and how.
type View struct {
	// Action is a verb, such as "executed", "opened-file", "was-authorized".
	Action string
	// Actor is who logged in; ActingAs who the process ran as. Names where the log
	// itself carries them, else numbers; "unset" where nobody logged in.
	Actor, ActingAs string
	// ObjectType is "file", "process", "user-session" and the like; Object and
	// ObjectDetail name it.
	ObjectType, Object, ObjectDetail string
	// How is the program that was used.
	How string
	// Result is "success", "fail" or "unknown".
	Result string
	// Category groups events: "audit-daemon", "user-login", "audit-rule".
	Category string
	// Keys are those of the audit rules that logged the event.
	Keys []string
	// Warnings are what could not be normalised.
	Warnings []string
}

// ErrNoView is returned by [Normalize] on platforms that go-libaudit does not
// compile for.
var ErrNoView = errors.New("normalised audit view: not available on this platform")

// Summary is the view as one line.
func (v *View) Summary() string {
	words := []string{v.Actor}
	if v.ActingAs != "" && v.ActingAs != v.Actor {
		words = append(words, "acting as", v.ActingAs)
	}
	words = append(words, v.Action, v.Object)
	if v.How != "" && v.How != v.Object {
		words = append(words, "using", v.How)
	}
	if v.Result == "fail" {
		words = append(words, "(failed)")
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "" })
	return strings.Join(words, " ")
}

// normalizable puts one event's records into the form that go-libaudit reads:
// without node= and interpreted fields, the SYSCALL record ahead of those that
// belong to it, paths by item. It leaves EOE out and returns what the enriched
// fields name.
func normalizable(records []string) (lines []string, names map[string]string) {
	type ranked struct {
		rank uint64
		line string
	}
	var all []ranked
	names = map[string]string{}
	for _, r := range records {
		text := []byte(strings.TrimSpace(r))
		if at := findRecord(text, 0); at > 0 {
			text = text[at:]
		}
		var h header
		if h.parse(text, &lastStamp{}) != "" || h.class == classEOE {
			continue
		}
		own := ownFields(&h)
		for _, key := range []string{"AUID", "UID", "EUID"} {
			if name := enrichedName(h.body[len(own):], key); len(name) > 0 {
				names[strings.ToLower(key)] = string(name)
			}
		}
		text = bytes.TrimSpace(text[:len(text)-len(h.body)+len(own)])
		if h.node != nil {
			text = text[len("node= ")+len(h.node):]
		}
		all = append(all, ranked{rankOf(&h), string(text)})
	}
	slices.SortStableFunc(all, func(a, b ranked) int { return int(a.rank) - int(b.rank) })
	for _, r := range all {
		lines = append(lines, r.line)
	}
	return lines, names
}

// rankOf orders an event's records: what makes it special (LOGIN, AVC), the
// call, what the call used.
func rankOf(h *header) uint64 {
	switch h.class {
	case classSyscall:
		return 1
	case classExecve, classCwd, classProctitle:
		return 2
	case classPath:
		item, _ := parseDec(field(h.body, "item"))
		return 3 + min(item, 1<<20)
	}
	switch string(h.typ) {
	case "SOCKADDR", "SOCKETCALL", "FD_PAIR", "MMAP", "BPRM_FCAPS", "CAPSET", "OBJ_PID", "IPC", "KERN_MODULE":
		return 2
	}
	return 0
}

// ownFields is a record's body without the interpreted fields behind it.
func ownFields(h *header) []byte {
	if i := bytes.IndexByte(h.body, enrichment); i >= 0 {
		return h.body[:i]
	}
	from, first := 0, "AUID="
	switch h.class {
	case classSyscall:
		from, first = max(0, bytes.Index(h.body, []byte(" key="))), "ARCH="
	case classPath:
		first = "OUID="
	case classSighting:
		from, first = bytes.LastIndexByte(h.body, '\'')+1, "UID="
	}
	if i := bytes.Index(h.body[from:], []byte(first)); i >= 0 {
		return h.body[:from+i]
	}
	return h.body
}
