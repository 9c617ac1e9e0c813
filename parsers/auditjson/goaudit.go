package auditjson

import (
	"cmp"
	"strconv"
)

// goAudit reads what go-audit writes: one object an event, with the kernel's own
// text of every record.
//
//	{"sequence":1,"timestamp":"1459447820.317","messages":[{"type":1300,"data":"arch=..."}],"uid_map":{"0":"root"}}
//
// The names in uid_map are of the machine that recorded it.
type goAudit struct{}

func (goAudit) end(*reader) {}

func (goAudit) object(r *reader) outcome {
	c, s := &r.call, r.s
	c.reset(r.offset)
	r.args.reset()
	c.host = cmp.Or(syslogHost(r.prefix), r.around)
	names := map[string]string{}
	stamped := false
	var messages [][2]int
	for key := range s.Members() {
		switch string(key) {
		case "sequence":
			c.serial, _ = parseUint(string(s.Text()), 10)
		case "timestamp":
			c.ms, stamped = parseSeconds(string(s.Text()))
		case "hostname", "host":
			c.host = r.intern.Bytes(s.Text())
		case "messages":
			for range s.Elements() { // names come behind them
				if from, to := s.Span(); len(messages) <= maxRecords {
					messages = append(messages, [2]int{from, to})
				}
			}
		case "uid_map":
			for uid := range s.Members() {
				id := r.intern.Bytes(uid)
				names[id] = r.intern.Bytes(s.Text())
			}
		}
	}
	return r.assembled(stamped, len(messages), func(i int) bool {
		return r.goAuditMessage(s.Held()[messages[i][0]:messages[i][1]], names)
	})
}

// assembled tells an event that came as one object with the kernel's text of its
// records, so many, of which read takes one; false says that it cannot be read.
func (r *reader) assembled(stamped bool, records int, read func(i int) bool) outcome {
	c := &r.call
	switch {
	case r.s.Err() != nil:
		return malformed
	case !stamped || records == 0:
		r.odd = "event without a time or records"
		return malformed
	case records > maxRecords:
		r.serial, r.odd = c.serial, reasonLarge
		return malformed
	}
	for i := range records {
		if !read(i) {
			r.serial, r.odd = c.serial, reasonSyscall
			return malformed
		}
	}
	if r.args.extent.Any() && !r.args.whole() {
		r.serial, r.odd = c.serial, "start that lacks a part of its EXECVE records"
	}
	c.proc.Argv = r.args.argv(&r.intern)
	r.serials.note(c.host, c.ms, c.serial)
	return r.tell(c)
}

// goAuditMessage reads one record.
func (r *reader) goAuditMessage(message []byte, names map[string]string) (ok bool) {
	typ := 0
	var data []byte
	container := ""
	for key, value := range membersOf(message) {
		switch string(key) {
		case "type":
			typ, _ = strconv.Atoi(string(value.Text()))
		case "data":
			r.message = append(r.message[:0], value.Text()...)
			data = r.message
		case "containers":
			for key := range value.Members() {
				if string(key) == "id" {
					container = r.intern.Bytes(value.Text())
				}
			}
		}
	}
	if container != "" {
		r.call.proc.Container = container
	}
	return r.call.record(typ, data, names, &r.args, &r.intern) != malformed
}
