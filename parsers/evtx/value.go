package evtx

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"oddkin/parsers/internal/wtf8"
)

// The types of values ([MS-EVEN6] 2.2.12). Types with typeArray are lists.
const (
	typeNull       = 0x00
	typeString     = 0x01
	typeAnsi       = 0x02
	typeInt8       = 0x03
	typeUint8      = 0x04
	typeInt16      = 0x05
	typeUint16     = 0x06
	typeInt32      = 0x07
	typeUint32     = 0x08
	typeInt64      = 0x09
	typeUint64     = 0x0a
	typeFloat32    = 0x0b
	typeFloat64    = 0x0c
	typeBool       = 0x0d
	typeBinary     = 0x0e
	typeGUID       = 0x0f
	typeSize       = 0x10
	typeFiletime   = 0x11
	typeSystemTime = 0x12
	typeSID        = 0x13
	typeHex32      = 0x14
	typeHex64      = 0x15
	typeBinXML     = 0x21

	typeArray = 0x80
)

// appendValue appends v as Windows writes it: identifiers and hexadecimal
// numbers as such, times in UTC. A value whose size does not fit its type is
// appended in hexadecimal.
func appendValue(dst []byte, v value) []byte {
	b := v.data
	switch {
	case v.kind == typeNull || len(b) == 0:
		return dst
	case v.kind == typeString:
		return appendUTF16(dst, b)
	case v.kind == typeAnsi:
		return appendAnsi(dst, b)
	case v.kind == typeSID:
		return appendSID(dst, b)
	case v.kind == typeBool && (len(b) == 1 || len(b) == 2 || len(b) == 4 || len(b) == 8):
		return strconv.AppendBool(dst, !zeros(b))
	case v.kind == typeGUID && len(b) == 16:
		return appendGUID(dst, b)
	case v.kind == typeSystemTime && len(b) == 16:
		return appendSystemTime(dst, b)
	case len(b) == 1 || len(b) == 2 || len(b) == 4 || len(b) == 8:
		return appendNumber(dst, v.kind, b)
	}
	return hex.AppendEncode(dst, b)
}

// appendNumber appends a number of whatever size it has.
func appendNumber(dst []byte, kind byte, b []byte) []byte {
	var word [8]byte
	copy(word[:], b)
	n := binary.LittleEndian.Uint64(word[:])
	unused := 64 - 8*len(b)
	switch kind {
	case typeInt8, typeInt16, typeInt32, typeInt64:
		return strconv.AppendInt(dst, int64(n<<unused)>>unused, 10)
	case typeUint8, typeUint16, typeUint32, typeUint64:
		return strconv.AppendUint(dst, n, 10)
	case typeSize, typeHex32, typeHex64:
		return strconv.AppendUint(append(dst, "0x"...), n, 16)
	case typeFloat32, typeFloat64:
		if len(b) == 4 {
			return strconv.AppendFloat(dst, float64(math.Float32frombits(uint32(n))), 'g', -1, 32)
		}
		return strconv.AppendFloat(dst, math.Float64frombits(n), 'g', -1, 64)
	case typeFiletime:
		return appendFiletime(dst, n)
	}
	return hex.AppendEncode(dst, b)
}

// appendUTF16 appends UTF-16 as UTF-8, without the zeros at its end.
func appendUTF16(dst, b []byte) []byte {
	for len(b) >= 2 && b[len(b)-1]|b[len(b)-2] == 0 {
		b = b[:len(b)-2]
	}
	for len(b) >= 2 {
		if b[1] == 0 && b[0] < utf8.RuneSelf {
			dst = append(dst, b[0])
			b = b[2:]
			continue
		}
		r, size := wtf8.Next(b, binary.LittleEndian)
		dst = wtf8.AppendRune(dst, r)
		b = b[size:]
	}
	return dst
}

