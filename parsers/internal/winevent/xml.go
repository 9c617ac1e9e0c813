package winevent

import "bytes"

// ReadXML begins a record with an event in Windows' own XML. It reports whether
// the text is such an event to its end. The text must not change while the
// record is in use.
func (r *Record) ReadXML(text []byte) bool {
	*r = Record{json: text, text: r.text[:0]}
	return r.readXML(text)
}

// readXML takes the fields out of an event in Windows' own XML:
//
//	<Event xmlns=…><System><Provider Name=…/><EventID>1</EventID>…</System>
//	<EventData><Data Name="Image">C:\…</Data>…</EventData></Event>
//
// It knows tags, attributes, text, character references and CDATA sections; the event schema
// uses nothing else. It reports whether the text is such an event to its end.
func (r *Record) readXML(text []byte) bool {
	if !IsXML(text) {
		return false
	}
	for {
		open := bytes.IndexByte(text, '<')
		if open < 0 {
			return false
		}
		tag, rest, ok := cutTag(text[open+1:])
		if !ok {
			return false
		}
		text = rest
		if string(tag) == "/Event" {
			return true
		}
		value, rest, ok := cutContent(text)
		if !ok {
			return false
		}
		r.element(tag, value)
		text = rest
	}
}

// cutContent cuts off the text up to the next tag, with character references. What stands in
// CDATA sections is given such.
func cutContent(text []byte) (value, rest []byte, ok bool) {
	for {
		end := bytes.IndexByte(text, '<')
		if end < 0 {
			return nil, nil, false
		}
		cdata, found := bytes.CutPrefix(text[end:], []byte("<![CDATA["))
		switch {
		case !found && value == nil:
			return text[:end], text[end:], true
		case !found:
			return append(value, text[:end]...), text[end:], true
		}
		literal, after, closed := bytes.Cut(cdata, []byte("]]>"))
		if !closed {
			return nil, nil, false
		}
		value = append(append(value, text[:end]...), bytes.ReplaceAll(literal, []byte("&"), []byte("&amp;"))...)
		text = after
	}
}

// IsXML reports whether text begins as an event does.
func IsXML(text []byte) bool {
	rest, ok := bytes.CutPrefix(text, []byte("<Event"))
	return ok && len(rest) > 0 && (rest[0] == ' ' || rest[0] == '>')
}

// cutTag cuts the tag off that text begins with, behind its "<". A ">" within
// quotes does not end it.
func cutTag(text []byte) (tag, rest []byte, ok bool) {
	var quote byte
	for i, c := range text {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"' || c == '\'':
			quote = c
		case c == '>':
			return text[:i], text[i+1:], true
		}
	}
	return nil, nil, false
}

// element notes what one element says.
func (r *Record) element(tag, text []byte) {
	name, attributes, _ := bytes.Cut(tag, []byte(" "))
	switch string(name) {
	case "Data":
		if m, ok := dataSection.names.find(attribute(attributes, "Name")); ok && m.field != none {
			r.putXML(m.field, text)
		}
	case "Provider":
		r.putXML(provider, attribute(attributes, "Name"))
	case "TimeCreated":
		r.putXML(timeCreated, attribute(attributes, "SystemTime"))
	case "EventID":
		r.putXML(eventID, text)
	case "EventRecordID":
		r.putXML(recordID, text)
	case "Channel":
		r.putXML(channel, text)
	case "Computer":
		r.putXML(computer, text)
	case "Message":
		r.putXML(message, text)
	}
}

// putXML notes a value, with its character references resolved. White space at its ends is
// its own, as that of a command line, unless lines were broken around it.
func (r *Record) putXML(f Field, value []byte) {
	trimmed := bytes.TrimSpace(value)
	if len(trimmed) == 0 {
		return
	}
	if value[0] == '\n' || value[0] == '\r' {
		value = trimmed
	}
	if bytes.IndexByte(value, '&') >= 0 {
		value = resolved(value)
	}
	r.put(f, value)
}

// attribute gives the value of one attribute.
func attribute(attributes []byte, name string) []byte {
	for len(attributes) > 0 {
		key, rest, ok := bytes.Cut(attributes, []byte("="))
		rest = bytes.TrimLeft(rest, " ")
		if !ok || len(rest) == 0 {
			return nil
		}
		value, after, ok := bytes.Cut(rest[1:], rest[:1]) // the quote, of either kind
		if !ok {
			return nil
		}
		if string(bytes.TrimSpace(key)) == name {
			return value
		}
		attributes = after
	}
	return nil
}
