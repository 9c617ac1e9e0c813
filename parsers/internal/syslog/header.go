// Package syslog knows what a syslog puts before a program's line.
package syslog

import (
	"bytes"
	"strconv"
)

// Host finds the host in what stands before a record of a wrapped line:
//
//	Jul 18 12:29:23 web1 audispd:
//	<13>Jul 18 12:29:23 web1 audisp-syslog[712]:
//	2021-07-18T12:29:23.720+00:00 web1 kernel: [   12.3] audit:
//	<85>1 2021-07-18T12:29:23.720Z web1 audispd 712 - -
//	2021-07-18T12:29:23.720123456Z stdout F
//
// The last is no host's but a container's output, as kubelet keeps it; what the
// container printed may begin with a header itself.
// The second result says that the prefix is such a header at all. A header's own
// time is not used: the record has a better one.
func Host(prefix []byte) (host []byte, ok bool) {
	words := bytes.Fields(prefix)
	if len(words) > 0 && Priority(words[0]) {
		if words[0] = words[0][bytes.IndexByte(words[0], '>')+1:]; len(words[0]) == 0 || string(words[0]) == "1" {
			words = words[1:]
		}
	}
	if len(words) >= 3 && collected(words) {
		if words = words[3:]; len(words) == 0 {
			return nil, true
		}
	}
	switch {
	case len(words) >= 4 && month(words[0]) && clock(words[2]):
		return words[3], true
	case len(words) >= 5 && month(words[0]) && clock(words[3]): // with the year
		return words[4], true
	case len(words) >= 2 && len(words[0]) >= 19 && words[0][4] == '-' && words[0][10] == 'T':
		return words[1], true
	case len(words) >= 1 && bytes.HasPrefix(words[0], []byte("audit")), len(words) >= 1 && words[0][0] == '[':
		return nil, true // dmesg
	}
	return nil, false
}

// collected reports whether words begin as kubelet's files of a container's output do.
func collected(words [][]byte) bool {
	stream, part := string(words[1]), string(words[2])
	return (stream == "stdout" || stream == "stderr") && (part == "F" || part == "P") && len(words[0]) >= 19 && words[0][10] == 'T'
}

// Priority reports whether b begins with a syslog priority: "<85>".
func Priority(b []byte) bool {
	if len(b) < 3 || b[0] != '<' {
		return false
	}
	end := bytes.IndexByte(b[:min(len(b), 5)], '>')
	if end < 2 {
		return false
	}
	_, err := strconv.ParseUint(string(b[1:end]), 10, 16)
	return err == nil
}

func month(b []byte) bool {
	return len(b) == 3 && bytes.Contains([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b)
}

// clock reports whether b begins like 12:29:23.
func clock(b []byte) bool { return len(b) >= 8 && b[2] == ':' && b[5] == ':' }
