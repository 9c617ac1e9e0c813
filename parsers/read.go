package parsers

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"strings"
	"sync/atomic"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
	"oddkin/parsers/internal/unpack"
	"oddkin/parsers/internal/wtf8"
)

// batchSize is how many events travel between goroutines at once.
const batchSize = 256

// reader reads one file of the evidence.
type reader struct {
	evidence *Evidence
	ctx      context.Context // ends the reading
	gone     <-chan struct{} // closed when nobody takes events any more
	file     *file
	batch    []event.Event
	census   census
	// mark is the size of the byte order mark that was taken off the content:
	// what to add to a format's offsets.
	mark int64
}

// run opens the input and reads whatever it holds.
func (r *reader) run(in input) {
	if in.refuse != "" {
		account := event.Account{File: in.name, Failure: in.refuse}
		if in.special && !in.asked { // found beside evidence, and none itself
			account.Failure, account.Reason = "", in.refuse
		}
		r.file.accounts = append(r.file.accounts, account)
		return
	}
	f := os.Stdin
	if in.path != "-" {
		opened, err := os.Open(in.path)
		if err != nil {
			r.file.accounts = append(r.file.accounts, event.Account{File: in.name, Failure: reason(err)})
			return
		}
		defer opened.Close()
		f = opened
	}
	var at unpack.At
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() {
		at = io.NewSectionReader(f, 0, info.Size())
	}
	var content io.Reader = f
	if at == nil {
		content = unblocked(r.ctx, f)
	}
	disk := &tally{r: content, ctx: r.ctx, total: &r.evidence.read}
	before := len(r.file.accounts)
	// The visitor returns no error of its own but the context's.
	_ = unpack.Walk(in.name, disk, at, r.member)
	if len(r.file.accounts) == before && r.ctx.Err() == nil {
		r.file.accounts = append(r.file.accounts, event.Account{File: in.name, Reason: reasonNoFiles})
	}
	if len(r.file.accounts) > before {
		r.file.accounts[before].Packed = disk.n
		if at != nil {
			r.file.accounts[before].Packed = at.Size()
			r.evidence.read.Add(at.Size() - disk.n) // a zip is read past the tally
		}
	}
	_ = r.flush() // the context's error is known to the consumer
}

// unblocked lets the read of a pipe that nobody writes to end with the context.
// The goroutine that waits for the pipe then ends with the program.
func unblocked(ctx context.Context, pipe io.Reader) io.Reader {
	r, w := io.Pipe()
	context.AfterFunc(ctx, func() { w.CloseWithError(ctx.Err()) })
	go func() {
		_, err := io.Copy(w, pipe)
		w.CloseWithError(err)
	}()
	return r
}

// member reads one file found by unpack.
func (r *reader) member(name string, content io.Reader, err error) error {
	account := event.Account{File: name}
	r.census = census{account: &account}
	if err == nil {
		err = r.parse(&account, content)
		if c, ok := content.(*unpack.Content); ok && c.Password != "" {
			account.Reason += fmt.Sprintf("; opened with the password %q", c.Password)
		}
	}
	switch {
	case err == nil:
	case r.ctx.Err() != nil:
		account.Failure = "interrupted before its end"
	default:
		account.Failure = reason(err)
	}
	account.Truncated = account.Truncated || err != nil
	for i := range account.Warnings {
		if w := &account.Warnings[i]; w.Source.Offset >= 0 {
			w.Source.Offset += r.mark
		}
	}
	r.file.accounts = append(r.file.accounts, account)
	return r.ctx.Err()
}

