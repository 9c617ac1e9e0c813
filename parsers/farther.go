package parsers

import (
	"bufio"
	"bytes"
	"fmt"

	"oddkin/parsers/internal/ingest"
)

// maxLook is how far into a file is looked whose beginning is of no known format.
const maxLook = 16 << 20

// sure is the confidence below which what stands within a file is not taken for a format.
const sure = 60

// maxWindows is how many places there are shown to the formats.
const maxWindows = 16

// beginnings are what stands in the first record of most formats, and hardly elsewhere.
var beginnings = [][]byte{
	[]byte("audit("), []byte("<Event"), []byte("ElfChnk\x00"),
	[]byte(`"winlog`), []byte(`"event_data`), []byte(`"EventID"`), []byte(`"ProcessGuid"`),
	[]byte(`"_AUDIT_`), []byte(`"auditd"`), []byte(`"SYSCALL"`), []byte(`"hostIdentifier"`), []byte(`"process"`),
}

// lookFarther looks for a format that begins behind the first [ingest.HeadSize] bytes: other
// programs' lines in a syslog, other objects in an export, a hole of zeros, garbage. What is
// read with the reader it returns begins where br does.
func lookFarther(br *bufio.Reader, head []byte) (*bufio.Reader, ingest.Format, ingest.Match) {
	if len(head) < ingest.HeadSize || unreadKind(head) != nil { // there is no more, or what it is is known
		return br, nil, ingest.Match{}
	}
	deep := bufio.NewReaderSize(br, maxLook)
	text, _ := deep.Peek(maxLook)
	if start := bytes.TrimLeft(text, " \t\r\n"); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		if f, m := detect(text); f != nil { // a document whose marks stand far behind
			return deep, f, m
		}
	}
	for from, windows := 0, 0; windows < maxWindows; windows++ {
		at := nextBeginning(text, from)
		if at < 0 {
			break
		}
		window := text[at:min(len(text), at+ingest.HeadSize)]
		if f, m := detect(window); m.Confidence >= sure {
			m.Reason += fmt.Sprintf(", from byte %d on", at)
			return deep, f, m
		}
		from = at + len(window)
	}
	return deep, nil, ingest.Match{}
}

// nextBeginning gives where the line begins, behind from, in which a record may begin; -1
// where none is.
func nextBeginning(text []byte, from int) int {
	first := -1
	for _, mark := range beginnings {
		end := len(text)
		if first >= 0 {
			end = min(end, from+first+len(mark))
		}
		if i := bytes.Index(text[from:end], mark); i >= 0 {
			first = i
		}
	}
	if first < 0 {
		return -1
	}
	first += from
	return from + 1 + bytes.LastIndexAny(text[from:first], "\n\x00")
}
