package envelope

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// opened reads an input and gives it with runs of blanks as one dot.
func opened(t *testing.T, in string) (string, *Reader) {
	t.Helper()
	r := NewReader(strings.NewReader(in))
	out, err := io.ReadAll(r)
	if err != nil || len(out) != len(in) {
		t.Fatalf("%d bytes of %d, %v", len(out), len(in), err)
	}
	for i := range out {
		if out[i] != in[i] && out[i] != ' ' {
			t.Fatalf("byte %d is %q", i, out[i])
		}
	}
	return strings.Join(strings.FieldsFunc(string(out), func(c rune) bool { return c == ' ' }), "."), r
}

func TestWhatStandsAroundRecordsIsBlanked(t *testing.T) {
	for in, want := range map[string]string{
		`{"took":1,"hits":{"total":{"value":2},"hits":[{"a":1},{"b":[2]}]},"x":[1]}`:                   `[{"a":1},{"b":[2]}]`,
		`{"timed_out":false,"hits":{"events":[{"a":1}]}}`:                                              `[{"a":1}]`,
		`{"events":[{"message":"x"}],"nextToken":"f/1"}`:                                               `[{"message":"x"}]`,
		`{"results":[{"_raw":"x"}],"preview":false}`:                                                   `[{"_raw":"x"}]`,
		`{"responses":[{"hits":{"hits":[{"a":1}]}},{"hits":{"hits":[]}}]}`:                             `[{"a":1}].[]`,
		"{\"hits\":{\"hits\":[{\"a\":1}]}}\n{\"hits\":{\"hits\":[{\"b\":1}]}}":                         "[{\"a\":1}].\n.[{\"b\":1}]",
		`{"q":"{\"hits\":{\"hits\":[","hits":{"hits":[{"s":"]}}\"]"}]}}`:                               `[{"s":"]}}\"]"}]`,
		`{"hits":{"hits":[{"inner":{"hits":{"hits":[{"a":1}]}}},{"results":[{}]}]}}`:                   `[{"inner":{"hits":{"hits":[{"a":1}]}}},{"results":[{}]}]`,
		`{"aggs":{"results":[{"a":1}]},"hits":[{"a":1}],"hits":{"hits":{"a":1}}}`:                      ``,
		`{"hits":{"hits":[{"a":1` + "\x00" + `"},{"b":1}]}}`:                                           `[{"a":1` + "\x00" + `"},{"b":1}]}}`,
		`{"hits":{"hits":[{"a":"cut` + "\n" + `,{"b":1}]},"more":1}`:                                   `[{"a":"cut` + "\n" + `,{"b":1}]},"more":1}`,
		`{"hits":{"hits":[{"a":1}],{"b":1}]}}`:                                                         `[{"a":1}].{"b":1}]}}`,
		`{"hits":{"hits":[{"a":1}]]}`:                                                                  `[{"a":1}]]}`,
		`{"hits":{"hits":[{"a":1}]}} text {"b":1}`:                                                     `[{"a":1}].text.{"b":1}`,
		`[{"hits":{"hits":[{"a":1}]}},{"hits":{"hits":[{"b":1}]}}]`:                                    `[.[{"a":1}].,.[{"b":1}].]`,
		`[{"hits":{"hits":[{"a":1}]}}] [{"hits":{"hits":[{"b":1}]}}]`:                                  `[.[{"a":1}].].[{"hits":{"hits":[{"b":1}]}}]`,
		`{"hits":{"sequences":[{"join_keys":["h"],"events":[{"a":1},{"b":1}]},{"events":[{"c":1}]}]}}`: `[{"a":1},{"b":1}].[{"c":1}]`,
		`"hits"`: `"hits"`,
	} {
		if got, _ := opened(t, in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestWhatIsNoRecordIsToldOf(t *testing.T) {
	page := `{"hits":{"hits":[{"a":1}]}}`
	_, r := opened(t, page+"\n"+`{"error":"shards"} {"b":2}`+"\n"+page)
	if n, at := r.Others(); n != int64(len(`{"error":"shards"}{"b":2}`)) || at != int64(len(page))+1 {
		t.Errorf("%d bytes at %d", n, at)
	}
	for in, want := range map[string]bool{
		page: false, page[:len(page)-1]: true, page[:len(page)-3]: false, page[:9]: true, page + page[:20]: false, page + `{"x"`: true, page + "]": false,
	} {
		_, r := opened(t, in)
		if at, cut := r.Cut(); cut != want || at != int64(len(in)) {
			t.Errorf("%s: cut %v at %d", in, cut, at)
		}
	}
}

func TestOnlyDocumentsWithRecordsAreOpened(t *testing.T) {
	for head, want := range map[string]string{
		`{"hits":{"hits":[{"_sou`:                 "the hits of an answer by Elasticsearch or OpenSearch",
		"\n{\"preview\":false,\"results\":[\n{\"": "the results of a Splunk search",
		`{"hits":{"events":[{"m`:                  "the hits of an answer by Elasticsearch or OpenSearch",
		`{"events":[{"m`:                          "the events of one document, as CloudWatch Logs answers",
		`{"hits":{"hits":[`:                       "",
		`{"hits":{"hits":[1,{}]`:                  "the hits of an answer by Elasticsearch or OpenSearch",
		`{"results":["a"]}`:                       "",
		`{"a":{"results":[{}]}}`:                  "",
		`[{"results":[{}]}]`:                      "the results of a Splunk search",
		`{"hits":{"sequences":[{"events":[{"`:     "the hits of an answer by Elasticsearch or OpenSearch",
		`text {"results":[{}]}`:                   "",
	} {
		if head, what := Open([]byte(head)); what != want || (head == nil) != (want == "") {
			t.Errorf("%q: %q", head, what)
		}
	}
}

// FuzzReader: an input keeps its length, and its bytes but for blanks, in whatever
// pieces it is read; nothing is held of it.
func FuzzReader(f *testing.F) {
	f.Add([]byte(`{"took":1,"hits":{"total":1,"hits":[{"_source":{"a":"\\\"]"}}]},"x":[{"y":null}]}` + "\n" + `{"x":1}`))
	f.Add([]byte(`{"preview":false,"fields":[{"name":"_raw"}],"results":[{"_raw":"a` + "\n" + `"}]}`))
	f.Add([]byte(`{"responses":[{"hits":{"hits":[{}]}},{"hits":{"hits":[]}}]`))
	f.Fuzz(func(t *testing.T, in []byte) {
		whole, piece := NewReader(bytes.NewReader(in)), NewReader(iotest.OneByteReader(bytes.NewReader(in)))
		a, _ := io.ReadAll(whole)
		b, _ := io.ReadAll(piece)
		if !bytes.Equal(a, b) || len(a) != len(in) {
			t.Fatalf("%q\nin pieces\n%q", a, b)
		}
		for i := range a {
			if a[i] != in[i] && a[i] != ' ' {
				t.Fatalf("byte %d is %q", i, a[i])
			}
		}
		n, at := whole.Others()
		if m, too := piece.Others(); n != m || at != too || n < 0 || at+n > int64(len(in)) {
			t.Errorf("%d others at %d, in pieces %d at %d", n, at, m, too)
		}
		if at, cut := whole.Cut(); at != int64(len(in)) || cut && len(in) == 0 {
			t.Errorf("cut %v at %d", cut, at)
		}
		Open(in)
	})
}
