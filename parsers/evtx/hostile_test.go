package evtx

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// hostile are records made to cost memory, time or depth, and what is said of
// them.
var hostile = map[string]struct {
	body func(l *log)
	told error
}{
	"elements in elements": {func(l *log) {
		var nest func(n int) func()
		nest = func(n int) func() {
			if n == 0 {
				return nil
			}
			return func() { l.Element("a", nest(n-1)) }
		}
		l.Instance("deep", func() { l.Element("Event", nest(80)) }, nil)
	}, errDeep},
	"fragments in fragments": {func(l *log) {
		var body []byte
		for range 20 { // the definition refers to its only value
			inner := body
			probe := &log{Chunk: make([]byte, 0, chunkSize), Defs: map[string]int{"same": 1}, Names: map[string]int{}}
			probe.Instance("same", nil, []field{{Kind: typeBinXML, Value: inner}})
			body = probe.Chunk
		}
		l.Instance("same", func() { l.Element("Event", func() { l.Value(0) }) }, []field{{Kind: typeBinXML, Value: pointed(body, l, "same")}})
	}, errDeep},
	"one value many times, thrice": {func(l *log) {
		define := func() {
			l.Element("Event", func() {
				for range 2000 {
					l.Value(0)
				}
			})
		}
		var body []byte
		for range 4 {
			inner := body
			probe := &log{Defs: map[string]int{"same": 1}, Names: map[string]int{}}
			probe.Instance("same", nil, []field{{Kind: typeBinXML, Value: inner}})
			body = probe.Chunk
		}
		l.Instance("same", define, []field{{Kind: typeBinXML, Value: pointed(body, l, "same")}})
	}, errLarge},
	"a long text many times": {func(l *log) {
		l.Instance("text", func() {
			l.Element("EventData", func() {
				l.Element("Data", func() {
					for range 3000 {
						l.Value(0)
					}
				}, "Name", "Image")
			})
		}, []field{{Kind: typeString, Value: wide(strings.Repeat("x", 20000))}})
	}, errLarge},
	"more values than there is room for": {func(l *log) {
		l.Instance("values", func() { l.Element("Event", nil) }, nil)
		binary.LittleEndian.PutUint32(l.Chunk[len(l.Chunk)-4:], 1<<31)
	}, errDamaged},
	"a name outside the chunk": {func(l *log) {
		l.Names["far"] = 1 << 30
		l.Instance("name", func() { l.Element("far", nil) }, nil)
	}, errDamaged},
	"an element without end": {func(l *log) {
		l.Instance("open", func() { l.U8(tokenOpenStartElement, 0xff, 0xff); l.U32(0); l.Name("a") }, nil)
	}, errDamaged},
}

// pointed puts the place of a definition that is about to be written, behind the
// head of an instance, into instances of it.
func pointed(body []byte, l *log, key string) []byte {
	at := len(l.Chunk) + 4 + 1 + 1 + 4 + 4
	return bytes.ReplaceAll(body, append(u32(uint32(len(key))), u32(1)...), append(u32(uint32(len(key))), u32(uint32(at))...))
}

// hostileLog is a log of the record that body writes, between two good ones.
func hostileLog(body func(l *log)) []byte {
	l := newLog()
	l.Add(1, start(1, `C:\a.exe`, "a"))
	l.Record(2, 0, func() { body(l) })
	l.Add(3, start(3, `C:\b.exe`, "b"))
	return l.Bytes()
}

func TestHostileRecordsCostThemselvesAlone(t *testing.T) {
	for name, c := range hostile {
		t.Run(name, func(t *testing.T) {
			events, account := read(t, hostileLog(c.body), false)
			if len(events) != 2 || account.Malformed != 1 || len(account.Warnings) != 1 || account.Warnings[0].Reason != c.told.Error() || account.Warnings[0].Source.Serial != 2 {
				t.Errorf("%d events, %+v", len(events), account)
			}
		})
	}
}

// TestRawKeepsNamesAndOrder reads a record with all its fields.
func TestRawKeepsNamesAndOrder(t *testing.T) {
	l := newLog()
	h := start(7, `C:\a.exe`, "a")
	h.Data = append(h.Data[:6], datum("Many", typeString|typeArray, wide("x\x00y\x00")), datum("Size", typeHex32, u32(26)), datum("Who", typeSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}))
	l.Add(1, h)
	events, _ := read(t, l.Bytes(), true)
	got, err := events[0].Raw.MarshalJSON()
	want := `{"System":{"Provider":{"Name":"Microsoft-Windows-Sysmon","Guid":"{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"},"EventID":"1","TimeCreated":{"SystemTime":"2024-03-01T12:00:00.1234567Z"},"EventRecordID":"7","Channel":"Microsoft-Windows-Sysmon/Operational","Computer":"host"},` +
		`"EventData":{"RuleName":"-","UtcTime":"2024-03-01 12:00:00.123","ProcessGuid":"AABBCCDD-0001-0002-0300-040005060007","ProcessId":"7","Image":"C:\\a.exe","CommandLine":"a","Many":["x","y"],"Size":"0x1a","Who":"S-1-5-18"}}`
	if err != nil || string(got) != want {
		t.Errorf("got  %s\nwant %s, %v", got, want, err)
	}
}

