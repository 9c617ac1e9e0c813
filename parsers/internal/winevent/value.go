package winevent

import (
	"bytes"
	"strconv"
	"time"
)

// number reads a pid, event id or record number: decimal or, after 0x, in hex.
// Anything else, and what is greater than limit, is 0.
func number(b []byte, limit uint64) uint64 {
	base := uint64(10)
	if len(b) > 2 && b[0] == '0' && b[1]|0x20 == 'x' {
		b, base = b[2:], 16
	}
	var n uint64
	for _, c := range b {
		d := uint64(c - '0')
		switch {
		case c >= '0' && c <= '9':
		case base == 16 && c|0x20 >= 'a' && c|0x20 <= 'f':
			d = uint64(c|0x20-'a') + 10
		default:
			return 0
		}
		if n > (limit-d)/base {
			return 0
		}
		n = n*base + d
	}
	return n
}

// appendGUID appends b in upper case and without braces if it is a GUID, as it
// stands if it is an identity of another kind (Elastic's are base64), and
// nothing if it is all zero, which is how Sysmon writes an unknown process.
func appendGUID(dst, b []byte) []byte {
	if len(b) > 1 && b[0] == '{' && b[len(b)-1] == '}' {
		b = b[1 : len(b)-1]
	}
	if len(b) != 36 || b[8] != '-' || b[13] != '-' || b[18] != '-' || b[23] != '-' {
		return append(dst, b...)
	}
	if len(bytes.Trim(b, "0-")) == 0 {
		return dst
	}
	from := len(dst)
	for _, c := range b {
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		dst = append(dst, c)
	}
	for _, c := range dst[from:] {
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return append(dst[:from], b...)
		}
	}
	return dst
}

// parseTime reads the notations of time found in event logs: 2020-08-01
// 07:53:07.831 and RFC 3339 with up to nine decimals, a zone or none; seconds
// or milliseconds since 1970 as a number; and ASP.NET's /Date(1596268387831)/.
// Zoned is false if the text did not name its zone, and UTC was assumed.
func parseTime(b []byte) (t time.Time, zoned bool) {
	if len(b) < 19 || b[4] != '-' {
		return parseEpoch(b)
	}
	year, month, day := number(b[:4], 9999), number(b[5:7], 9999), number(b[8:10], 9999)
	hour, minute, sec := number(b[11:13], 9999), number(b[14:16], 9999), number(b[17:19], 9999)
	if b[7] != '-' || b[13] != ':' || b[16] != ':' || b[10] != ' ' && b[10]|0x20 != 't' ||
		year < 1601 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || sec > 60 {
		return time.Time{}, false
	}
	rest := b[19:]
	nsec := 0
	if len(rest) > 1 && (rest[0] == '.' || rest[0] == ',') {
		n := 1
		for scale := int(time.Second) / 10; n < len(rest) && rest[n] >= '0' && rest[n] <= '9'; n++ {
			nsec += int(rest[n]-'0') * scale
			scale /= 10
		}
		rest = rest[n:]
	}
	offset, zoned := zone(rest)
	t = time.Date(int(year), time.Month(month), int(day), int(hour), int(minute), int(sec), nsec, time.UTC)
	return t.Add(-offset), zoned
}

// zone reads Z, +hh:mm or +hhmm.
func zone(b []byte) (offset time.Duration, ok bool) {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 1 && b[0]|0x20 == 'z', string(b) == "UTC":
		return 0, true
	case len(b) == 6 && b[3] == ':', len(b) == 5:
		offset = time.Duration(number(b[1:3], 9999))*time.Hour + time.Duration(number(b[len(b)-2:], 9999))*time.Minute
		if b[0] == '-' {
			offset = -offset
		}
		return offset, b[0] == '-' || b[0] == '+'
	}
	return 0, false
}

// parseEpoch reads time as a number.
func parseEpoch(b []byte) (time.Time, bool) {
	if rest, ok := bytes.CutPrefix(b, []byte("/Date(")); ok {
		b, _, _ = bytes.Cut(rest, []byte(")"))
	}
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil || !(f > 1e8 && f < 1e14) {
		return time.Time{}, false
	}
	if f > 1e11 {
		return time.UnixMilli(int64(f)).UTC(), true
	}
	return time.UnixMicro(int64(f * 1e6)).UTC(), true
}
