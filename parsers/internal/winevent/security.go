package winevent

import (
	"bytes"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// The order of the event data of 4688 (version 2; earlier ones end sooner) and
// 4689 where it comes as a list without names.
var (
	order4688 = []Field{
		subjectUserSID, subjectUserName, subjectDomainName, subjectLogonID, newProcessID, newProcessName, none,
		processID, commandLine, targetUserSID, targetUserName, targetDomainName, targetLogonID, parentProcessName,
	}
	order4689 = []Field{subjectUserSID, subjectUserName, subjectDomainName, subjectLogonID, none, processID, processName}
)

// security reads an event of the Security log.
func (r *Reader) security(id uint64, ev event.Event) outcome {
	switch id {
	case 4688:
		r.unlist(order4688)
		r.fromMessage(labels4688, newProcessID, processID, newProcessName)
		return r.created(ev)
	case 4689:
		r.unlist(order4689)
		r.fromMessage(labels4689, processID, processName)
		return r.exited(ev)
	case 4624:
		if r.fromElsewhere() {
			return r.logon(ev)
		}
	}
	// Object, privilege and logon events name the process that asked.
	if r.Rec.get(processID) == nil || bytes.IndexByte(r.Rec.get(processName), '\\') < 0 {
		return notNeeded
	}
	return r.sight(ev, who{pid: processID, image: processName})
}

// created reads 4688, in which ProcessId is the parent and NewProcessId the
// child. The child runs as the target account if one is named, else as the
// subject, who is the parent's account.
func (r *Reader) created(ev event.Event) outcome {
	rec := &r.Rec
	subject := r.token(subjectUserSID, subjectDomainName, subjectUserName, subjectLogonID)
	logon := rec.get(subjectLogonID)
	ev.Kind = event.Exec
	ev.Proc = event.Proc{
		PID:         r.pid(rec.first(newProcessID, ecsPID)),
		OS:          event.Windows,
		Image:       r.image(rec.first(newProcessName, ecsExecutable)),
		Name:        r.name(rec),
		CommandLine: r.string(rec.first(commandLine, ecsCommandLine)),
		User:        subject,
	}
	if rec.get(targetUserName) != nil {
		ev.Proc.User = r.token(targetUserSID, targetDomainName, targetUserName, targetLogonID)
		logon = rec.get(targetLogonID)
	}
	ev.Proc.Session = r.session(logon)
	ev.Parent = event.Ref{
		PID:         r.pid(rec.first(processID, ecsParentPID)),
		Image:       r.image(rec.first(parentProcessName, ecsParentExecutable)),
		CommandLine: r.string(rec.get(ecsParentCommandLine)),
		User:        subject,
	}
	if ev.Proc.PID == 0 && ev.Proc.Image == "" {
		r.odd = namesNone
		return malformed
	}
	return r.once(ev)
}

// exited reads 4689, in which ProcessId is the process that ended.
func (r *Reader) exited(ev event.Event) outcome {
	rec := &r.Rec
	ev.Kind = event.Exit
	ev.Proc = event.Proc{
		PID:     r.pid(rec.first(processID, ecsPID)),
		OS:      event.Windows,
		Image:   r.image(rec.first(processName, ecsExecutable)),
		User:    r.token(subjectUserSID, subjectDomainName, subjectUserName, subjectLogonID),
		Session: r.session(rec.get(subjectLogonID)),
	}
	if ev.Proc.PID == 0 {
		r.odd = namesNone
		return malformed
	}
	return r.once(ev)
}

// token is who an account is, as Sysmon would write it. Security events name
// the three service accounts of a machine by the machine's own name (HOST$), so
// they are told by their fixed SIDs and logon ids.
func (r *Reader) token(sid, domain, name, logon Field) string {
	rec := &r.Rec
	switch string(rec.get(logon)) {
	case "0x3e7":
		return `NT AUTHORITY\SYSTEM`
	case "0x3e5":
		return `NT AUTHORITY\LOCAL SERVICE`
	case "0x3e4":
		return `NT AUTHORITY\NETWORK SERVICE`
	}
	switch string(rec.get(sid)) {
	case "S-1-5-18":
		return `NT AUTHORITY\SYSTEM`
	case "S-1-5-19":
		return `NT AUTHORITY\LOCAL SERVICE`
	case "S-1-5-20":
		return `NT AUTHORITY\NETWORK SERVICE`
	}
	return r.qualified(rec.get(domain), rec.first(name, sid))
}

// unlist gives names to event data that came as a list.
func (r *Reader) unlist(order []Field) {
	at := r.Rec.spans[positional]
	if at.end == 0 || r.Rec.json[at.start] != '[' {
		return
	}
	s := jsonstream.NewScannerBytes(r.Rec.json[at.start:at.end])
	for i := range s.Elements() {
		if i >= len(order) {
			break
		}
		if f := order[i]; f != none && !r.Rec.has(f) {
			r.Rec.put(f, s.Text())
		}
	}
}
