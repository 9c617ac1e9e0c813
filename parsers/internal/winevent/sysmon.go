package winevent

import (
	"bytes"

	"oddkin/parsers/event"
)

// sysmon reads an event of Sysmon.
func (r *Reader) sysmon(id uint64, ev event.Event) outcome {
	switch id {
	case 1, 5:
		r.fromMessage(sysmonLabels, processID, processGUID, image)
		ev.Time = r.time() // the message may have told it
		ev.Kind = event.Exec
		ev.Proc = r.sysmonProc()
		if id == 5 {
			ev.Kind = event.Exit
		} else {
			ev.Parent = r.sysmonParent()
		}
		if ev.Proc.PID == 0 && ev.Proc.GUID == "" && (id == 5 || ev.Proc.Image == "") {
			r.odd = namesNone
			return malformed
		}
		return r.once(ev)
	case 8, 10:
		source := r.sight(ev, who{sourceProcessGUID, sourceProcessID, sourceImage, sourceUser})
		target := r.sight(ev, who{targetProcessGUID, targetProcessID, targetImage, targetUser})
		return min(source, target)
	case 3:
		ev.Remote = r.connection()
		return r.sight(ev, who{processGUID, processID, image, user})
	case 2, 7, 9, 11, 12, 13, 14, 15, 17, 18, 22, 23, 24, 25, 26, 27, 28, 29:
		return r.sight(ev, who{processGUID, processID, image, user})
	}
	return notNeeded
}

// sysmonProc is the process of events 1 and 5.
func (r *Reader) sysmonProc() event.Proc {
	rec := &r.Rec
	return event.Proc{
		PID:         r.pid(rec.first(processID, ecsPID)),
		OS:          r.os(event.Windows),
		GUID:        r.guid(rec.first(processGUID, ecsEntityID)),
		Image:       r.image(rec.first(image, ecsExecutable)),
		Name:        r.name(rec),
		CommandLine: r.string(rec.first(commandLine, ecsCommandLine)),
		Cwd:         r.string(rec.first(currentDirectory, ecsCwd)),
		User:        r.user(),
		Session:     r.session(rec.first(logonID, terminalSessionID)),
	}
}

// name is process.name where there is no path.
func (r *Reader) name(rec *Record) string {
	if rec.first(image, newProcessName, ecsExecutable) != nil {
		return ""
	}
	return r.string(rec.get(ecsName))
}

// sysmonParent is the parent that event 1 names.
func (r *Reader) sysmonParent() event.Ref {
	rec := &r.Rec
	return event.Ref{
		PID:         r.pid(rec.first(parentProcessID, ecsParentPID)),
		GUID:        r.guid(rec.first(parentProcessGUID, ecsParentEntityID)),
		Image:       r.image(rec.first(parentImage, ecsParentExecutable)),
		CommandLine: r.string(rec.first(parentCommandLine, ecsParentCommandLine)),
		User:        r.string(rec.first(parentUser, ecsParentUser)),
	}
}

// user is who a Sysmon event's process ran as: DOMAIN\name.
func (r *Reader) user() string {
	if u := r.Rec.get(user); u != nil {
		return r.string(u)
	}
	return r.qualified(r.Rec.get(ecsUserDomain), r.Rec.first(ecsUserName, ecsUserID))
}

// qualified joins domain and name as Windows writes them.
func (r *Reader) qualified(domain, name []byte) string {
	if name == nil || domain == nil {
		return r.string(name)
	}
	r.scratch = append(append(append(r.scratch[:0], domain...), '\\'), name...)
	return r.string(r.scratch)
}

// session is the logon id, or what stands in for it, in lower case. 0 is none.
func (r *Reader) session(b []byte) string {
	if string(b) == "0" || string(b) == "0x0" {
		return ""
	}
	r.scratch = append(r.scratch[:0], b...)
	for i, c := range r.scratch {
		if c >= 'A' && c <= 'Z' {
			r.scratch[i] = c + 'a' - 'A'
		}
	}
	return r.string(r.scratch)
}

// os is the system that the process ran on, assumed where nothing says so.
func (r *Reader) os(assumed event.OS) event.OS {
	rec := &r.Rec
	if bytes.HasPrefix(rec.first(provider, ecsProvider, channel), []byte("Linux")) {
		return event.Linux
	}
	switch string(rec.first(ecsOSType, ecsOSFamily, ecsOSPlatform)) {
	case "linux", "debian", "redhat", "suse", "arch", "ubuntu", "centos", "rhel", "fedora", "amazon":
		return event.Linux
	case "windows":
		return event.Windows
	case "macos", "darwin":
		return event.MacOS
	}
	return assumed
}