// TestTheConsumerMayStop holds that nothing is yielded after it did.
func TestTheConsumerMayStop(t *testing.T) {
	for _, c := range hostile {
		for range (format{}).Events(&ingest.Input{R: bytes.NewReader(hostileLog(c.body)), Account: &event.Account{}}) {
			break // the runtime panics if the reader goes on
		}
	}
}

func TestAFailingInputGivesWhatCameBefore(t *testing.T) {
	broken := errors.New("gzip: invalid checksum")
	file := hostileLog(func(*log) {})
	var account event.Account
	var failure error
	n := 0
	r := &failing{rest: file, err: broken}
	for _, err := range (format{}).Events(&ingest.Input{R: r, Account: &account}) {
		var w event.Warning
		switch {
		case err == nil:
			n++
		case !errors.As(err, &w):
			failure = err
		}
	}
	if n != 2 || !errors.Is(failure, broken) || !account.Truncated || !account.Balanced() {
		t.Errorf("%d events, %v, %+v", n, failure, account)
	}
}

// failing gives rest and then an error.
type failing struct {
	rest []byte
	err  error
}

func (f *failing) Read(p []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, f.err
	}
	n := copy(p, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

func TestDetect(t *testing.T) {
	file := hostileLog(func(*log) {})
	blank := bytes.Clone(file)
	clear(blank[:headerSize])
	for name, c := range map[string]struct {
		head []byte
		want int
	}{
		"a log": {file, 100}, "its first bytes": {file[:9], 100}, "without header": {file[headerSize:], 95}, "with a blank one": {blank[:ingest.HeadSize], 95},
		"nothing": {nil, 0}, "zeros": {make([]byte, ingest.HeadSize), 0}, "text": {[]byte("a text about ElfChnk\x00"), 0}, "of the old format": {[]byte("0\x00\x00\x00LfLe"), 0},
	} {
		if m := (format{}).Detect(c.head); m.Confidence != c.want {
			t.Errorf("%s: %+v", name, m)
		}
	}
}

// FuzzRead holds that no input makes the reader panic, hang, or lose count. Cut
// chunks are read as well, so seeds can be small.
func FuzzRead(f *testing.F) {
	for _, c := range hostile {
		b := hostileLog(c.body)
		free := binary.LittleEndian.Uint32(b[headerSize+48:])
		f.Add(b[headerSize : headerSize+free])
	}
	short := newLog()
	short.Add(1, start(1, `C:\a.exe`, "a"))
	short.Flush()
	short.Add(5, happening{Provider: "Microsoft-Windows-Security-Auditing", Channel: "Security", Computer: "h", ID: 4688, Record: 5, Time: filetime(noon), Data: []field{
		datum("NewProcessId", typeHex64, u32(77)), datum("NewProcessName", typeString, wide(`C:\b.exe`)), datum("ProcessId", typeHex64, u32(4)), datum("List", typeArray|typeUint16, u32(9)),
	}})
	f.Add(bytes.TrimRight(short.Bytes()[headerSize:headerSize+chunkSize], "\x00"))
	f.Add(bytes.TrimRight(short.Bytes()[headerSize+chunkSize:], "\x00"))
	f.Add(short.Bytes()[:headerSize+600])
	f.Fuzz(func(t *testing.T, in []byte) {
		(format{}).Detect(in)
		events, account := read(t, in, true)
		if !account.Balanced() || account.Events != int64(len(events)) || account.Skipped > int64(len(in)) {
			t.Fatalf("%+v", account)
		}
		for _, ev := range events {
			if ev.Kind != event.Boot && ev.Proc.Image == "" && ev.Proc.PID == 0 && ev.Proc.GUID == "" {
				t.Fatalf("event of no process: %+v", ev)
			}
			if at := ev.Source.Offset; at < 0 || at >= int64(len(in)) || !bytes.HasPrefix(in[at:], recordMagic) {
				t.Fatalf("event at %d", at)
			}
			if ev.Raw == nil || ev.Raw.Len() == 0 {
				t.Fatal("no original fields")
			}
		}
	})
}