// appendAnsi appends text in the code page of the machine, which the log does
// not name: that of Western Windows is assumed.
func appendAnsi(dst, b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == 0 {
		b = b[:len(b)-1]
	}
	for _, c := range b {
		r := rune(c)
		if at := int(c) - 0x80; 0 <= at && at < len(windows1252) {
			r = windows1252[at]
		}
		dst = utf8.AppendRune(dst, r)
	}
	return dst
}

// windows1252 is what differs from Latin-1 in the code page of Western Windows: bytes 0x80 to 0x9f, of which five are none (Unicode's table of it). A
// library's tables of all code pages are a hundred kilobytes.
var windows1252 = [...]rune{
	'€', utf8.RuneError, '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', utf8.RuneError, 'Ž', utf8.RuneError,
	utf8.RuneError, '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', utf8.RuneError, 'ž', 'Ÿ',
}

// appendGUID appends a GUID in upper case without braces.
func appendGUID(dst, b []byte) []byte {
	const digits = "0123456789ABCDEF"
	for i, at := range [16]byte{3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15} {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			dst = append(dst, '-')
		}
		dst = append(dst, digits[b[at]>>4], digits[b[at]&15])
	}
	return dst
}

// appendSID appends a security identifier: S-1-5-18.
func appendSID(dst, b []byte) []byte {
	if len(b) < 8 || len(b) != 8+4*int(b[1]) {
		return hex.AppendEncode(dst, b)
	}
	dst = strconv.AppendUint(append(dst, "S-"...), uint64(b[0]), 10)
	authority := uint64(binary.BigEndian.Uint16(b[2:]))<<32 | uint64(binary.BigEndian.Uint32(b[4:]))
	dst = strconv.AppendUint(append(dst, '-'), authority, 10)
	for b = b[8:]; len(b) > 0; b = b[4:] {
		dst = strconv.AppendUint(append(dst, '-'), uint64(binary.LittleEndian.Uint32(b)), 10)
	}
	return dst
}

// appendFiletime appends a time that is counted in 100 nanoseconds since 1601,
// as 2006-01-02T15:04:05.0000000Z. Zero and times beyond the year 9999 are none.
func appendFiletime(dst []byte, t uint64) []byte {
	const (
		second = 10_000_000
		epoch  = 11_644_473_600 // seconds from 1601 to 1970
		end    = 265_046_774_399
	)
	if t == 0 || t/second >= end {
		return dst
	}
	at := time.Unix(int64(t/second)-epoch, 0).UTC()
	year, month, day := at.Date()
	hour, minute, sec := at.Clock()
	dst = append(appendDigits(dst, year, 4), '-')
	dst = append(appendDigits(dst, int(month), 2), '-')
	dst = append(appendDigits(dst, day, 2), 'T')
	dst = append(appendDigits(dst, hour, 2), ':')
	dst = append(appendDigits(dst, minute, 2), ':')
	dst = append(appendDigits(dst, sec, 2), '.')
	return append(appendDigits(dst, int(t%second), 7), 'Z')
}

// appendSystemTime appends a SYSTEMTIME: year, month, day of the week, day, hour,
// minute, second, milliseconds.
func appendSystemTime(dst, b []byte) []byte {
	at := func(i int) int { return int(binary.LittleEndian.Uint16(b[2*i:])) }
	dst = append(appendDigits(dst, at(0), 4), '-')
	dst = append(appendDigits(dst, at(1), 2), '-')
	dst = append(appendDigits(dst, at(3), 2), 'T')
	dst = append(appendDigits(dst, at(4), 2), ':')
	dst = append(appendDigits(dst, at(5), 2), ':')
	dst = append(appendDigits(dst, at(6), 2), '.')
	return append(appendDigits(dst, at(7), 3), 'Z')
}

// appendDigits appends the last digits of n, width of them.
func appendDigits(dst []byte, n, width int) []byte {
	for range width {
		dst = append(dst, '0')
	}
	for i := len(dst) - 1; n > 0 && width > 0; i, n, width = i-1, n/10, width-1 {
		dst[i] = '0' + byte(n%10)
	}
	return dst
}
