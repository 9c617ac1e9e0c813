package evtx

import (
	"bytes"
	"os"
	"testing"

	"www.velocidex.com/golang/evtx"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// BenchmarkRead measures whole logs in memory on one core, and beside it what
// Velociraptor's library takes to parse the same bytes. Zeros at the end of a log
// count as they do on disk.
func BenchmarkRead(b *testing.B) {
	for name, folder := range map[string]string{
		"sysmon": "train/windows/assemblyline_evtx", "security": "conformance/evtx/velocidex", "mixed": "conformance/evtx/omerbenamram",
		"small": "train/windows/evtx_to_mitre_attack",
	} {
		var all [][]byte
		var size int64
		for _, path := range logs(b, folder) {
			content, err := os.ReadFile(path)
			if err != nil {
				b.Fatal(err)
			}
			all = append(all, content)
			size += int64(len(content))
		}
		b.Run(name+"/oddkin", func(b *testing.B) {
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				for _, content := range all {
					for range (format{}).Events(&ingest.Input{R: bytes.NewReader(content), Account: &event.Account{}}) {
					}
				}
			}
		})
		b.Run(name+"/velociraptor", func(b *testing.B) {
			b.SetBytes(size)
			for b.Loop() {
				for _, content := range all {
					chunks, err := evtx.GetChunks(bytes.NewReader(content))
					if err != nil {
						b.Fatal(err)
					}
					for _, c := range chunks {
						if _, err := c.Parse(0); err != nil {
							b.Fatal(err)
						}
					}
				}
			}
		})
	}
}

// BenchmarkHostile measures what chunks full of hostile records cost.
func BenchmarkHostile(b *testing.B) {
	for name, c := range hostile {
		l := newLog()
		for n := uint64(1); l.Chunk == nil || len(l.Chunk) < chunkSize/2; n++ {
			l.Defs = map[string]int{}
			l.Record(n, 0, func() { c.body(l) })
		}
		content := l.Bytes()
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			for b.Loop() {
				for range (format{}).Events(&ingest.Input{R: bytes.NewReader(content), Account: &event.Account{}}) {
				}
			}
		})
	}
}
