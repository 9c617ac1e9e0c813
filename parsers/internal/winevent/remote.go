package winevent

import "oddkin/parsers/event"

// connection reads the ends of a connection, as Sysmon 3 tells them: Initiated is true for
// one that the process made, whose destination is the other end.
func (r *Reader) connection() *event.Remote {
	rec := &r.Rec
	local, other := rec.get(sourceIP), rec.get(destinationIP)
	inbound := string(rec.get(initiated)) == "false"
	if inbound {
		local, other = other, local
	}
	if other == nil {
		return nil
	}
	return &event.Remote{
		Address: r.string(other), Local: r.string(local), Port: uint16(number(rec.get(destinationPort), 1<<16-1)), Inbound: inbound,
	}
}

// fromElsewhere reports whether a logon came from another host.
func (r *Reader) fromElsewhere() bool {
	from := r.Rec.get(ipAddress)
	return from != nil && string(from) != "127.0.0.1" && string(from) != "::1"
}

// logon reads Security 4624, a logon from another host. The process is the one that
// accepted it, if any; the session is the new one.
func (r *Reader) logon(ev event.Event) outcome {
	rec := &r.Rec
	ev.Kind = event.Snapshot
	ev.Proc = event.Proc{PID: r.pid(rec.get(processID)), OS: event.Windows, Image: r.image(rec.get(processName))}
	ev.Remote = &event.Remote{Address: r.string(rec.get(ipAddress)), Inbound: true, Session: r.session(rec.get(targetLogonID))}
	return r.tell(ev)
}
