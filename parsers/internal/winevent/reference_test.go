package winevent

import "testing"

func TestCharacterReferences(t *testing.T) {
	for text, want := range map[string]string{
		"a &amp; b &lt;&gt;&quot;&apos;": `a & b <>"'`,
		"&#65;&#x42;&#x1F600;":           "AB\U0001F600",
		"&amp;lt;":                       "&lt;",         // once, not again
		"&#x80;&#133;":                   "\u0080\u0085", // not as HTML reads them
		"&#xD800;z":                      "\xed\xa0\x80z",
		"&#0;":                           "\x00",
		"x?a=1&copy=2&b;&":               "x?a=1&copy=2&b;&",
		"&copy;&#;&#x;&#x110000;&#-1;":   "&copy;&#;&#x;&#x110000;&#-1;",
		"&amp":                           "&amp",
		"\xff&lt;\xfe":                   "\xff<\xfe",
	} {
		if got := string(resolved([]byte(text))); got != want {
			t.Errorf("%q gives %q, want %q", text, got, want)
		}
	}
}
