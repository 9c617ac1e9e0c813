package winevent

import (
	"bytes"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/syslog"
)

// span is where a field's value stands: in the record's JSON, or in its text.
type span struct {
	start, end int32
	plain      bool // in record.text, without quotes and escapes
}

// Record is one object of the log, reduced to where the known fields stand.
// Values are decoded when somebody asks.
type Record struct {
	json  []byte // the object; the scanner's memory
	spans [fields]span
	text  []byte // decoded values, appended one after the other
	wazuh bool   // values carry a second layer of escapes
	bad   bool   // a value held an escape that JSON does not have
}

// Collect reads the object that comes next, which the scanner must hold.
func (r *Record) Collect(s *jsonstream.Scanner) {
	r.spans = [fields]span{}
	r.text = r.text[:0]
	r.wazuh, r.bad = false, false
	r.members(s, top)
	r.json = s.Held()
}

// members notes the fields of an object that is read as sec.
func (r *Record) members(s *jsonstream.Scanner, sec *section) {
	for key := range s.Members() {
		m, ok := sec.find(key)
		if !ok {
			continue
		}
		if m.section == nil && m.field == none {
			m.section = sec
		}
		r.value(s, m)
	}
}

// value notes the value that comes next.
func (r *Record) value(s *jsonstream.Scanner, m meaning) {
	if m.section == nil {
		r.note(s, m.field)
		return
	}
	r.wazuh = r.wazuh || m.section == wazuhSection
	switch s.Next() {
	case '{':
		r.members(s, m.section)
	case '[':
		start, end := s.Span()
		if m.section == pairSection && s.Err() == nil {
			r.list(s.Held()[start:end], start)
		}
	case 'n':
		s.Skip()
	default:
		if m.section.self == none {
			s.Skip()
			return
		}
		r.note(s, m.section.self)
	}
}

// note takes the value that comes next as f's. Null is no value, nor is one that
// is damaged or cut.
func (r *Record) note(s *jsonstream.Scanner, f Field) {
	if s.Next() == 'n' {
		s.Skip()
		return
	}
	if start, end := s.Span(); s.Err() == nil {
		r.spans[f] = span{start: int32(start), end: int32(end)}
	}
}

// maxWrappers is how many collectors may have put an event as text into records of
// their own, one after the other.
const maxWrappers = 3

// Unwrap reads the event that a collector put as text into a record of its own:
// Splunk's _raw, Filebeat's message, event.original, Docker's log.
func (r *Record) Unwrap() {
	for range maxWrappers {
		if !r.unwrap() {
			return
		}
	}
}

// unwrap takes one wrapper off, and reports whether there may be another within.
func (r *Record) unwrap() bool {
	if r.has(eventID) || r.first(ecsCode, ecsPID, ecsEntityID) != nil {
		return false
	}
	text := r.get(original)
	if text == nil {
		text = r.get(message)
	}
	if i := bytes.Index(text, []byte("<Event")); i > 0 && IsXML(text[i:]) {
		if _, logged := syslog.Host(text[:i]); logged {
			text = text[i:]
		}
	}
	switch {
	case IsXML(text):
		r.readXML(text)
	case len(text) > 0 && text[0] == '{':
		s := jsonstream.NewScannerBytes(bytes.Clone(text))
		s.Hold()
		r.Collect(s)
		return true
	}
	return false
}

// list reads the event data as a list: of {name, value}, or of values alone in
// the order of the event's template.
func (r *Record) list(b []byte, base int) {
	first := bytes.TrimLeft(b[1:], " \t\r\n")[0]
	if first != '{' {
		r.spans[positional] = span{start: int32(base), end: int32(base + len(b))}
		return
	}
	s := jsonstream.NewScannerBytes(b)
	s.Hold()
	for range s.Elements() {
		var m meaning
		var value span
		for key := range s.Members() {
			switch string(key) {
			case "Name", "@Name":
				m, _ = dataSection.names.find(s.Text())
			case "#attributes", "$":
				for key := range s.Members() {
					if string(key) == "Name" {
						m, _ = dataSection.names.find(s.Text())
					}
				}
			case "#text", "text", "$t", "_", "Value", "value":
				from, to := s.Span()
				value = span{start: int32(base + from), end: int32(base + to)}
			}
		}
		if m.field != none && value.end > 0 {
			r.spans[m.field] = value
		}
	}
}

// has reports whether the record names f, be it with an empty value.
func (r *Record) has(f Field) bool { return r.spans[f].end > 0 }

// raw is f's value without quotes and escapes; nil if there is none, or if it
// is an object or a list. It is valid until the next record is collected.
func (r *Record) raw(f Field) []byte {
	at := r.spans[f]
	if at.plain {
		return r.text[at.start:at.end]
	}
	if at.end == 0 {
		return nil
	}
	switch b := r.json[at.start:at.end]; b[0] {
	case '{', '[':
		return nil
	case '"':
		if bytes.IndexByte(b, '\\') < 0 {
			return b[1 : len(b)-1]
		}
		return r.decode(f, b)
	default:
		return b
	}
}

// decode takes the escapes out of f's value and keeps the result.
func (r *Record) decode(f Field, b []byte) []byte {
	from := len(r.text)
	text, ok := jsonstream.Unquote(b, r.text)
	if !ok {
		r.bad = true
		return nil
	}
	if r.wazuh {
		text = append(text[:from], unescape(text[from:])...)
	}
	r.text = text
	r.spans[f] = span{start: int32(from), end: int32(len(text)), plain: true}
	return text[from:len(text):len(text)]
}

// unescape takes Wazuh's second layer of escapes away, in place: its agent
// escapes backslashes and quotes before it writes JSON.
func unescape(b []byte) []byte {
	out := b[:0]
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) && (b[i+1] == '\\' || b[i+1] == '"') {
			i++
		}
		out = append(out, b[i])
	}
	return out
}

// get is f's value, nil where the record says nothing: Sysmon and Windows
// write "-" for that, old versions nothing.
func (r *Record) get(f Field) []byte {
	b := r.raw(f)
	if len(b) == 0 || len(b) == 1 && b[0] == '-' {
		return nil
	}
	return b
}

// first is the first of fs that says something.
func (r *Record) first(fs ...Field) []byte {
	for _, f := range fs {
		if b := r.get(f); b != nil {
			return b
		}
	}
	return nil
}

// put notes a value that stands in no place of its own in the JSON.
func (r *Record) put(f Field, value []byte) {
	from := len(r.text)
	r.text = append(r.text, value...)
	r.spans[f] = span{start: int32(from), end: int32(len(r.text)), plain: true}
}
