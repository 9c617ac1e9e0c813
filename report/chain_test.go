package report

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestChainText(t *testing.T) {
	long := strings.Fields("systemd sshd sshd bash sudo vim sh python3 perl socat nc")
	for _, c := range []struct {
		names     []string
		strongest int
		width     int
		want      string
	}{
		{nil, 0, 20, ""},
		{[]string{"init"}, 0, 20, "[init]"},
		{[]string{"systemd", "cron", "sh"}, 2, 40, "systemd → cron → [sh]"},
		{[]string{"sh", "bash", "bash", "bash", "id"}, 2, 40, "sh → [bash×3] → id"},
		{long, 6, 100, "systemd → sshd×2 → bash → sudo → vim → [sh] → python3 → perl → socat → nc"},
		{long, 6, 44, "systemd → … → vim → [sh] → python3 → … → nc"},
		{long, 6, 30, "systemd → … → [sh] → … → nc"},
		{long, 0, 30, "[systemd] → sshd×2 → … → nc"},
		{long, 10, 30, "systemd → … → socat → [nc]"},
		{[]string{"averyveryverylongname", "another-very-long-name"}, 1, 20, "aver…gname → [ano…ame]"},
		{[]string{"sh", "a → b", ""}, 1, 40, `sh → ["a → b"] → ""`},
	} {
		got := chainText(runs(c.names, nil), c.strongest, c.width, unicodeGlyphs, func(s string) string { return "[" + s + "]" })
		if got != c.want {
			t.Errorf("%v at width %d:\ngot  %s\nwant %s", c.names, c.width, got, c.want)
		}
	}
}

// TestChainTextProperties: whatever the chain, the line fits, and where names
// are short the root, the strongest hop and the leaf are on it.
func TestChainTextProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return "p" + strconv.Itoa(rapid.IntRange(0, 99).Draw(t, "n"))
		}), 1, 200).Draw(t, "names")
		strongest := rapid.IntRange(0, len(names)-1).Draw(t, "strongest")
		width := rapid.IntRange(40, 200).Draw(t, "width")
		plain := func(s string) string { return s }
		got := chainText(runs(names, nil), strongest, width, unicodeGlyphs, plain)
		if columns(got) > width {
			t.Fatalf("%d columns in %d: %s", columns(got), width, got)
		}
		var shown []string
		for _, s := range strings.Split(got, " → ") {
			name, _, _ := strings.Cut(s, "×")
			shown = append(shown, name)
		}
		for _, i := range []int{0, strongest, len(names) - 1} {
			if !slices.Contains(shown, names[i]) {
				t.Fatalf("%s is missing from %s", names[i], got)
			}
		}
	})
}
