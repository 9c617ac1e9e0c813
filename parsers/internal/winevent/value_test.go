package winevent

import (
	"testing"
	"time"

	"pgregory.net/rapid"
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
		r.isNews(&sighting{said: i})
	}
	if n := r.sightings.Len(); n > maxSightings {
		t.Errorf("%d", n)
	}
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return "none"
	}
	return t.Format(time.RFC3339Nano)
}
