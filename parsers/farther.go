package parsers

import (
	"bufio"
	"bytes"
	"fmt"

	"oddkin/parsers/internal/envelope"
	"oddkin/parsers/internal/ingest"
)

// maxLook is how far into a file is looked whose beginning is of no known format.
const maxLook = 16 << 20

// sure is the confidence below which what stands within a file is not taken for a format.
const sure = 60

// chunkMark begins a part of a Windows event log.
const chunkMark = "ElfChnk\x00"

// beginnings are what stands in the first record of most formats, and hardly elsewhere.
var beginnings = [][]byte{
	[]byte("audit("), []byte("<Event"), []byte(chunkMark),
	[]byte(`"winlog`), []byte(`"event_data`), []byte(`"EventID"`), []byte(`"ProcessGuid"`),
	[]byte(`"_AUDIT_`), []byte(`"auditd"`), []byte(`"SYSCALL"`), []byte(`"hostIdentifier"`), []byte(`"process"`),
}

// lookFarther looks for a format that begins behind the first [ingest.HeadSize] bytes: other
// programs' lines in a syslog, other objects in an export, a hole of zeros, garbage. What is
// read with the readers it returns (see [open]) begins where br does.
func lookFarther(br *bufio.Reader, head []byte) (*bufio.Reader, *envelope.Reader, ingest.Format, ingest.Match) {
	if len(head) < ingest.HeadSize || unreadKind(head) != nil { // there is no more, or what it is is known
		return br, nil, nil, ingest.Match{}
	}
	deep := bufio.NewReaderSize(br, maxLook)
	text, _ := deep.Peek(maxLook)
	if start := bytes.TrimLeft(text, " \t\r\n"); len(start) > 0 && (start[0] == '{' || start[0] == '[') {
		if around, f, m := open(deep, text, nil); f != nil { // a document whose marks stand far behind
			return deep, around, f, m
		}
	}
	for from := 0; ; {
		at, line := nextBeginning(text, from)
		if at < 0 {
			break
		}
		window := text[line:min(len(text), line+ingest.HeadSize)]
		f, m := rowsIn(window, nil)
		if f == nil && bytes.Contains(window, []byte(chunkMark)) {
			if f, m = detect(window); m.Confidence < sure {
				f = nil
			}
		}
		if f != nil {
			m.Reason += fmt.Sprintf(", from byte %d on", line)
			return deep, nil, f, m
		}
		from = max(at+1, line+len(window))
	}
	return deep, nil, nil, ingest.Match{}
}

// nextBeginning gives where, behind from, a record may begin, and where the line begins that it
// stands in; -1 where none is.
func nextBeginning(text []byte, from int) (at, line int) {
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
		return -1, -1
	}
	at = from + first
	return at, 1 + bytes.LastIndexAny(text[:at], "\n\x00")
}
