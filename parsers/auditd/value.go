package auditd

import (
	"bytes"
	"encoding/hex"
)

// enrichment is the byte that auditd sets before the interpreted fields it
// appends to a record (log_format = ENRICHED).
const enrichment = 0x1d

// parseDec reads an unsigned decimal number that fills b.
func parseDec(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 19 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// parseHex reads an unsigned hexadecimal number that fills b.
func parseHex(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 16 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		d := hexDigit(c)
		if d > 15 {
			return 0, false
		}
		n = n<<4 | uint64(d)
	}
	return n, true
}

func hexDigit(c byte) byte {
	switch {
	case c >= '0' && c <= '9':
		return c - '0'
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10
	}
	return 0xff
}

// token cuts the value at the start of b off: a quoted one with its quotes, else
// all up to a blank or the enrichment byte. A quote that is never closed takes
// the rest and is reported.
func token(b []byte) (value []byte, closed bool) {
	if len(b) > 0 && b[0] == '"' {
		if end := bytes.IndexByte(b[1:], '"'); end >= 0 {
			return b[:end+2], true
		}
		return b, false
	}
	for i, c := range b {
		if c == ' ' || c == enrichment {
			return b[:i], true
		}
	}
	return b, true
}

// decode gives the bytes that a value of an untrusted string stands for. The
// kernel quotes it if it is printable without blanks and quotes, and writes it
// as hexadecimal otherwise (audit_log_untrustedstring); so a quoted "DEADBEEF"
// is text and a bare DEADBEEF is four bytes. A bare value that is no hexadecimal
// is kept as it is; (null) and ? stand for nothing. The result may be a part of
// value.
func decode(value []byte) []byte {
	if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
		return value[1 : n-1]
	}
	if string(value) == "(null)" || string(value) == "?" {
		return nil
	}
	if b, ok := appendHex(nil, value); ok {
		return b
	}
	return value
}

// appendDecoded appends what [decode] gives.
func appendDecoded(out, value []byte) []byte {
	if len(value) > 0 && value[0] != '"' {
		if b, ok := appendHex(out, value); ok {
			return b
		}
	}
	return append(out, decode(value)...)
}

// appendHex decodes bare hexadecimal of whole bytes.
func appendHex(out, value []byte) ([]byte, bool) {
	if len(value) == 0 || len(value)%2 != 0 || hexDigit(value[0]) > 15 {
		return out, false
	}
	n := len(out)
	out, err := hex.AppendDecode(out, value)
	return out, err == nil && len(out) == n+len(value)/2
}

// field finds key= at the start of body or after a blank or one of "'(," and returns
// its value as it stands. Nil when there is none.
func field(body []byte, key string) []byte {
	if n := len(key); len(body) > n && body[n] == '=' && string(body[:n]) == key {
		return valueAt(body[n+1:])
	}
	for from := 0; ; {
		i := bytes.Index(body[from:], []byte(key))
		if i < 0 {
			return nil
		}
		i += from
		from = i + len(key)
		if from < len(body) && body[from] == '=' && (i == 0 || bytes.IndexByte([]byte(" '(,"), body[i-1]) >= 0) {
			return valueAt(body[from+1:])
		}
	}
}

// valueAt is the value that b begins with, without what closes a list around it.
func valueAt(b []byte) []byte {
	v, _ := token(b)
	for n := len(v); n > 0 && (v[n-1] == '\'' || v[n-1] == ',' || v[n-1] == ')'); n = len(v) {
		v = v[:n-1]
	}
	return v
}

// lastField is [field] for the last of several.
func lastField(body []byte, key string) []byte {
	if i := bytes.LastIndex(body, []byte(" "+key+"=")); i >= 0 {
		body = body[i+1:]
	}
	return field(body, key)
}

// enrichedName finds the name that key= gives among the interpreted fields of tail, the part
// of a record after its own fields. The separator may have been stripped or
// rewritten in transit ("key=(null)ARCH=x86_64", "#035ARCH="), so it is the
// upper case key that is looked for, standing apart from longer ones (EUID, UID).
func enrichedName(tail []byte, key string) []byte {
	for from := 0; ; {
		i := bytes.Index(tail[from:], []byte(key))
		if i < 0 {
			return nil
		}
		i += from
		from = i + len(key)
		if from < len(tail) && tail[from] == '=' && (i == 0 || !keyByte(tail[i-1])) {
			v, _ := token(tail[from+1:])
			return decode(v)
		}
	}
}

func keyByte(c byte) bool { return c >= 'A' && c <= 'Z' || c == '-' || c == '_' }
