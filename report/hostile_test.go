package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/chromedp/chromedp"
)

// hostile are texts that an attacker may have put into a process name.
var hostile = []string{
	"<script>window.pwned = 1</script>",
	`"><img src=x onerror="window.pwned = 1">`,
	"</style></script><svg onload='window.pwned=1'>",
	"javascript:window.pwned=1",
	"{{.}}`${window.pwned=1}`-->",
	`=cmd|' /C calc'!A0`,
	"+1+1", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1+1", ` "=1+1"`, "＝1+1", "%0A=1",
	"\x1b[2J\x1b]0;title\x07\x1b]8;;http://example.com\x07link\x1b]8;;\x07",
	"\u009b31mred", "a\u202egnp.exe", "a\u2066b\u2069", "zero\u200bwidth\u200d\ufeff", "tag\U000e0041", "\u3164\u115f\u2800",
	"two\nlines\r\nthree\vfour\u2028five\u0085six", "nul\x00byte", "bad\xff\xfeutf8\xc3", "Z" + strings.Repeat("\u0301", 40),
	`" -> n0; x [label="`, `\`, `\"`, `"] --> n0; click n0 "javascript:1"`, "#quot;", "a → b → c", "a > b",
	strings.Repeat("long", 4000), "", " ", "日本語の名前", "\U0001f600\U0001f3fd",
}

// poisoned is a sample document in which every text of the evidence is s.
func poisoned(d *Document, s string) *Document {
	poison(reflect.ValueOf(d).Elem(), s)
	return d
}

func poison(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			poison(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), s)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				poison(v.Field(i), s)
			}
		}
	}
}

// samples are the documents that are poisoned.
func samples() []*Document { return []*Document{webServer(), forestDocument()} }

// wantShown fails the test unless out is UTF-8 whose every rune shows, but for
// those in also.
func wantShown(t testing.TB, what string, out []byte, also string) {
	t.Helper()
	for len(out) > 0 {
		r, n := utf8.DecodeRune(out)
		if r == utf8.RuneError && n == 1 || !shown(r) && !strings.ContainsRune(also, r) {
			t.Fatalf("%s holds %q", what, out[:n])
		}
		out = out[n:]
	}
}

func TestEveryFormatIsSafeToPrint(t *testing.T) {
	for _, s := range hostile {
		for _, f := range Formats() {
			also := "\n"
			if f == CSV {
				also = "\r\n"
			}
			for _, d := range samples() {
				for _, o := range []Style{{Width: 80}, {Width: 200, ASCII: true}, {Width: 80, Draw: Draw{Details: true}}} {
					wantShown(t, string(f)+" of "+Visible(s), render(t, poisoned(d, s), f, o), also)
				}
			}
		}
	}
}

func TestColourIsTheOnlyEscape(t *testing.T) {
	for _, s := range hostile {
		for _, d := range samples() {
			for _, f := range []Format{Table, Tree} {
				out := render(t, poisoned(d, s), f, Style{Colour: true})
				for _, code := range []string{"0", "1", "2", "33", "1;31"} {
					out = bytes.ReplaceAll(out, []byte("\x1b["+code+"m"), nil)
				}
				wantShown(t, string(f), out, "\n")
			}
		}
	}
}

func TestTerminalLinesFit(t *testing.T) {
	for _, s := range hostile {
		for _, d := range samples() {
			for _, f := range []Format{Table, Tree} {
				for _, width := range []int{60, 80, 200} {
					for _, details := range []bool{false, true} {
						o := Style{Width: width, Draw: Draw{Details: details}}
						for line := range strings.Lines(string(render(t, poisoned(d, s), f, o))) {
							if n := columns(strings.TrimSuffix(line, "\n")); n > width {
								t.Fatalf("%s of %q at width %d has a line of %d columns: %s", f, s, width, n, line)
							}
						}
					}
				}
			}
		}
	}
}

func TestCSVHoldsNoFormula(t *testing.T) {
	for _, s := range hostile {
		out := render(t, poisoned(webServer(), s), CSV, Style{})
		if got, want := bytes.Count(out, []byte("\r\n")), 1+len(webServer().Findings); got != want {
			t.Errorf("%q gives %d lines, want %d", s, got, want)
		}
		records, err := csv.NewReader(bytes.NewReader(out)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range records[1:] {
			if len(r) != len(csvHeader) {
				t.Fatalf("%d cells, want %d", len(r), len(csvHeader))
			}
			for i, c := range r {
				if c != "" && strings.ContainsAny(c[:1], "=+-@\t\r|%") {
					t.Errorf("column %s holds %q", csvHeader[i], c)
				}
			}
		}
	}
}

func TestJSONKeepsHostileTextExactly(t *testing.T) {
	for _, s := range hostile {
		if !utf8.ValidString(s) {
			continue // New has made it valid before
		}
		want := poisoned(webServer(), s)
		var got Document
		if err := json.Unmarshal(render(t, want, JSON, Style{}), &got); err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(&got, want) {
			t.Errorf("%q does not survive", s)
		}
	}
}

func TestHTMLHoldsOneScript(t *testing.T) {
	for _, s := range hostile {
		out := strings.ToLower(string(render(t, poisoned(webServer(), s), HTML, Style{})))
		for tag, want := range map[string]int{"<script": 1, "</script": 1, "<style": 1, "<img": 0, "onerror=\"": 0, "<svg onload": 0} {
			if got := strings.Count(out, tag); got != want {
				t.Errorf("%q: %d times %s, want %d", s, got, tag, want)
			}
		}
	}
}

func TestHostilePageInBrowser(t *testing.T) {
	b := openPage(t, poisoned(webServer(), strings.Join(hostile, " ")), true)
	b.do(chromedp.Click(chromedp.ID("expand")))
	b.typeFilter("window.pwned gnp.exe")
	b.want(ranks, "[1,2,3,4]")
	for _, order := range []string{"host", "first", "rank"} {
		b.sortBy(order)
	}
	b.want(`typeof window.pwned`, `"undefined"`)
	b.want(`document.querySelectorAll("script, img, iframe, object, embed, form[action], a[href^=javascript]").length`, "1")
	b.want(`document.querySelector(".hop bdi").textContent.includes("<script>window.pwned = 1</script>")`, "true")
	b.want(`document.title.includes("\u202e")`, "false")
	b.wantQuiet()
}

func TestGraphTextIsQuoted(t *testing.T) {
	for _, s := range hostile {
		d := poisoned(forestDocument(), s)
		for line := range strings.Lines(string(render(t, d, DOT, Style{}))) {
			// Outside its strings a line holds an even, matched set of quotes.
			if n := strings.Count(strings.ReplaceAll(strings.ReplaceAll(line, `\\`, ""), `\"`, ""), `"`); n != 0 && n != 2 {
				t.Fatalf("%q breaks out of its label: %s", s, line)
			}
		}
		for line := range strings.Lines(string(render(t, d, Mermaid, Style{}))) {
			if n := strings.Count(line, `"`); n != 0 && n != 2 || strings.ContainsAny(line, "<`") {
				t.Fatalf("%q breaks out of its label: %s", s, line)
			}
		}
	}
}

func TestVisibleProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.OneOf(rapid.String(), rapid.SampledFrom(hostile), rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) })).Draw(t, "s")
		v := Visible(s)
		for _, r := range v {
			if !shown(r) {
				t.Fatalf("%q is not shown", r)
			}
		}
		if Visible(v) != v {
			t.Fatalf("escaping twice changes %q", v)
		}
		width := rapid.IntRange(0, 40).Draw(t, "width")
		for _, cut := range []string{fit(v, width, "…"), fitMiddle(v, width, "…"), head(v, width), tail(v, width)} {
			if columns(cut) > width || !utf8.ValidString(cut) {
				t.Fatalf("%q has %d columns, at most %d wanted", cut, columns(cut), width)
			}
		}
	})
}
