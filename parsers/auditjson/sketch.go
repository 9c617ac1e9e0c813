package auditjson

import (
	"bytes"

	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// sketch is an object as Detect sees it: its members as they stand. The last one
// may be cut.
type sketch map[string][]byte

// bestSketch shows the first objects of head to like and gives its firmest
// opinion.
func bestSketch(head []byte, like func(sketch) ingest.Match) ingest.Match {
	var best ingest.Match
	s := jsonstream.NewScannerBytes(head)
	for range 50 {
		for s.Next() == '[' || s.Next() == ',' {
			s.Byte()
		}
		if s.Next() != '{' {
			s.Byte()
			s.Stray()
			if s.Next() != '{' {
				if s.Next() == 0 {
					break
				}
				continue
			}
		}
		indent := s.Hold()
		if m := like(sketchOf(s, head)); m.Confidence > best.Confidence {
			best = m
		}
		if s.Err() != nil && !s.Resync(indent) {
			break
		}
		s.Release()
	}
	return best
}

// sketchOf notes the members of the object that comes next.
func sketchOf(s *jsonstream.Scanner, head []byte) sketch {
	sk := sketch{}
	for key := range s.Members() {
		name := string(key)
		s.Next()
		from := s.Offset()
		s.Skip()
		to := s.Offset()
		if s.Err() != nil {
			to = int64(len(head))
		}
		sk[name] = head[from:max(from, to)]
	}
	return sk.unwrapped()
}

// unwrapped is the record within what a shipper or an export put around it: see
// [wrapper].
func (sk sketch) unwrapped() sketch {
	for _, key := range [...]string{"_source", "result"} {
		if inner := sk[key]; len(inner) > 0 && inner[0] == '{' {
			return sketchOf(jsonstream.NewScannerBytes(inner), inner)
		}
	}
	if sk.has("auditd") || sk.has("process") || sk.has("event") {
		return sk
	}
	for _, key := range [...]string{"_raw", "log", "message", "line"} {
		if text := sk[key]; len(text) > 2 && text[0] == '"' && text[1] == '{' {
			if inner, ok := jsonstream.Unquote(text, nil); ok && isObject(inner) {
				return sketchOf(jsonstream.NewScannerBytes(inner), inner)
			}
		}
	}
	return sk
}

// has reports whether all of keys are there.
func (sk sketch) has(keys ...string) bool {
	for _, k := range keys {
		if _, ok := sk[k]; !ok {
			return false
		}
	}
	return true
}

// text is a member that is a string, without its quotes.
func (sk sketch) text(key string) string {
	v := sk[key]
	if len(v) < 2 || v[0] != '"' || v[len(v)-1] != '"' {
		return ""
	}
	return string(v[1 : len(v)-1])
}

// object gives the members of a member that is an object, or of the first of a
// list of them.
func (sk sketch) object(key string) sketch {
	v := bytes.TrimLeft(sk[key], "[ \t\r\n")
	if len(v) == 0 || v[0] != '{' {
		return nil
	}
	return sketchOf(jsonstream.NewScannerBytes(v), v)
}

// membersOf walks an object that stands in memory.
func membersOf(object []byte) func(yield func(key []byte, value *jsonstream.Scanner) bool) {
	return func(yield func([]byte, *jsonstream.Scanner) bool) {
		s := jsonstream.NewScannerBytes(object)
		for key := range s.Members() {
			if !yield(key, s) {
				return
			}
		}
	}
}

func likeLaurel(sk sketch) ingest.Match {
	_, _, stamped := parseStamp(sk.text("ID"))
	if !stamped {
		return ingest.Match{}
	}
	if p := sk.object("SYSCALL"); p.has("pid") {
		return ingest.Match{Confidence: 98, Reason: "JSON object with an audit event's ID and SYSCALL (LAUREL)"}
	}
	for key, v := range sk {
		if key != "ID" && key != "NODE" && typeName(key) && len(v) > 0 && (v[0] == '{' || v[0] == '[') {
			return ingest.Match{Confidence: 90, Reason: "JSON object with an audit event's ID and records (LAUREL)"}
		}
	}
	return ingest.Match{}
}

// typeName reports whether s is written like the name of a record type.
func typeName(s string) bool {
	for _, c := range s {
		if (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != ""
}

func likeGoAudit(sk sketch) ingest.Match {
	if !sk.has("sequence", "timestamp", "messages") {
		return ingest.Match{}
	}
	if m := sk.object("messages"); !m.has("type", "data") {
		return ingest.Match{}
	}
	return ingest.Match{Confidence: 97, Reason: "JSON object with sequence, timestamp and messages of type and data (go-audit)"}
}

func likeItems(sk sketch) ingest.Match {
	if !sk.has("node", "timestamp", "timestampfractional", "eventid", "items") {
		return ingest.Match{}
	}
	for key := range sk.object("items") {
		if typeName(key) {
			return ingest.Match{Confidence: 96, Reason: "JSON object with node, timestamp, eventid and items by record type (MaxPatrol)"}
		}
	}
	return ingest.Match{}
}

func likeJournal(sk sketch) ingest.Match {
	switch {
	case sk.has("_BOOT_ID") && winevent.IsXML([]byte(sk.text("MESSAGE"))):
		return ingest.Match{Confidence: 97, Reason: "JSON object with _BOOT_ID and an event as XML in MESSAGE (Sysmon for Linux in journalctl -o json)"}
	case sk.has("_AUDIT_ID", "MESSAGE") && (sk.has("_AUDIT_TYPE") || sk.has("_AUDIT_TYPE_NAME")):
		return ingest.Match{Confidence: 97, Reason: "JSON object with _AUDIT_ID and MESSAGE (journalctl -o json)"}
	case sk.has("_BOOT_ID", "__REALTIME_TIMESTAMP"):
		return ingest.Match{Confidence: 75, Reason: "JSON object with _BOOT_ID and __REALTIME_TIMESTAMP (journalctl -o json)"}
	}
	return ingest.Match{}
}

func likeWazuh(sk sketch) ingest.Match {
	if !sk.has("agent") || !sk.has("manager") && !sk.has("rule") {
		return ingest.Match{}
	}
	data := sk.object("data")
	_, record := shipped([]byte(sk.text("full_log")))
	switch {
	case record != nil || data.object("audit").has("type"):
		return ingest.Match{Confidence: 98, Reason: "JSON object with agent and an audit record in full_log or data.audit (Wazuh)"}
	case data.has("win") && sk.has("manager"):
		return ingest.Match{Confidence: 96, Reason: "JSON object with agent, manager and data.win (Wazuh)"}
	case sk.has("agent", "manager", "location"):
		return ingest.Match{Confidence: 60, Reason: "JSON object with agent, manager and location (Wazuh)"}
	}
	return ingest.Match{}
}

func likeBeats(sk sketch) ingest.Match {
	if sk.object("event").text("module") == "auditd" || sk.text("event.module") == "auditd" || sk.text("fileset.module") == "auditd" || sk.object("fileset").text("module") == "auditd" {
		return ingest.Match{Confidence: 97, Reason: "JSON object of the module auditd (Auditbeat, Filebeat)"}
	}
	a := sk.object("auditd")
	if (a.has("data") || a.has("log") || a.has("message_type")) && (sk.has("@timestamp") || sk.has("event") || sk.has("process")) {
		return ingest.Match{Confidence: 95, Reason: "JSON object with auditd (Auditbeat, Filebeat)"}
	}
	for _, text := range [...]string{sk.text("message"), sk.text("event.original"), sk.object("event").text("original"), sk.text("_raw"), sk.text("log"), sk.text("line")} {
		if _, record := shipped([]byte(text)); record != nil {
			return ingest.Match{Confidence: 96, Reason: "JSON object with an audit record in message, event.original, _raw, log or line (Filebeat, Logstash, Splunk, Docker, Fluentd, Loki)"}
		}
	}
	return ingest.Match{}
}

func likeOsquery(sk sketch) ingest.Match {
	if !sk.has("hostIdentifier") && !sk.has("snapshot") && !sk.has("columns") {
		if sk.has("pid", "parent") && (sk.has("on_disk") || sk.has("cmdline", "path")) {
			return ingest.Match{Confidence: 60, Reason: "JSON object with pid, parent and the other columns of osquery's processes"}
		}
		return ingest.Match{}
	}
	for _, rows := range [...]string{"columns", "snapshot"} {
		if row := sk.object(rows); row.has("pid", "parent") {
			return ingest.Match{Confidence: 95, Reason: "JSON object with " + rows + " of pid and parent (osquery)"}
		}
	}
	if sk.has("hostIdentifier", "name") && (sk.has("columns") || sk.has("snapshot") || sk.has("diffResults")) {
		return ingest.Match{Confidence: 60, Reason: "JSON object with hostIdentifier and columns (osquery)"}
	}
	return ingest.Match{}
}
