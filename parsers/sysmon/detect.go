package sysmon

import (
	"bytes"

	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// Detect implements [ingest.Format]: it looks at the first objects of head.
func (format) Detect(head []byte) ingest.Match {
	head = bytes.TrimPrefix(head, []byte("\xef\xbb\xbf"))
	s := jsonstream.NewScannerBytes(head)
	var best ingest.Match
	var rec winevent.Record
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
		rec.Collect(s)
		rec.Unwrap()
		if m := rec.Match(); m.Confidence > best.Confidence {
			best = m
		}
		if s.Err() != nil && !s.Resync(indent) {
			break
		}
		s.Release()
	}
	return best
}
