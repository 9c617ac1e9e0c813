package auditd

import (
	"bytes"
	"fmt"
	"strconv"

	"github.com/Velocidex/ordereddict"
)

// rawRecord is a record of an open event whose original fields were asked for.
type rawRecord struct {
	typ, body string
}

// keepRaw copies a record for [event.Event.Raw].
func (s *scan) keepRaw(p *pending, b *block, r *record) {
	if len(p.raw) >= maxRecords || p.rawSize > maxText {
		return
	}
	raw := rawRecord{string(b.text[r.typAt:][:r.typ]), string(b.text[r.body:r.end])}
	p.raw = append(p.raw, raw)
	p.rawSize += len(raw.typ) + len(raw.body)
	s.text += len(raw.typ) + len(raw.body)
}

// rawDict gives an event's records in their order, each with its fields in
// theirs: {"SYSCALL": {"arch": "c000003e", ...}, "PATH": {...}, "PATH 2": {...}}.
// Values stand as in the log, quotes and hexadecimal included. A record's words
// that belong to no field stand last, under the empty key.
func (p *pending) rawDict() *ordereddict.Dict {
	all := ordereddict.NewDict()
	seen := map[string]int{}
	for _, r := range p.raw {
		key := r.typ
		if seen[r.typ]++; seen[r.typ] > 1 {
			key += " " + strconv.Itoa(seen[r.typ])
		}
		all.Set(key, rawFields([]byte(r.body)))
	}
	return all
}

// summary is go-libaudit's description of the event; empty where it has none.
func (p *pending) summary() string {
	records := make([]string, len(p.raw))
	for i, r := range p.raw {
		records[i] = fmt.Sprintf("type=%s msg=audit(%d.%03d:%d): %s", r.typ, p.stamp.ms/1000, p.stamp.ms%1000, p.stamp.serial, r.body)
	}
	view, err := Normalize(records)
	if err != nil {
		return "" // the fields themselves stand in Raw
	}
	return view.Summary()
}

func rawFields(body []byte) *ordereddict.Dict {
	fields := ordereddict.NewDict()
	words := ""
	for rest := body; ; {
		var word []byte
		rest = bytes.TrimLeft(rest, " \x1d")
		if len(rest) == 0 {
			break
		}
		word, rest = rawWord(rest)
		key, value, ok := bytes.Cut(word, []byte("="))
		if !ok {
			if words != "" {
				words += " "
			}
			words += string(word)
			continue
		}
		fields.Set(string(key), string(value))
	}
	if words != "" {
		fields.Set("", words)
	}
	return fields
}

// rawWord cuts the next word off, which ends at a blank outside quotes.
func rawWord(b []byte) (word, rest []byte) {
	for i := 0; i < len(b); i++ {
		switch b[i] {
		case ' ', enrichment:
			return b[:i], b[i:]
		case '"', '\'':
			if i > 0 && b[i-1] == '=' {
				if end := bytes.IndexByte(b[i+1:], b[i]); end >= 0 {
					i += end + 1
				}
			}
		}
	}
	return b, nil
}
