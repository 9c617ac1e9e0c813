package report

import "testing"

func TestVisible(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"/usr/bin/python3.11", "/usr/bin/python3.11"},
		{`C:\new\table.exe`, `C:\new\table.exe`},
		{"naïve 日本語 עברית \U0001f600", "naïve 日本語 עברית \U0001f600"},
		{"a\nb\rc\td", `a\nb\rc\td`},
		{"\x1b[31mred\x07\x00\x7f", `\x1b[31mred\x07\x00\x7f`},
		{"\u009b31m", `\u009b31m`},
		{"\xff\xc3(", `\xff\xc3(`},
		{"\ufffd", "\ufffd"}, // the character itself, which is no damage
		{"x\u202egnp.exe", `x\u202egnp.exe`},
		{"a\u200bb\ufeff\u2060", `a\u200bb\ufeff\u2060`},
		{"a\u00a0b\u3000c", `a\u00a0b\u3000c`},
		{"\u3164\u115f\u2800", `\u3164\u115f\u2800`},
		{"\U000e0041", `\U000e0041`},
		{"e\u0301", "e\u0301"},
		{"e\u0301\u0302\u0303\u0304\u0305", "e\u0301\u0302\u0303\\u0304\\u0305"},
	} {
		if got := Visible(c.in); got != c.want {
			t.Errorf("Visible(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestFit(t *testing.T) {
	for _, c := range []struct {
		in          string
		width       int
		end, middle string
	}{
		{"kworker", 7, "kworker", "kworker"},
		{"kworker", 6, "kwork…", "kw…ker"},
		{"kworker", 1, "…", "…"},
		{"kworker", 0, "", ""},
		{"日本語", 5, "日本…", "日…語"},
		{"日本語", 4, "日…", "…語"},
	} {
		if got := fit(c.in, c.width, "…"); got != c.end {
			t.Errorf("fit(%q, %d) = %q, want %q", c.in, c.width, got, c.end)
		}
		if got := fitMiddle(c.in, c.width, "…"); got != c.middle {
			t.Errorf("fitMiddle(%q, %d) = %q, want %q", c.in, c.width, got, c.middle)
		}
	}
}
