package sysmon

import (
	"bytes"
	"fmt"

	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
)

// Detect implements [ingest.Format]: it looks at the first objects of head.
func (format) Detect(head []byte) ingest.Match {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	s := jsonstream.NewScannerBytes(head)
	var best ingest.Match
	var rec record
	for range 50 {
		for s.Next() == '[' || s.Next() == ',' {
			s.Byte()
		}
		if s.Next() != '{' {
			if s.Byte(); !s.Resync(8) {
				break
			}
		}
		indent := s.Hold()
		rec.collect(s)
		rec.unwrap()
		if m := rec.match(); m.Confidence > best.Confidence {
			best = m
		}
		if s.Err() != nil && !s.Resync(indent) {
			break
		}
		s.Release()
	}
	return best
}

// match tells how sure it is that the record is a Windows event or an ECS
// process event. The end of head may have cut it.
func (r *record) match() ingest.Match {
	id := number(r.first(eventID, ecsCode), 1<<16-1)
	source := r.first(provider, channel, ecsProvider)
	switch {
	case id > 0 && source != nil && r.origin() != other:
		return ingest.Match{Confidence: 95, Reason: fmt.Sprintf("JSON object with event %d of %.60q", id, source)}
	case id > 0 && source != nil && r.has(eventID):
		return ingest.Match{Confidence: 80, Reason: fmt.Sprintf("JSON object with Windows event %d of %.60q", id, source)}
	case id > 0 && r.origin() != other:
		return ingest.Match{Confidence: 75, Reason: fmt.Sprintf("JSON object with event %d and the fields of a process event", id)}
	case r.has(ecsCategory) && r.first(ecsPID, ecsEntityID) != nil:
		return ingest.Match{Confidence: 70, Reason: "JSON object with event.category and process (Elastic Common Schema)"}
	}
	return ingest.Match{}
}
