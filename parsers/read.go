package parsers

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
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
	sampled := &sampler{r: counted}
	br := bufio.NewReaderSize(sampled, ingest.HeadSize)
	head, err := br.Peek(ingest.HeadSize)
	if err != nil && !errors.Is(err, io.EOF) && len(head) == 0 {
		return err
	}
	around, format, match := open(br, head, r.evidence.format)
	if format == nil {
		br, around, format, match = lookFarther(br, head)
	}
	account.Reason, account.Confidence = match.Reason, match.Confidence
	if r.evidence.format != nil {
		account.Reason, account.Confidence = "named by the user", 0
	}
	if format == nil {
		account.Reason, account.Confidence = refusal(head), 0
		if br.Buffered() == maxLook { // there may be more
			account.Reason += ", as far as its first 16 MiB tell"
		}
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
		if err != nil {
			var w event.Warning
			if errors.As(err, &w) {
				continue // the format noted it in the account
			}
			return err
		}
		if err := r.add(ev); err != nil {
			return err
		}
	}
	if r.evidence.format == nil {
		tellSecond(account, format, sampled.samples)
	}
	return nil
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
