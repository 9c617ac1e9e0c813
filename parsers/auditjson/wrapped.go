package auditjson

import (
	"bytes"
	"cmp"

	"oddkin/parsers/internal/jsonstream"
)

// wrapper is what a shipper or an export put around a record: Elasticsearch's _source,
// Splunk's result, and the record as JSON within a text, as Splunk's _raw, Filebeat's
// message, and log in the files of Docker and of Fluentd have it.
type wrapper struct {
	inner []byte // the record's object, in the wrapper's memory or its own
	host  string // that the wrapper names
}

// firstKeys are the keys that wrappers begin with. All others are spared a second look.
var firstKeys = map[string]bool{
	"_index": true, "_id": true, "_source": true, "_type": true, "_score": true, "_version": true, "_op_type": true, // Elasticsearch
	"preview": true, "offset": true, "result": true, "lastrow": true, "_raw": true, "_time": true, "_bkt": true, "_cd": true, "host": true, // Splunk
	"log": true, "stream": true, "time": true, "date": true, "kubernetes": true, "attrs": true, // Docker, Fluentd
	"labels": true, "line": true, "events": true, "logStreamName": true, "ingestionTime": true, "eventId": true, // Loki, CloudWatch Logs
	"message": true, "@timestamp": true, "timestamp": true, "agent": true, "input": true, // Beats, Logstash
}

// wrapperBegins reports whether a wrapper may begin with key. With some of them Beats'
// own objects begin too, which are not looked at twice.
func wrapperBegins(key []byte, d dialect) bool {
	if !firstKeys[string(key)] {
		return false
	}
	if _, own := d.(*beats); own {
		switch string(key) {
		case "message", "@timestamp", "agent", "input", "host":
			return false
		}
	}
	return true
}

// maxWrappers is how many of them may stand around each other.
const maxWrappers = 6

// unwrap finds the record within object, with nil where there is none.
func unwrap(object []byte) (w wrapper) {
	for range maxWrappers {
		next := unwrapOne(object)
		if next.inner == nil {
			break
		}
		w.inner, w.host = next.inner, cmp.Or(next.host, w.host)
		object = next.inner
	}
	return w
}

// unwrapOne takes one wrapper off.
func unwrapOne(object []byte) (w wrapper) {
	if !bytes.Contains(object, []byte(`"_source"`)) && !bytes.Contains(object, []byte(`"result"`)) && !bytes.Contains(object, []byte(`"{\"`)) {
		return w
	}
	s := jsonstream.NewScannerBytes(object)
	var text []byte
	own := false // it is an event of Elastic's own
	for key := range s.Members() {
		switch k := string(key); {
		case s.Next() == '{' && (k == "_source" || k == "result"):
			w.inner = s.Raw()
		case s.Next() == '{':
			own = own || k == "auditd" || k == "process" || k == "event"
			if k == "host" || k == "kubernetes" {
				w.hostIn(s)
			}
		case s.Next() == '"' && textual(k):
			if quoted := s.Raw(); text == nil && len(quoted) > 2 && quoted[1] == '{' {
				text = quoted
			}
		case s.Next() == '"' && (k == "host" || k == "hostname" || k == "logStreamName" && w.host == ""):
			w.host = string(s.Text())
		}
	}
	if s.Err() != nil || own {
		return wrapper{}
	}
	if w.inner == nil && text != nil {
		if inner, ok := jsonstream.Unquote(text, nil); ok && isObject(inner) {
			w.inner = inner
		}
	}
	return w
}

// textual are the members that hold a record as text.
func textual(key string) bool {
	return key == "_raw" || key == "log" || key == "message" || key == "line"
}

// hostIn takes the host out of what Beats or Kubernetes' own shippers say of it.
func (w *wrapper) hostIn(s *jsonstream.Scanner) {
	for key := range s.Members() {
		if k := string(key); s.Next() == '"' && (k == "name" || k == "host") {
			w.host = cmp.Or(w.host, string(s.Text()))
		}
	}
}

// isObject reports whether text is an object and nothing else.
func isObject(text []byte) bool {
	s := jsonstream.NewScannerBytes(text)
	if s.Next() != '{' {
		return false
	}
	s.Skip()
	return s.Err() == nil && s.Spent()
}
