package keras

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestTokenizersOfEveryForm(t *testing.T) {
	for _, name := range []string{"tokenizer2.pkl", "tokenizer3.pkl", "tokenizer4.pkl", "tokenizer5.pkl", "tokenizer.json"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		tok, err := ReadTokenizer(bytes.NewReader(b))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		want := map[string]int32{"systemd": 1, "bash": 2, "Xorg": 3, "naïve": 4}
		if !maps.Equal(tok.Index, want) || tok.Lower || tok.Unknown != 0 || tok.Limit != 0 {
			t.Errorf("%s: read %+v", name, tok)
		}
	}
}

func TestSequences(t *testing.T) {
	index := map[string]int32{"sh": 1, "bash": 2, "init": 3, "<new>": 4}
	for _, c := range []struct {
		name  string
		tok   Tokenizer
		names string
		want  []int32
	}{
		{"zeros behind", Tokenizer{Index: index}, "sh init", []int32{1, 3, 0, 0}},
		{"unknown names vanish", Tokenizer{Index: index}, "x sh x init", []int32{1, 3, 0, 0}},
		{"unknown names marked", Tokenizer{Index: index, Unknown: 4}, "x sh", []int32{4, 1, 0, 0}},
		{"the last four kept", Tokenizer{Index: index}, "sh sh bash bash init", []int32{1, 2, 2, 3}},
		{"case counts", Tokenizer{Index: index}, "SH sh", []int32{1, 0, 0, 0}},
		{"case does not count", Tokenizer{Index: index, Lower: true}, "SH sh", []int32{1, 1, 0, 0}},
		{"rows in use", Tokenizer{Index: index, Limit: 3}, "sh bash init", []int32{1, 2, 0, 0}},
		{"nothing", Tokenizer{Index: index}, "", []int32{0, 0, 0, 0}},
	} {
		if got := c.tok.Sequence(strings.Fields(c.names), 4); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// What a pickle might try, and what must come of it: an error that says what.
var refusedTokenizers = map[string]struct{ pickle, says string }{
	"running a command":         {"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00id\x85R.", "posix.system"},
	"importing by STACK_GLOBAL": {"\x80\x04\x8c\x02os\x8c\x06system\x93.", "os.system"},
	"another Tokenizer":         {"\x80\x02cevil\nTokenizer\n)\x81.", "evil.Tokenizer"},
	"calling int":               {"\x80\x02c__builtin__\nint\n)R.", "makes an object of"},
	"INST":                      {"(ios\nsystem\n.", "refused"},
	"a persistent id":           {"Px\n.", "refused"},
	"an extension":              {"\x82\x01.", "refused"},
	"something else":            {"\x80\x02}.", "something else"},
	"an empty Tokenizer":        {"\x80\x02ckeras.preprocessing.text\nTokenizer\n)\x81.", "no word index"},
	"a text longer than it":     {"X\xff\xff\xff\xff", "ends too early"},
	"no end":                    {"\x80\x02}", "ends too early"},
	"an empty stack":            {"\x80\x02.", "nothing on the stack"},
	"no mark":                   {"}u.", "no mark"},
	"a dictionary as key":       {"}}}s.", "key of type"},
	"a memo never written":      {"h\x05.", "nothing was kept"},
	"a name without an end":     {"cposix", "without an end"},
	"nothing":                   {"", "ends too early"},
	"other JSON":                {`{"class_name": "Sequential"}`, "not a Tokenizer"},
	"JSON broken off":           {`{"class_name": "Tok`, "JSON"},
	"JSON without words":        {`{"class_name": "Tokenizer", "config": {}}`, "word index"},
	"a row below one":           {`{"class_name": "Tokenizer", "config": {"word_index": "{\"sh\": 0}"}}`, "positive rows"},
	"a row that is a fraction":  {`{"class_name": "Tokenizer", "config": {"word_index": "{\"sh\": 1.5}"}}`, "word index"},
	"two words of one row":      {`{"class_name": "Tokenizer", "config": {"word_index": "{\"b\": 7, \"a\": 7}"}}`, `words "a" and "b" have the same row, 7`},
	"characters":                {`{"class_name": "Tokenizer", "config": {"word_index": "{}", "char_level": true}}`, "characters"},
	"a missing unknown word":    {`{"class_name": "Tokenizer", "config": {"word_index": "{}", "oov_token": "?"}}`, "not in its index"},
}

func TestTokenizersRefused(t *testing.T) {
	for name, c := range refusedTokenizers {
		_, err := ReadTokenizer(strings.NewReader(c.pickle))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, which should speak of %q", name, err, c.says)
		}
	}
}

func TestASelfContainedDictionaryIsHarmless(t *testing.T) {
	// A dictionary that holds itself, then an error about it.
	_, err := ReadTokenizer(strings.NewReader("}q\x00K\x01h\x00sR."))
	if err == nil {
		t.Error("accepted")
	}
	_ = fmt.Sprint(err)
}

func FuzzReadTokenizer(f *testing.F) {
	files, err := filepath.Glob("testdata/tokenizer*")
	if err != nil || len(files) == 0 {
		f.Fatal("no seeds", err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	for _, c := range refusedTokenizers {
		f.Add([]byte(c.pickle))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		tok, err := ReadTokenizer(bytes.NewReader(b))
		if err != nil {
			return
		}
		for _, row := range tok.Sequence([]string{"bash", "x"}, 3) {
			if row < 0 {
				t.Fatalf("row %d", row)
			}
		}
	})
}
