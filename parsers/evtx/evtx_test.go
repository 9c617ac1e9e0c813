package evtx

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"
	"www.velocidex.com/golang/evtx"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

const sysmonProvider, sysmonChannel = "Microsoft-Windows-Sysmon", "Microsoft-Windows-Sysmon/Operational"

// filetime is t as a log writes it.
func filetime(t time.Time) uint64 {
	return uint64(t.Unix()+11_644_473_600)*10_000_000 + uint64(t.Nanosecond()/100)
}

func u32(n uint32) []byte { return binary.LittleEndian.AppendUint32(nil, n) }

var noon = time.Date(2024, 3, 1, 12, 0, 0, 123456700, time.UTC)

// start is Sysmon's event 1 of a process, whose EventRecordID is its pid.
func start(pid uint32, image, command string) happening {
	return happening{Provider: sysmonProvider, Channel: sysmonChannel, Computer: "host", ID: 1, Record: uint64(pid), Time: filetime(noon), Data: []field{
		datum("RuleName", typeString, wide("-")),
		datum("UtcTime", typeString, wide("2024-03-01 12:00:00.123")),
		datum("ProcessGuid", typeGUID, []byte{0xdd, 0xcc, 0xbb, 0xaa, 1, 0, 2, 0, 3, 0, 4, 0, 5, 6, byte(pid >> 8), byte(pid)}),
		datum("ProcessId", typeUint32, u32(pid)),
		datum("Image", typeString, wide(image)),
		datum("CommandLine", typeString, wide(command)),
		datum("CurrentDirectory", typeString, wide(`C:\`)),
		datum("User", typeString, wide(`HOST\u`)),
		datum("LogonId", typeHex64, binary.LittleEndian.AppendUint64(nil, 0x3E7)),
		datum("ParentProcessGuid", typeGUID, make([]byte, 16)),
		datum("ParentProcessId", typeUint32, u32(4)),
		datum("ParentImage", typeString, wide("System")),
		datum("ParentCommandLine", typeString, nil),
	}}
}

// started is the event that comes of start.
func started(pid uint32, image, command string, offset int) event.Event {
	return event.Event{
		Kind: event.Exec, Host: "host", Time: time.Date(2024, 3, 1, 12, 0, 0, 123e6, time.UTC),
		Proc: event.Proc{
			PID: pid, OS: event.Windows, GUID: fmt.Sprintf("AABBCCDD-0001-0002-0300-04000506%04X", pid), Image: image, CommandLine: command,
			Cwd: `C:\`, User: `HOST\u`, Session: "0x3e7",
		},
		Parent: event.Ref{PID: 4, Image: "System"}, Source: event.Source{File: "log", Offset: int64(offset), Serial: uint64(pid)},
	}
}

// TestEventsComeBack writes random starts and reads them, as does Velociraptor's
// library, so that what is written is not of the tests' own making.
func TestEventsComeBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("aZ\\/\" é😀<&\u202e")), 1, 40, -1).Filter(func(s string) bool { return s != "-" })
		l := newLog()
		var want []event.Event
		for i := range rapid.IntRange(1, 200).Draw(t, "records") {
			pid, image, command := uint32(1000+i), text.Draw(t, "image"), text.Draw(t, "command")
			l.Add(uint64(i+1), start(pid, image, command))
			want = append(want, started(pid, image, command, l.Marks[i]))
		}
		events, account := read(t, l.Bytes(), false)
		if !reflect.DeepEqual(events, want) || len(account.Warnings) > 0 || account.Skipped > 0 || account.Records != int64(len(want)) {
			t.Fatalf("got %+v\nwant %+v\n%+v", events, want, account)
		}
		chunks, err := evtx.GetChunks(bytes.NewReader(l.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		theirs := 0
		for _, c := range chunks {
			records, err := c.Parse(0)
			if err != nil {
				t.Fatal(err)
			}
			theirs += len(records)
			compareChunk(t, l.Bytes()[c.Offset:][:chunkSize])
		}
		if theirs != len(want) {
			t.Fatalf("Velociraptor reads %d of %d", theirs, len(want))
		}
	})
}

// TestDamage damages a log of two chunks with three records each and says what is
// still read.
func TestDamage(t *testing.T) {
	l := newLog()
	for i := range 6 {
		if i == 3 {
			l.Flush()
		}
		l.Add(uint64(i+1), start(uint32(i+1), `C:\a.exe`, strings.Repeat("x", 10*i)))
	}
	file := l.Bytes()
	le := binary.LittleEndian
	at := l.Marks
	size := func(i int) int { return int(le.Uint32(file[at[i]+4:])) }
	second := headerSize + chunkSize
	for _, c := range []struct {
		name   string
		damage func(f []byte) []byte
		pids   string // of the starts that are read
		told   string // the reasons of the warnings
		lost   int    // records
		skip   int64
		cut    bool
	}{
		{"none", func(f []byte) []byte { return f }, "123456", "", 0, 0, false},
		{"space for more", func(f []byte) []byte { return append(f, make([]byte, 3*chunkSize)...) }, "123456", "", 0, 0, false},
		{"header of zeros", func(f []byte) []byte { clear(f[:headerSize]); return f }, "123456", reasonNoHeader, 0, 0, false},
		{"no header", func(f []byte) []byte { return f[headerSize:] }, "123456", reasonNoHeader, 0, 0, false},
		{"header with another number of chunks", func(f []byte) []byte { f[42] = 9; return f }, "123456", reasonHeader, 0, 0, false},
		{"version 4", func(f []byte) []byte {
			f[38] = 4
			copy(f[124:], u32(0))
			return f
		}, "123456", reasonHeader + "|" + reasonVersion, 0, 0, false},
		{"cut in the second chunk", func(f []byte) []byte { return f[:at[4]+40] }, "1234", reasonCut + "|" + reasonHole, 1, 40, true},
		{"cut in the header of a chunk", func(f []byte) []byte { return f[:second+100] }, "123", reasonCut, 0, 0, true},
		{"cut in the file's header", func(f []byte) []byte { return f[:100] }, "", reasonHeader, 0, 0, true},
		{"magic of a chunk", func(f []byte) []byte { f[headerSize] = 'x'; return f }, "456", reasonGap, 0, chunkSize, false},
		{"a chunk of zeros", func(f []byte) []byte { clear(f[second:]); return f }, "123", "", 0, 0, false},
		{"a chunk of zeros between", func(f []byte) []byte {
			return append(append(bytes.Clone(f[:second]), make([]byte, chunkSize)...), f[second:]...)
		}, "123456", reasonGap, 0, chunkSize, false},
		{"bytes before a chunk", func(f []byte) []byte {
			return append(append(bytes.Clone(f[:second]), "garbage"...), f[second:]...)
		}, "123456", reasonGap, 0, 7, false},
		{"a piece missing", func(f []byte) []byte { return append(bytes.Clone(f[:at[2]]), f[second:]...) }, "12456", reasonCut + "|1 record numbers missing", 0, 0, false},
		{"checksum", func(f []byte) []byte { f[headerSize+52]++; return f }, "123456", reasonChecksum, 0, 0, false},
		{"size of zero", func(f []byte) []byte { clear(f[at[1]+4 : at[1]+8]); return f }, "123456", reasonChecksum, 0, 0, false},
		{"size beyond the chunk", func(f []byte) []byte { f[at[1]+7] = 0xff; return f }, "123456", reasonChecksum, 0, 0, false},
		{"copy of the size", func(f []byte) []byte { f[at[2]-1]++; return f }, "123456", reasonChecksum, 0, 0, false},
		{"magic of a record", func(f []byte) []byte { f[at[1]]++; return f }, "13456", reasonChecksum + "|" + reasonHole + "|1 record numbers missing", 1, int64(size(1)), false},
		{"a hole from record to record", func(f []byte) []byte { clear(f[at[4]-20 : at[4]+20]); return f }, "12346", reasonChecksum + "|" + reasonHole + "|1 record numbers missing", 1, int64(size(4)), false},
		{"a hole to the end", func(f []byte) []byte { clear(f[at[4] : at[5]+size(5)]); return f }, "1234", reasonChecksum + "|" + reasonEnd, 0, int64(size(4) + size(5)), false},
		{"garbage to the end", func(f []byte) []byte {
			copy(f[at[4]:], bytes.Repeat([]byte("x"), size(4)+size(5)))
			return f
		}, "1234", reasonChecksum + "|" + reasonHole, 1, int64(size(4) + size(5)), false},
		{"number of values", func(f []byte) []byte { copy(f[at[1]+recordHeader+14:], u32(1<<32-1)); return f }, "13456", reasonChecksum + "|" + errDamaged.Error(), 1, int64(size(1)), false},
		{"offset of a template", func(f []byte) []byte { copy(f[at[1]+recordHeader+10:], u32(1<<31)); return f }, "13456", reasonChecksum + "|" + errDamaged.Error(), 1, int64(size(1)), false},
		{"fragment", func(f []byte) []byte { f[at[1]+recordHeader] = 0x7f; return f }, "13456", reasonChecksum + "|" + errDamaged.Error(), 1, int64(size(1)), false},
		{"the record that defines the templates", func(f []byte) []byte { f[at[0]+recordHeader] = 0x7f; return f }, "23456", reasonChecksum + "|" + errDamaged.Error(), 1, int64(size(0)), false},
		{"the end of records told too early", func(f []byte) []byte { copy(f[headerSize+48:], u32(uint32(at[1]-headerSize))); return f }, "123456", reasonChecksum, 0, 0, false},
		{"records of an earlier use", func(f []byte) []byte {
			c := f[headerSize : headerSize+chunkSize]
			copy(c[le.Uint32(c[48:]):], c[at[1]-headerSize:at[1]-headerSize+size(1)])
			return f
		}, "123456", "", 0, 0, false},
		{"a number that jumps", func(f []byte) []byte {
			c := f[second : second+chunkSize]
			le.PutUint64(f[at[5]+8:], 106)
			le.PutUint64(c[32:], 106)
			sign(c)
			return f
		}, "123456", "100 record numbers missing", 0, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			damaged := c.damage(bytes.Clone(file))
			for name, in := range map[string]ingest.Input{
				"whole": {R: bytes.NewReader(damaged)}, "byte by byte": {R: iotest.OneByteReader(bytes.NewReader(damaged))},
			} {
				var account event.Account
				in.Account = &account
				var pids string
				for ev, err := range (format{}).Events(&in) {
					if err == nil {
						pids += fmt.Sprint(ev.Proc.PID)
						if !bytes.HasPrefix(damaged[ev.Source.Offset:], recordMagic) {
							t.Errorf("event at %d", ev.Source.Offset)
						}
					}
				}
				var told []string
				for _, w := range account.Warnings {
					reason, _, _ := strings.Cut(w.Reason, " in ")
					if !strings.Contains(c.told, reason) {
						reason = w.Reason
					}
					told = append(told, reason)
				}
				if pids != c.pids || strings.Join(told, "|") != c.told || account.Malformed != int64(c.lost) || account.Skipped != c.skip || account.Truncated != c.cut || !account.Balanced() {
					t.Errorf("%s: starts %s, want %s; told %q; want %q; %+v", name, pids, c.pids, told, c.told, account)
				}
			}
		})
	}
}
