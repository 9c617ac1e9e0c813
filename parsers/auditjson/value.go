package auditjson

import (
	"bytes"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"oddkin/parsers/event"
)

// parseUint reads an unsigned number that fills s.
func parseUint(s string, base int) (uint64, bool) {
	n, err := strconv.ParseUint(s, base, 64)
	return n, err == nil && s != "" && s[0] != '+'
}

// parsePID reads a process id; 0 when there is none.
func parsePID(s string) uint32 {
	n, err := strconv.ParseUint(s, 10, 32)
	if err != nil {
		return 0
	}
	return uint32(n)
}

// parseStamp reads "1615114232.375:15558": seconds, decimals and the serial.
func parseStamp(s string) (ms int64, serial uint64, ok bool) {
	at, number, ok := strings.Cut(s, ":")
	if !ok {
		return 0, 0, false
	}
	if serial, ok = parseUint(number, 10); !ok {
		return 0, 0, false
	}
	ms, ok = parseSeconds(at)
	return ms, serial, ok
}

// maxSeconds keeps times within the four-digit years that every output format
// can write.
const maxSeconds = 253402300799

// parseSeconds reads seconds since 1970 with or without decimals, as
// milliseconds.
func parseSeconds(s string) (ms int64, ok bool) {
	whole, part, _ := strings.Cut(s, ".")
	sec, ok := parseUint(whole, 10)
	if !ok || sec > maxSeconds {
		return 0, false
	}
	part = (part + "000")[:3]
	n, ok := parseUint(part, 10)
	return int64(sec)*1000 + int64(n), ok
}

// parseTime reads RFC 3339, with a blank for the T or without a zone too, which
// then counts as UTC.
func parseTime(s string) (ms int64, ok bool) {
	for _, layout := range [...]string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999"} {
		if t, err := time.Parse(layout, s); err == nil && t.Unix() > 0 && t.Unix() <= maxSeconds {
			return t.UnixMilli(), true
		}
	}
	return 0, false
}

// account is who a uid stands for: the name if the record carries one, else the
// number; empty when unset.
func account(number, name string) string {
	switch number {
	case "4294967295", "-1", "unset", "?", "(none)":
		return ""
	}
	switch name {
	case "", "unset", "(null)", "UNKNOWN_USER":
		return number
	}
	if strings.HasPrefix(name, "unknown(") && number != "" {
		return number
	}
	return name
}

// setImage sets the path of the executable.
func setImage(p *event.Proc, path string) {
	if path == "(null)" || path == "?" {
		path = ""
	}
	p.Image, p.Deleted = strings.CutSuffix(path, " (deleted)")
}

// terminal is the controlling terminal; empty when none.
func terminal(tty string) string {
	switch tty {
	case "(none)", "?", "(null)", "(unknown)":
		return ""
	}
	return tty
}

// decode gives the bytes that a value of an audit record stands for: quoted is
// text, bare is hexadecimal, (null) and ? are nothing. A bare value that is no
// hexadecimal is kept as it is.
func decode(value []byte) []byte {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		return value[1 : n-1]
	}
	if string(value) == "(null)" || string(value) == "?" {
		return nil
	}
	if len(value) > 0 && len(value)%2 == 0 {
		if b, err := hex.AppendDecode(nil, value); err == nil {
			return b
		}
	}
	return value
}

// title joins a title's arguments, which NUL bytes separate.
func title(b []byte) string {
	return string(bytes.ReplaceAll(bytes.TrimRight(b, "\x00"), []byte{0}, []byte{' '}))
}

// syslogHost gives the host of a syslog header of RFC 3164 or with an ISO 8601
// time ("Dec 20 09:57:10 web1 go-audit[11358]:"), and nothing for other text.
func syslogHost(header string) string {
	if len(header) > 1024 || !strings.HasSuffix(header, ":") && !strings.HasSuffix(header, "-") {
		return ""
	}
	if strings.HasPrefix(header, "<") {
		_, header, _ = strings.Cut(header, ">")
		header = strings.TrimPrefix(header, "1 ")
	}
	f := strings.Fields(header)
	if len(f) >= 5 && len(f[2]) >= 8 && f[2][2] == ':' && f[2][5] == ':' {
		return f[3]
	}
	if len(f) >= 3 && len(f[0]) >= 19 && f[0][4] == '-' && f[0][10] == 'T' {
		return f[1]
	}
	return ""
}

// tagged reports whether a text is what Fluentd's files have before each object: the
// time and a tag, after tabs.
func tagged(header string) bool {
	at, tag, ok := strings.Cut(header, "\t")
	_, dated := parseTime(at)
	return ok && dated && !strings.ContainsAny(tag, " \t")
}

func formatUint(n uint64) string { return strconv.FormatUint(n, 10) }
