package jsonstream

import (
	"strings"
	"testing"
	"testing/iotest"
)

// TestSeekFindsTheNextKey looks for a key behind damage, at any distance from it, read
// in pieces of any size.
func TestSeekFindsTheNextKey(t *testing.T) {
	for _, far := range []int{0, 1, 200, 255, 256, 257, 5000} {
		text := `{"a": [1, #` + strings.Repeat(" ", far) + `"no {\"id\": 0}", {` + "\n \t" + `"id" : 7, "more": "id"}, {"other": {"id": 8}}`
		for _, oneByte := range []bool{false, true} {
			s := small(strings.NewReader(text))
			if oneByte {
				s = small(iotest.OneByteReader(strings.NewReader(text)))
			}
			for range s.Members() {
				s.Skip()
			}
			if s.Err() == nil {
				t.Fatal("the damage was not noticed")
			}
			opened := func(k Key) Find {
				if string(k.Text) == "id" && k.Opens && k.After == ',' {
					return ItsOwner
				}
				return NotIt
			}
			if !s.Seek(opened) || text[s.Offset()] != '{' || string(s.FirstKey()) != "id" {
				t.Fatalf("far %d: at %d, %v", far, s.Offset(), s.Err())
			}
			first := ""
			for key := range s.Members() {
				first += string(key) + "=" + string(s.Text()) + " "
			}
			if first != "id=7 more=id " || s.Err() != nil {
				t.Errorf("far %d: read %q, %v", far, first, s.Err())
			}
			value := func(k Key) Find {
				if string(k.Text) == "id" {
					return ItsValue
				}
				return NotIt
			}
			if !s.Seek(value) || string(s.Text()) != "8" {
				t.Errorf("far %d: the value was not found: %v", far, s.Err())
			}
			if s.Seek(value) || s.Err() != nil || !s.AtEnd() {
				t.Errorf("far %d: something more was found, or not all read: %v", far, s.Err())
			}
		}
	}
}

// TestSeekKeepsTheReadersError: what the reader says is no damage to pass over.
func TestSeekKeepsTheReadersError(t *testing.T) {
	s := NewScanner(iotest.TimeoutReader(iotest.OneByteReader(strings.NewReader(`[#, {"id": 1}]`))))
	for range s.Elements() {
		s.Skip()
	}
	if s.Seek(func(Key) Find { return ItsValue }) || s.Err() == nil {
		t.Errorf("found, error %v", s.Err())
	}
}
