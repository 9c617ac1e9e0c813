package jsonstream

import (
	"bytes"
	"encoding/json"
	"testing"
	"unicode/utf8"
)

// FuzzScanner holds the scanner to encoding/json: what that takes, this takes
// with the same content (depth and raw control characters aside), and nothing
// makes it panic or loop.
func FuzzScanner(f *testing.F) {
	for _, seed := range []string{
		`{"a":[1,-2.5e+3,true,null,"x\u00e9\ud83d\ude00"]}`, `[]`, `{"a":{"a":{}}}`, `"\`, `{"a":"\\"}`, "[1,\n\t2]", `-`, `{"":0}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		s := small(bytes.NewReader(in))
		got := rebuild(s)
		ok := s.Err() == nil && s.Next() == 0 && s.Err() == nil
		if !json.Valid(in) || !utf8.Valid(in) {
			return
		}
		d := json.NewDecoder(bytes.NewReader(in))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if rest, _ := json.Marshal(want); bytes.Count(in, []byte("["))+bytes.Count(in, []byte("{")) <= MaxDepth {
			mine, _ := json.Marshal(got)
			if !ok || !bytes.Equal(mine, rest) {
				t.Fatalf("%q: got %s (%v), want %s", in, mine, s.Err(), rest)
			}
		}
	})
}

func BenchmarkSkip(b *testing.B) {
	line := []byte(`{"EventID":10,"Message":"Process accessed:\r\nRuleName: \r\nUtcTime: 2020-08-01 07:53:07.831\r\nSourceImage: C:\\Windows\\system32\\svchost.exe\r\nGrantedAccess: 0x1400","UtcTime":"2020-08-01 07:53:07.831","SourceProcessId":"612","GrantedAccess":"0x1400","Keywords":-9223372036854775808}` + "\n")
	in := bytes.Repeat(line, 4<<20/len(line))
	b.Run("scanner", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for b.Loop() {
			s := NewScanner(bytes.NewReader(in))
			for s.Next() == '{' {
				for range s.Members() {
				}
			}
		}
	})
	b.Run("encoding-json", func(b *testing.B) {
		b.SetBytes(int64(len(in)))
		for b.Loop() {
			d := json.NewDecoder(bytes.NewReader(in))
			for d.More() {
				var m map[string]json.RawMessage
				if err := d.Decode(&m); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
}
