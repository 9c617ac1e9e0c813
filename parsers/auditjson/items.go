package auditjson

import (
	"cmp"

	"oddkin/parsers/internal/jsonstream"
)

// items reads audit events as agents of MaxPatrol SIEM write them: one object an
// event, the kernel's own text of its records under the names of their types.
//
//	{"node":"10.1.76.35","timestamp":"1597751401","timestampfractional":"873","eventid":"2045",
//	 "items":{"SYSCALL":["arch=c000003e syscall=59 ..."],"EXECVE":["argc=1 a0=\"id\""]}}
//
// Enriched fields follow the kernel's after a blank. (The shape is that of the raw
// events in Positive Technologies' public rule tests, "xp-rules".)
type items struct{}

func (items) end(*reader) {}

// span is a record's text within what is held, and its type.
type span struct{ typ, from, to int }

func (items) object(r *reader) outcome {
	c, s := &r.call, r.s
	c.reset(r.offset)
	r.args.reset()
	c.host = cmp.Or(syslogHost(r.prefix), r.around)
	stamp, fraction := "", ""
	var records []span
	for key := range s.Members() {
		switch string(key) {
		case "node":
			c.host = r.intern.Bytes(s.Text())
		case "timestamp":
			stamp = string(s.Text())
		case "timestampfractional":
			fraction = string(s.Text())
		case "eventid":
			c.serial, _ = parseUint(string(s.Text()), 10)
		case "items":
			for name := range s.Members() {
				typ := typeNumber(string(name))
				for range s.Elements() {
					if from, to := s.Span(); len(records) <= maxRecords {
						records = append(records, span{typ, from, to})
					}
				}
			}
		}
	}
	stamped := false
	c.ms, stamped = parseSeconds(stamp + "." + fraction)
	return r.assembled(stamped, len(records), func(i int) bool {
		m := records[i]
		return r.item(m.typ, s.Held()[m.from:m.to])
	})
}

// item reads one record.
func (r *reader) item(typ int, text []byte) (ok bool) {
	if len(text) == 0 || text[0] != '"' {
		return false
	}
	if text, ok = jsonstream.Unquote(text, r.message[:0]); !ok {
		return false
	}
	r.message = append(r.message[:0], text...)
	return r.call.record(typ, r.message, nil, &r.args, &r.intern) != malformed
}
