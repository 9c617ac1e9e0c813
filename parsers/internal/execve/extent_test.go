package execve_test

import (
	"testing"

	"oddkin/parsers/internal/execve"
)

// record is an EXECVE record; a field with a length says how long an argument is.
type record []field

type field struct {
	arg, part uint64
	value     string
	length    uint64
}

func TestWhole(t *testing.T) {
	first := record{{arg: 0, value: `"sh"`}, {arg: 1, length: 8}, {arg: 1, part: 0, value: "6162"}}
	middle := record{{arg: 1, part: 1, value: "6364"}}
	last := record{{arg: 2, value: `"x"`}}
	quoted := record{{arg: 0, length: 6}, {arg: 0, part: 0, value: `"abc"`}, {arg: 0, part: 1, value: `"def"`}}
	for _, c := range []struct {
		name    string
		argc    uint64
		records []record
		want    bool
	}{
		{"in one record", 2, []record{{{arg: 0, value: "a"}, {arg: 1, value: "b"}}}, true},
		{"empty ones left out by old kernels", 4, []record{{{arg: 0, value: "a"}, {arg: 3, value: "b"}}}, true},
		{"over three records", 3, []record{first, middle, last}, true},
		{"in another order", 3, []record{last, middle, first}, true},
		{"each twice", 3, []record{first, middle, last, first, middle, last}, true},
		{"quotes do not count", 1, []record{quoted}, true},
		{"the last is missing", 3, []record{first, middle}, false},
		{"a part is missing", 3, []record{first, last}, false},
		{"a part is missing, each twice", 3, []record{first, first, last, last}, false},
		{"the first part is missing", 3, []record{{{arg: 0, value: "a"}}, middle, last}, false},
		{"arguments between two records are missing", 9, []record{{{arg: 0, value: "a"}, {arg: 1, value: "b"}}, {{arg: 7, value: "h"}, {arg: 8, value: "i"}}}, false},
		{"no number of them", 0, []record{{{arg: 0, value: "a"}}}, false},
		{"nothing", 0, nil, false},
	} {
		var e execve.Extent
		for _, r := range c.records {
			e.Record()
			e.Argc(c.argc)
			for _, f := range r {
				if f.length > 0 {
					e.Length(f.arg, f.length)
				} else {
					e.Piece(f.arg, f.part, []byte(f.value))
				}
			}
		}
		if got := e.Whole(); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
		e.Reset()
		if e.Whole() {
			t.Errorf("%s: whole when emptied", c.name)
		}
	}
}