// parse recognises the content's format and reads its events. The error says why
// the content could not be read to its end.
func (r *reader) parse(account *event.Account, content io.Reader) error {
	text, encoding, err := utf8(content)
	if err != nil {
		return err
	}
	r.mark = 0
	if encoding == markedUTF8 {
		r.mark = int64(len(utf8Mark))
	}
	counted := &tally{r: text, ctx: r.ctx}
	defer func() { account.Bytes = counted.n }()
	br := bufio.NewReaderSize(counted, ingest.HeadSize)
	head, err := br.Peek(ingest.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	around, format, match := open(br, head, r.evidence.format)
	account.Reason, account.Confidence = match.Reason, match.Confidence
	if r.evidence.format != nil {
		account.Reason, account.Confidence = "named by the user", 0
	}
	if format == nil {
		account.Reason, account.Confidence = refusal(head), 0
		if err != nil && !errors.Is(err, io.EOF) { // so there is more, which cannot be read
			return fmt.Errorf("%w, after %d bytes: %s", err, len(head), account.Reason)
		}
		if k := unreadKind(head); k != nil && k.evidence {
			return errors.New(k.is)
		}
		return nil
	}
	account.Format = format.Name()
	if encoding == utf16 {
		account.Reason += "; UTF-16, offsets count its text as UTF-8"
	}
	if r.evidence.options.Identify {
		return nil
	}
	in := &ingest.Input{
		Name: account.File, R: br, KeepRaw: r.evidence.options.KeepRaw, Workers: r.evidence.options.Workers,
		Account: account, Join: true,
	}
	if around != nil {
		in.R = around
		defer closed(account.File, around, account)
	}
	defer r.keep(format, in)
	for ev, err := range format.Events(in) {
		var w event.Warning
		if errors.As(err, &w) {
			continue // the format noted it in the account
		}
		if err != nil {
			return err
		}
		if err := r.add(ev); err != nil {
			return err
		}
	}
	return nil
}

// unread is what responders meet beside evidence and oddkin does not read, by its first
// bytes: 7-Zip's 7zFormat.txt, RAR's technotes, [MS-CAB], the LZ4 frame format, pcap and
// pcapng (RFC drafts of the IETF opsawg), the old event log [MS-EVEN], regf, ELF and PE.
var unread = []unreadFormat{
	{"7z\xbc\xaf\x27\x1c", "a 7z archive, which is not opened: unpack it first", true},
	{"Rar!\x1a\x07", "a RAR archive, which is not opened: unpack it first", true},
	{"MSCF\x00\x00\x00\x00", "a cabinet archive, which is not opened: unpack it first", true},
	{"\x04\x22\x4d\x18", "packed with LZ4, which is not opened: unpack it first", true},
	{"\x30\x00\x00\x00LfLe", "an event log as Windows XP wrote them (.evt), which is not read", true},
	{"LPKSHHRH", "a journal in systemd's binary form, which is not read: journalctl --file FILE -o json writes what is", true},
	{"NODE,EVENT,DATE,TIME,SERIAL_NUM,", "ausearch's table, which leaves out processes and their parents: ausearch --raw writes the records", true},
	{"SQLite format 3\x00", "an SQLite database, which is not read", false},
	{"regf", "a registry hive, which is not read", false},
	{"\xd4\xc3\xb2\xa1", "a capture of network packets, which is not read", false},
	{"\x0a\x0d\x0d\x0a", "a capture of network packets, which is not read", false},
	{"\x7fELF", "a program (ELF)", false},
	{"MZ", "a program (PE)", false},
}

type unreadFormat struct {
	magic, is string
	evidence  bool // of processes is in it, or may be: that it is not read is a failure
}

// shortJournal is what journalctl prints unless it is told otherwise.
var shortJournal = unreadFormat{is: "journalctl's short text, where audit records lack times and serials: journalctl -o json has them", evidence: true}

// interpretedLog is what "ausearch -i" prints.
var interpretedLog = unreadFormat{is: "ausearch's interpreted text, whose times lack their zone and whose names are those of where it ran: ausearch --raw writes the records", evidence: true}

// splunkRows are search results as Splunk writes them in its modes json_rows and
// json_cols.
var splunkRows = unreadFormat{is: "a Splunk search's results as lists without names, which are not read: output_mode=json writes what is", evidence: true}

// renderedEvents are events of Windows' logs as Splunk's input WinEventLog renders them.
var renderedEvents = unreadFormat{is: "events of Windows' logs as rendered text (Splunk's WinEventLog), which are not read: the logs themselves (.evtx) are, or renderXml = true there", evidence: true}

// By what stands in them these are known.
var (
	interpretedRecord = regexp.MustCompile(`(?m)^(node=\S+ )?type=\S+ msg=audit\([^()]* [^()]*:\d+\) : `)
	listOfNames       = regexp.MustCompile(`"fields"\s*:\s*\[\s*"`)
	listOfLists       = regexp.MustCompile(`"(rows|columns)"\s*:\s*\[\s*\[`)
)

// unreadKind is what of unread begins with head, or is known by what stands in it; or nil.
func unreadKind(head []byte) *unreadFormat {
	switch {
	case interpretedRecord.Match(head):
		return &interpretedLog
	case bytes.Contains(head, []byte("LogName=")) && bytes.Contains(head, []byte("EventCode=")):
		return &renderedEvents
	case bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && listOfNames.Match(head) && listOfLists.Match(head):
		return &splunkRows
	}
	if bytes.Contains(head, []byte(" audit[")) && bytes.Contains(head, []byte("]: SYSCALL arch=")) {
		return &shortJournal
	}
	for i := range unread {
		if bytes.HasPrefix(head, []byte(unread[i].magic)) {
			return &unread[i]
		}
	}
	return nil
}

// Why a file is not read that may have been evidence.
const (
	reasonEmpty  = "empty"
	reasonBinary = "binary data of no known format"
	// reasonNoFiles is an archive's.
	reasonNoFiles = "an archive without files"
)

// Emptied reports whether an input holds nothing, or nothing known, though its name
// promises a log: it may have been wiped or damaged.
func Emptied(a *event.Account) bool {
	if a.Reason != reasonEmpty && a.Reason != reasonBinary {
		return false
	}
	_, base, _ := rotation(strings.ToLower(a.File))
	switch path.Ext(base) {
	case ".log", ".evtx", ".json", ".jsonl", ".ndjson", ".xml":
		return true
	}
	return false
}

// refusal says what content is that no format claims.
func refusal(head []byte) string {
	if len(head) == 0 {
		return reasonEmpty
	}
	if k := unreadKind(head); k != nil {
		return k.is
	}
	control := 0
	for _, c := range head {
		if c < 9 || c > 13 && c < 32 && c != 27 {
			control++
		}
	}
	switch text := bytes.TrimSpace(head); {
	case control > len(head)/50:
		return reasonBinary
	case bytes.Contains(text, []byte("type=")) && bytes.Contains(text, []byte("msg=audit(")):
		return "text that quotes audit records and is no log of them: --as auditd reads those that begin a line"
	case len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return "JSON of no known format"
	case len(text) > 0 && text[0] == '<':
		return "XML of no known format"
	}
	return "text of no known format"
}

// encoding is how a text was encoded.
type encoding uint8

const (
	plainText  encoding = iota
	markedUTF8          // UTF-8 behind a byte order mark
	utf16
)

const utf8Mark = "\xef\xbb\xbf"

// utf8 converts content that begins with a byte order mark, or that is UTF-16
// without one, to UTF-8 without it.
func utf8(content io.Reader) (io.Reader, encoding, error) {
	br := bufio.NewReaderSize(content, 4096)
	head, err := br.Peek(4)
	if len(head) == 0 && err != nil && !errors.Is(err, io.EOF) {
		return nil, plainText, err
	}
	switch {
	case len(head) >= 3 && string(head[:3]) == utf8Mark:
		_, err := br.Discard(3)
		return br, markedUTF8, err
	case len(head) >= 2 && string(head[:2]) == "\xff\xfe":
		_, err := br.Discard(2)
		return wtf8.NewReader(br, binary.LittleEndian), utf16, err
	case len(head) >= 2 && string(head[:2]) == "\xfe\xff":
		_, err := br.Discard(2)
		return wtf8.NewReader(br, binary.BigEndian), utf16, err
	case len(head) == 4 && head[0] != 0 && head[1] == 0 && head[2] != 0 && head[3] == 0:
		return wtf8.NewReader(br, binary.LittleEndian), utf16, nil
	case len(head) == 4 && head[0] == 0 && head[1] != 0 && head[2] == 0 && head[3] != 0:
		return wtf8.NewReader(br, binary.BigEndian), utf16, nil
	}
	return br, plainText, nil
}

// keep puts by what an input left for others to complete.
func (r *reader) keep(format ingest.Format, in *ingest.Input) {
	if joiner, ok := format.(ingest.Joiner); ok && in.Left != nil {
		r.file.left = append(r.file.left, remainder{format: joiner, left: in.Left, account: len(r.file.accounts), mark: r.mark})
	}
}

// add queues one event for the consumer. The error is the context's.
func (r *reader) add(ev event.Event) error {
	if r.batch == nil {
		select {
		case r.batch = <-r.evidence.used:
		default:
			r.batch = make([]event.Event, 0, batchSize)
		}
	}
	r.census.note(&ev)
	if ev.Source.Offset >= 0 {
		ev.Source.Offset += r.mark
	}
	if r.batch = append(r.batch, ev); len(r.batch) < batchSize {
		return nil
	}
	return r.flush()
}

// flush hands the batch on. What was read reaches the consumer even when the
// reading is cancelled, so that the account is true; it is dropped only when
// nobody takes it any more.
func (r *reader) flush() error {
	if len(r.batch) > 0 {
		select {
		case r.file.batches <- r.batch:
		case <-r.gone:
		}
		r.batch = nil
	}
	return r.ctx.Err()
}

// tally counts the bytes read through it and ends the stream with the context's
// error when that ends.
type tally struct {
	r     io.Reader
	ctx   context.Context
	n     int64
	total *atomic.Int64 // may be nil
}

func (t *tally) Read(p []byte) (int, error) {
	if err := t.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := t.r.Read(p)
	t.n += int64(n)
	if t.total != nil {
		t.total.Add(int64(n))
	}
	return n, err
}
