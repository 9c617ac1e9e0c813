package winevent

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"oddkin/parsers/event"
)

func TestNumber(t *testing.T) {
	for in, want := range map[string]uint64{
		"0x1410": 5136, "0X7d8": 2008, "428": 428, "0": 0, "": 0, "-": 0, "12x": 0, "0x": 0, "-5": 0, "0xfg": 0,
		"4294967295": 1<<32 - 1, "4294967296": 0, "0x100000000": 0, "99999999999999999999999": 0,
	} {
		if got := number([]byte(in), 1<<32-1); got != want {
			t.Errorf("%q gives %d, want %d", in, got, want)
		}
	}
	if got := number([]byte("18446744073709551615"), 1<<64-1); got != 1<<64-1 {
		t.Errorf("largest number gives %d", got)
	}
}

func TestGUID(t *testing.T) {
	for in, want := range map[string]string{
		"{3ddc5665-e7bc-5f51-0100-000000000500}": "3DDC5665-E7BC-5F51-0100-000000000500",
		"0197231E-005A-6928-A50B-000000000D00":   "0197231E-005A-6928-A50B-000000000D00",
		"{00000000-0000-0000-0000-000000000000}": "",
		"00000000-0000-0000-0000-000000000000":   "",
		"bGluMjAx":                               "bGluMjAx",
		"":                                       "",
		"zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz":   "zzzzzzzz-zzzz-zzzz-zzzz-zzzzzzzzzzzz",
	} {
		if got := string(appendGUID(nil, []byte(in))); got != want {
			t.Errorf("%q gives %q, want %q", in, got, want)
		}
	}
}

func TestTimes(t *testing.T) {
	for _, c := range []struct {
		in, want string
		zoned    bool
	}{
		{"2020-08-01 07:53:07.831", "2020-08-01T07:53:07.831Z", false},
		{"2020-08-01 07:53:07", "2020-08-01T07:53:07Z", false},
		{"2020-10-22T02:57:56.178Z", "2020-10-22T02:57:56.178Z", true},
		{"2021-04-28T20:11:55.3643213Z", "2021-04-28T20:11:55.3643213Z", true},
		{"2013-10-23T10:11:57.976345600Z", "2013-10-23T10:11:57.9763456Z", true},
		{"2020-09-04T07:07:38.1234567891Z", "2020-09-04T07:07:38.123456789Z", true},
		{"2020-09-04T03:08:08+02:00", "2020-09-04T01:08:08Z", true},
		{"2020-09-04T03:08:08-0330", "2020-09-04T06:38:08Z", true},
		{"2021-01-27 02:37:13.165324 UTC", "2021-01-27T02:37:13.165324Z", true},
		{"1611715034.25", "2021-01-27T02:37:14.25Z", true},
		{"1611715034250", "2021-01-27T02:37:14.25Z", true},
		{"/Date(1641375000251)/", "2022-01-05T09:30:00.251Z", true},
		{"2020-13-01 07:53:07", "none", false},
		{"-", "none", false},
		{"", "none", false},
		{"NaN", "none", false},
		{"08/01/2020 07:53:07 AM", "none", false},
	} {
		got, zoned := parseTime([]byte(c.in))
		if stamp(got) != c.want || zoned != c.zoned {
			t.Errorf("%q gives %s, zoned %v; want %s, %v", c.in, stamp(got), zoned, c.want, c.zoned)
		}
	}
}

func TestTimesOfAllZonesReadAsTheStandardLibraryReadsThem(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		zone := time.FixedZone("", rapid.IntRange(-14*60, 14*60).Draw(t, "zone")*60)
		want := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).In(zone)
		if got, ok := parseTime([]byte(want.Format(time.RFC3339Nano))); !ok || !got.Equal(want) {
			t.Fatalf("got %v want %v", got, want)
		}
	})
}

// TestSightingsAreBounded holds that hostile GUIDs cannot fill the memory.
func TestSightingsAreBounded(t *testing.T) {
	var r Reader
	for i := range uint64(maxSightings + 10) {
		r.sightings.isNews(&sighting{said: i})
	}
	if n := r.sightings.Len(); n > maxSightings {
		t.Errorf("%d", n)
	}
	s, atOnce := sightings{}, sightings{asked: true}
	start := func(i uint64) *toldByStart { return &toldByStart{said: [4]uint64{i%500 + 1, 1000 + i}, ways: 2} }
	for i := range uint64(maxPutBy) {
		s.started(start(i))
		atOnce.started(start(i))
	}
	s.ask()
	if s.Len() != atOnce.Len() || s.Len() > maxSightings || s.putBy != nil {
		t.Errorf("%d noted, %d at once", s.Len(), atOnce.Len())
	}
	s = sightings{}
	for i := range uint64(maxPutBy + 1) {
		s.started(start(i))
	}
	if n := len(s.putBy); n != maxPutBy/perPage/2+1 {
		t.Errorf("%d pages of starts put by", n)
	}
	if last := (sighting{said: 1000 + maxPutBy}); !s.known(&last) {
		t.Error("the last start is not known")
	}
}

// What starts tell is known whether it was noted at once or when a sighting asked.
func TestPutByIsNoted(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		later, atOnce := sightings{}, sightings{asked: true}
		sum, when := rapid.Uint64Range(1, 8), rapid.Int64Range(0, 3*int64(event.SightingSpan))
		for range rapid.IntRange(0, 20).Draw(t, "records") {
			at := moment{when.Draw(t, "time"), rapid.Uint64Range(0, 9).Draw(t, "serial")}
			if rapid.Bool().Draw(t, "start") {
				told := toldByStart{when: at, ways: rapid.Uint8Range(0, 4).Draw(t, "ways")}
				for i := range told.ways {
					told.said[i], told.hasGUID[i] = sum.Draw(t, "said"), i > 1
				}
				later.started(&told)
				atOnce.started(&told)
				continue
			}
			seen := sighting{sum.Draw(t, "seen"), at, rapid.Bool().Draw(t, "guid")}
			if rapid.Bool().Draw(t, "only looked at") {
				if one, other := later.known(&seen), atOnce.known(&seen); one != other {
					t.Fatalf("%+v known: %v, noted at once %v", seen, one, other)
				}
			} else if one, other := later.isNews(&seen), atOnce.isNews(&seen); one != other {
				t.Fatalf("%+v news: %v, noted at once %v", seen, one, other)
			}
		}
	})
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.Format(time.RFC3339Nano)
}
