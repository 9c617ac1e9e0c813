package auditjson

import "bytes"

// document reads the object that comes next. Names may stand in nested objects,
// as paths with dots, or mixed.
func (r *reader) document(d *document) {
	s, prefix := r.s, len(r.path)
	for key := range s.Members() {
		r.path = append(r.path[:prefix], key...)
		path := r.path
		if s.Next() == '{' {
			if string(path) == "_source" || string(path) == "result" {
				r.path = r.path[:0]
				r.document(d)
			} else if branch(path) {
				d.data = d.data || string(path) == "auditd.data"
				d.log = d.log || string(path) == "auditd.log"
				r.path = append(r.path, '.')
				r.document(d)
			}
			continue
		}
		switch string(path) {
		case "process.args":
			d.args = r.strings()
		case "auditd.paths", "auditd.log.paths":
			r.firstPath(d)
		case "event.original", "message", "_raw", "log", "line":
			if host, text := shipped(s.Text()); text != nil {
				d.text, d.header = append(d.text[:0], text...), host
			}
		default:
			d.log = d.log || bytes.HasPrefix(path, []byte("auditd.log."))
			d.data = d.data || bytes.HasPrefix(path, []byte("auditd.data."))
			if into := d.field(path); into != nil {
				*into = r.intern.Bytes(s.Text())
			}
		}
	}
}

// branch tells the objects worth looking into.
func branch(path []byte) bool {
	switch string(path) {
	case "auditd", "auditd.data", "auditd.data.socket", "auditd.log", "process", "process.parent", "event", "fileset", "host", "agent", "beat",
		"source", "destination", "container", "user", "kubernetes",
		"user.audit", "user.effective", "user.name_map":
		return true
	}
	return false
}

// field is where a path's value belongs: names of ECS in Auditbeat's and
// Filebeat's versions 7 and later, of version 6, and of Filebeat's pipeline.
func (d *document) field(path []byte) *string {
	switch string(path) {
	case "@timestamp":
		return &d.at
	case "event.module", "fileset.module":
		return &d.module
	case "event.action":
		return &d.action
	case "host.name", "host":
		return &d.host
	case "host.hostname", "hostname", "kubernetes.host", "auditd.log.node":
		return &d.hostname
	case "agent.hostname", "agent.name", "beat.hostname", "beat.name", "logStreamName":
		return &d.beatHost
	case "auditd.sequence", "auditd.log.sequence":
		return &d.sequence
	case "auditd.message_type":
		return &d.messageType
	case "auditd.log.record_type":
		return &d.record
	case "auditd.result", "event.outcome", "auditd.log.res":
		return &d.result
	case "auditd.session", "auditd.log.ses":
		return &d.session
	case "auditd.log.success":
		return &d.success
	case "auditd.data.arch", "auditd.log.arch":
		return &d.arch
	case "auditd.data.syscall", "auditd.log.syscall":
		return &d.syscall
	case "host.architecture":
		return &d.machineArch
	case "auditd.data.exit", "auditd.log.exit", "process.exit_code":
		return &d.exit
	case "auditd.data.a0", "auditd.log.a0":
		return &d.a0
	case "auditd.data.a1", "auditd.log.a1":
		return &d.a1
	case "auditd.data.tty", "auditd.log.tty":
		return &d.tty
	case "auditd.log.cwd", "process.working_directory", "process.cwd":
		return &d.cwd
	case "auditd.log.proctitle", "process.title":
		return &d.title
	case "auditd.log.name", "auditd.log.filename":
		return &d.path
	case "process.pid", "auditd.log.pid":
		return &d.pid
	case "process.parent.pid", "process.ppid", "auditd.log.ppid":
		return &d.ppid
	case "process.name", "auditd.log.comm":
		return &d.name
	case "process.executable", "process.exe", "auditd.log.exe":
		return &d.executable
	case "container.id":
		return &d.container
	}
	if into := d.address(path); into != nil {
		return into
	}
	return d.user(path)
}

// address is where belongs what tells of connections and logins.
func (d *document) address(path []byte) *string {
	switch string(path) {
	case "auditd.data.op", "auditd.log.op":
		return &d.op
	case "source.ip", "auditd.data.addr", "auditd.log.addr":
		return &d.source
	case "destination.ip", "auditd.data.socket.addr":
		return &d.destination
	case "destination.port", "auditd.data.socket.port":
		return &d.port
	case "auditd.log.saddr":
		return &d.saddr
	}
	return nil
}

// user is where an account's number or name belongs.
func (d *document) user(path []byte) *string {
	switch string(path) {
	case "user.audit.id", "user.auid", "auditd.log.auid":
		return &d.auid
	case "user.audit.name", "user.name_map.auid":
		return &d.auidName
	case "user.effective.id", "user.euid", "auditd.log.euid":
		return &d.euid
	case "user.effective.name", "user.name_map.euid":
		return &d.euidName
	case "user.id", "user.uid", "auditd.log.uid":
		return &d.uid
	case "user.name", "user.name_map.uid":
		return &d.uidName
	}
	return nil
}

// strings takes a list of strings, or one alone.
func (r *reader) strings() []string {
	if r.s.Next() != '[' {
		return []string{r.intern.Bytes(r.s.Text())}
	}
	list := []string{}
	for range r.s.Elements() {
		list = append(list, r.intern.Bytes(r.s.Text()))
	}
	return list
}

// firstPath takes the name of the file that an event lists as item 0.
func (r *reader) firstPath(d *document) {
	for range r.s.Elements() {
		var item, name string
		for key := range r.s.Members() {
			switch string(key) {
			case "item":
				item = string(r.s.Text())
			case "name":
				name = r.intern.Bytes(r.s.Text())
			}
		}
		if item == "0" {
			d.path = name
		}
	}
}
