package evtx

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/Velocidex/ordereddict"
	"www.velocidex.com/golang/evtx"

	"oddkin/parsers/event"
)

// misread are logs that the library takes for something else: events that were
// forwarded are written without templates, and then without identifiers of
// dependency, which it expects.
var misread = []string{"issue_201.evtx", "MSExchange_Management_wec.evtx"}

// TestValuesAgreeWithVelociraptor holds every value of every record of all
// public logs that are intact to what Velociraptor's library reads.
func TestValuesAgreeWithVelociraptor(t *testing.T) {
	records, values := 0, 0
	for _, path := range logs(t, "conformance", "train/windows") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, account := read(t, content, false); len(account.Warnings) > 0 || slices.Contains(misread, filepath.Base(path)) {
			continue
		}
		for at := headerSize; at+chunkSize <= len(content); at += chunkSize {
			if bytes.HasPrefix(content[at:], chunkMagic) {
				n, m := compareChunk(t, content[at:at+chunkSize])
				records, values = records+n, values+m
			}
		}
		if t.Failed() {
			t.Fatal(path)
		}
	}
	t.Logf("%d values of %d records", values, records)
}

// TestStartsAgreeWithVelociraptor counts the starts and ends in recorded attacks
// and sandboxes.
func TestStartsAgreeWithVelociraptor(t *testing.T) {
	all := map[string]int{}
	for _, path := range logs(t, "train/windows") {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		got, want := map[string]int{}, map[string]int{}
		events, account := read(t, content, true)
		for _, ev := range events {
			if ev.Kind == event.Exec || ev.Kind == event.Exit {
				ours := map[string]string{}
				flatten(ours, "", ev.Raw)
				got[ours["/System/Provider/Name"]+" "+ours["/System/EventID"]]++
				if ev.Proc.Image == "" || ev.Proc.PID == 0 || ev.Time.IsZero() || ev.Host == "" || ev.Kind == event.Exec && ev.Parent.PID == 0 {
					t.Errorf("%s: %+v", path, ev)
				}
			}
		}
		chunks, err := evtx.GetChunks(bytes.NewReader(content))
		if err != nil {
			t.Fatal(err)
		}
		records := int64(0)
		for _, c := range chunks {
			list, err := c.Parse(0)
			if err != nil {
				t.Fatal(err)
			}
			for _, record := range list {
				theirs := map[string]string{}
				flatten(theirs, "", record.Event)
				key := theirs["/Event/System/Provider/Name"] + " " + theirs["/Event/System/EventID/Value"]
				switch key {
				case "Microsoft-Windows-Sysmon 1", "Microsoft-Windows-Sysmon 5", "Microsoft-Windows-Security-Auditing 4688", "Microsoft-Windows-Security-Auditing 4689":
					want[key]++
					all[key]++
				}
				records++
			}
		}
		if !maps.Equal(got, want) || account.Records != records || !account.Balanced() || account.Malformed+account.Duplicate > 0 {
			t.Errorf("%s: %v, want %v of %d records; %+v", path, got, want, records, account)
		}
	}
	t.Log(all)
}

// compareChunk reads a chunk both ways.
func compareChunk(t tester, data []byte) (records, values int) {
	theirs, err := evtx.NewChunk(bytes.NewReader(data), 0)
	if err != nil {
		t.Fatal(err)
	}
	want, err := theirs.Parse(0)
	if err != nil {
		t.Fatal(err)
	}
	var c chunkReader
	c.load(data)
	at := chunkHeaderSize
	for _, w := range want {
		number, ok := c.number(at)
		if !ok || number != w.Header.RecordID {
			t.Fatalf("record %d is %d", w.Header.RecordID, number)
		}
		got := raw{dict: ordereddict.NewDict()}
		if err := c.event(at+recordHeader, at+c.size(at)-4, &got); err != nil {
			t.Errorf("record %d: %v", number, err)
		}
		at += c.size(at)
		ours, theirs := map[string]string{}, map[string]string{}
		flatten(ours, "", got.dict)
		flatten(theirs, "", w.Event)
		const only = "/Event/EventData/Data/" // where there is one, they leave it so
		if name, ok := theirs[only+"Name"]; ok {
			theirs["/Event/EventData/"+name] = theirs[only+"Value"]
			delete(theirs, only+"Name")
			delete(theirs, only+"Value")
		}
		for path, v := range theirs {
			path = strings.TrimPrefix(path, "/Event")
			mine := ours[path]
			if path == "/System/EventID/Value" { // behind Qualifiers
				mine = ours["/System/EventID"] + ours["/System/EventID/#text"]
			}
			if !same(mine, v) {
				t.Errorf("record %d, %s: %q, want %q", number, path, mine, v)
			}
		}
		records, values = records+1, values+len(theirs)
	}
	return records, values
}

// flatten notes the values of a dictionary by their paths.
func flatten(to map[string]string, path string, v any) {
	switch v := v.(type) {
	case *ordereddict.Dict:
		for _, k := range v.Keys() {
			item, _ := v.Get(k)
			flatten(to, path+"/"+k, item)
		}
	case nil:
	case []byte:
		to[path] = hex.EncodeToString(v)
	case []string:
		to[path] = strings.TrimRight(strings.Join(v, "|"), "|")
	case []any:
		var all []string
		for _, item := range v {
			all = append(all, fmt.Sprint(item))
		}
		to[path] = strings.TrimRight(strings.Join(all, "|"), "|")
	default:
		to[path] = fmt.Sprint(v)
	}
}

// same reports whether our a is their b: of several values of one name they keep
// the last, they write hexadecimal numbers in decimal, times as seconds since
// 1970 with less precision, and the bytes of the types that they do not know.
func same(a, b string) bool {
	if a == b || strings.HasSuffix(a, "|"+b) || a == "" && b == "-1.16444736e+10" {
		return true
	}
	x, err := strconv.ParseUint(a, 0, 64)
	if signed, err2 := strconv.ParseInt(a, 10, 64); err != nil && err2 == nil {
		x, err = uint64(signed), nil
	}
	if err == nil {
		if y, err := strconv.ParseUint(b, 10, 64); err == nil {
			return x == y
		}
		bytes := binary.LittleEndian.AppendUint64(nil, x)
		return strings.HasPrefix(string(bytes), b) && len(b) <= 8
	}
	if seconds, err := strconv.ParseFloat(b, 64); err == nil {
		at, err := time.Parse(time.RFC3339Nano, a)
		return err == nil && math.Abs(float64(at.UnixMicro())/1e6-seconds) < 1e-5
	}
	return string(appendSystemTime(nil, append([]byte(b), make([]byte, 16)...))) == a
}
