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
			return func() { l.element("a", nest(n-1)) }
		}
		l.instance("deep", func() { l.element("Event", nest(80)) }, nil)
	}, errDeep},
	"fragments in fragments": {func(l *log) {
		var body []byte
		for range 20 { // the definition refers to its only value
			inner := body
			probe := &log{chunk: make([]byte, 0, chunkSize), defs: map[string]int{"same": 1}, names: map[string]int{}}
			probe.instance("same", nil, []field{{kind: typeBinXML, value: inner}})
			body = probe.chunk
		}
		l.instance("same", func() { l.element("Event", func() { l.value(0) }) }, []field{{kind: typeBinXML, value: pointed(body, l, "same")}})
	}, errDeep},
	"one value many times, thrice": {func(l *log) {
		define := func() {
			l.element("Event", func() {
				for range 2000 {
					l.value(0)
				}
			})
		}
		var body []byte
		for range 4 {
			inner := body
			probe := &log{defs: map[string]int{"same": 1}, names: map[string]int{}}
			probe.instance("same", nil, []field{{kind: typeBinXML, value: inner}})
			body = probe.chunk
		}
		l.instance("same", define, []field{{kind: typeBinXML, value: pointed(body, l, "same")}})
	}, errLarge},
	"a long text many times": {func(l *log) {
		l.instance("text", func() {
			l.element("EventData", func() {
				l.element("Data", func() {
					for range 3000 {
						l.value(0)
					}
				}, "Name", "Image")
			})
		}, []field{{kind: typeString, value: wide(strings.Repeat("x", 20000))}})
	}, errLarge},
	"more values than there is room for": {func(l *log) {
		l.instance("values", func() { l.element("Event", nil) }, nil)
		binary.LittleEndian.PutUint32(l.chunk[len(l.chunk)-4:], 1<<31)
	}, errDamaged},
	"a name outside the chunk": {func(l *log) {
		l.names["far"] = 1 << 30
		l.instance("name", func() { l.element("far", nil) }, nil)
	}, errDamaged},
	"an element without end": {func(l *log) {
		l.instance("open", func() { l.u8(tokenOpenStartElement, 0xff, 0xff); l.u32(0); l.name("a") }, nil)
	}, errDamaged},
}

// pointed puts the place of a definition that is about to be written, behind the
// head of an instance, into instances of it.
func pointed(body []byte, l *log, key string) []byte {
	at := len(l.chunk) + 4 + 1 + 1 + 4 + 4
	return bytes.ReplaceAll(body, append(u32(uint32(len(key))), u32(1)...), append(u32(uint32(len(key))), u32(uint32(at))...))
}

// hostileLog is a log of the record that body writes, between two good ones.
func hostileLog(body func(l *log)) []byte {
	l := newLog()
	l.add(1, start(1, `C:\a.exe`, "a"))
	l.record(2, 0, func() { body(l) })
	l.add(3, start(3, `C:\b.exe`, "b"))
	return l.bytes()
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
	h.data = append(h.data[:6], field{"Many", typeString | typeArray, wide("x\x00y\x00")}, field{"Size", typeHex32, u32(26)}, field{"Who", typeSID, []byte{1, 1, 0, 0, 0, 0, 0, 5, 18, 0, 0, 0}})
	l.add(1, h)
	events, _ := read(t, l.bytes(), true)
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
	short.add(1, start(1, `C:\a.exe`, "a"))
	short.flush()
	short.add(5, happening{provider: "Microsoft-Windows-Security-Auditing", channel: "Security", computer: "h", id: 4688, record: 5, time: filetime(noon), data: []field{
		{"NewProcessId", typeHex64, u32(77)}, {"NewProcessName", typeString, wide(`C:\b.exe`)}, {"ProcessId", typeHex64, u32(4)}, {"List", typeArray | typeUint16, u32(9)},
	}})
	f.Add(bytes.TrimRight(short.bytes()[headerSize:headerSize+chunkSize], "\x00"))
	f.Add(bytes.TrimRight(short.bytes()[headerSize+chunkSize:], "\x00"))
	f.Add(short.bytes()[:headerSize+600])
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
