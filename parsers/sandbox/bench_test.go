package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// bigReport makes a CAPE report of about size bytes, most of it calls, from a
// seed: 40 processes, whose calls have the lengths of real ones.
func bigReport(size int) []byte {
	rng := rand.New(rand.NewPCG(1, 2))
	var b bytes.Buffer
	b.Grow(size + 1<<20)
	b.WriteString(`{"statistics": {"processing": [{"name": "CAPE", "time": 1.5}]}, "info": {"version": "2.4-CAPE", "id": 1, "machine": {"label": "m"}}, "behavior": {"processes": [`)
	const procs = 40
	for p := range procs {
		if p > 0 {
			b.WriteString(", ")
		}
		fmt.Fprintf(&b, `{"process_id": %d, "process_name": "p%d.exe", "parent_id": %d, "module_path": "C:\\Windows\\System32\\p%d.exe", "first_seen": "2024-01-01 00:00:%02d,%03d", "calls": [`, 1000+4*p, p, 1000+4*(p/2), p, p, rng.IntN(1000))
		for i := 0; b.Len() < size/procs*(p+1); i++ {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, `{"timestamp": "2024-01-01 00:00:%02d,%03d", "thread_id": "%d", "caller": "0x%08x", "parentcaller": "0x%08x", "category": "filesystem", "api": "NtCreateFile", "status": true, "return": "0x00000000", "arguments": [{"name": "FileHandle", "value": "0x%08x"}, {"name": "FileName", "value": "C:\\Users\\u\\AppData\\Local\\Temp\\%x.tmp"}, {"name": "Buffer", "value": "\\x%02x\\x00 \"%d\""}], "repeated": %d, "id": %d}`,
				p, rng.IntN(1000), rng.IntN(9000), rng.Uint32(), rng.Uint32(), rng.Uint32(), rng.Uint64(), rng.IntN(256), i, rng.IntN(3), i)
		}
		fmt.Fprintf(&b, `], "threads": ["%d"], "environ": {"UserName": "u", "ComputerName": "PC", "CommandLine": "p%d.exe /x"}}`, rng.IntN(9000), p)
	}
	b.WriteString(`], "processtree": []}}`)
	return b.Bytes()
}

// BenchmarkCAPE75MB reads a report of 75 MB, and for comparison decodes it with
// encoding/json into the few fields that are needed.
func BenchmarkCAPE75MB(b *testing.B) {
	report := bigReport(75 << 20)
	b.Run("events", func(b *testing.B) {
		b.SetBytes(int64(len(report)))
		b.ReportAllocs()
		for b.Loop() {
			n := 0
			in := &ingest.Input{R: stream{bytes.NewReader(report)}, Account: &event.Account{}}
			for range formatNamed(b, "cape").Events(in) {
				n++
			}
			if n != 40 {
				b.Fatal(n)
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(report)))
		b.ReportAllocs()
		for b.Loop() {
			var doc struct {
				Behavior struct {
					Processes []struct {
						PID     int    `json:"process_id"`
						Name    string `json:"process_name"`
						Parent  int    `json:"parent_id"`
						Image   string `json:"module_path"`
						Seen    string `json:"first_seen"`
						Environ struct{ CommandLine, UserName string }
					}
				}
			}
			if err := json.NewDecoder(stream{bytes.NewReader(report)}).Decode(&doc); err != nil || len(doc.Behavior.Processes) != 40 {
				b.Fatal(err)
			}
		}
	})
}

// stream hides what else a reader can do, as a decompressor would.
type stream struct{ io.Reader }

func BenchmarkDetect(b *testing.B) {
	head := bigReport(1 << 20)[:ingest.HeadSize]
	for b.Loop() {
		for _, f := range Formats() {
			f.Detect(head)
		}
	}
}
