package detect

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"oddkin/detect/internal/keras"
	"oddkin/detect/internal/lstm"
	"oddkin/detect/internal/modelfile"
)

// imported is the small model of package keras.
func imported(t testing.TB) *Plain {
	t.Helper()
	tokenizer, err := os.Open("internal/keras/testdata/tokenizer4.pkl")
	if err != nil {
		t.Fatal(err)
	}
	defer tokenizer.Close()
	model, err := os.Open("internal/keras/testdata/chains.h5")
	if err != nil {
		t.Fatal(err)
	}
	defer model.Close()
	p, err := ImportPlain(model, tokenizer)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func saved(t testing.TB, save func(io.Writer) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := save(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAPlainModelComesBackFromItsFile(t *testing.T) {
	p := imported(t)
	p.Info.Source, p.Info.Licence = "https://example.org/<net>", "MIT"
	file := saved(t, p.Save)
	q, err := LoadPlain(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	if q.Info != p.Info || q.Words() != 4 || !q.Knows("naïve") || q.Knows("BASH") || len(q.Digest()) != 64 || p.Digest() != "" {
		t.Errorf("%+v became %+v", p, q)
	}
	chains := [][]string{{}, {"bash"}, {"bash", "?", "systemd"}, {"bash", "systemd", "bash", "systemd", "bash", "Xorg"}}
	before := p.Classify(chains)
	if after := q.Classify(chains); !slices.Equal(before, after) {
		t.Errorf("probabilities %v became %v", before, after)
	}
	for i, c := range chains {
		if got := p.Probability(c); float32(got) != before[i] {
			t.Errorf("%q: %v alone, %v among others", c, got, before[i])
		}
	}
	if !bytes.Equal(saved(t, q.Save), file) {
		t.Error("saved again, it is another file")
	}
}

// The ways of the published script, which the plain model keeps.
func TestAPlainModelReadsAsThePublishedScript(t *testing.T) {
	p := imported(t)
	for _, c := range []struct{ what, chain, same string }{
		{"an unknown name vanishes", "xmrig bash systemd", "bash systemd"},
		{"another case is unknown", "BASH systemd", "systemd"},
		{"the leaf of a long chain is lost", "Xorg bash bash bash systemd systemd", "bash bash bash systemd systemd"},
		{"nothing known is like nothing", "xmrig", ""},
	} {
		if a, b := p.Probability(strings.Fields(c.chain)), p.Probability(strings.Fields(c.same)); a != b {
			t.Errorf("%s: %q has %v, %q has %v", c.what, c.chain, a, c.same, b)
		}
	}
	if p.Probability([]string{"bash", "systemd"}) == p.Probability([]string{"systemd", "bash"}) {
		t.Error("the order of names changes nothing")
	}
}

func TestOneKindOfModelIsNotTakenForTheOther(t *testing.T) {
	var kind *KindError
	if _, err := LoadPlain(bytes.NewReader(embedded)); !errors.As(err, &kind) || !strings.Contains(err.Error(), "holds a full model, not a plain model") {
		t.Errorf("the embedded model as a plain one: %v", err)
	}
	if _, err := Load(bytes.NewReader(saved(t, imported(t).Save))); !errors.As(err, &kind) || !strings.Contains(err.Error(), "holds a plain model, not a full model") {
		t.Errorf("a plain model as a full one: %v", err)
	}
}

// What may be wrong with a plain model's file, and what is said of it.
var refusedPlain = map[string]struct {
	spoil func(*plainHeader, *modelfile.File)
	says  string
}{
	"another kind":           {func(h *plainHeader, _ *modelfile.File) { h.Kind = "grand" }, `a model of the kind "grand", not a plain model`},
	"a later format":         {func(h *plainHeader, _ *modelfile.File) { h.Info.Format = 2 }, "header format 2, this program reads 1"},
	"no length":              {func(h *plainHeader, _ *modelfile.File) { h.Info.Length = 0 }, "reads 0 names"},
	"a length without end":   {func(h *plainHeader, _ *modelfile.File) { h.Info.Length = 1 << 30 }, "reads 1073741824 names"},
	"a word without a row":   {func(h *plainHeader, _ *modelfile.File) { h.Index["sh"] = 7 }, `the word "sh" has row 7, the network's table has 7`},
	"a word for the padding": {func(h *plainHeader, _ *modelfile.File) { h.Index["sh"] = 0 }, `the word "sh" has row 0`},
	"a row below nothing":    {func(h *plainHeader, _ *modelfile.File) { h.Index["sh"] = -1 }, `the word "sh" has row -1`},
	"unknown without a row":  {func(h *plainHeader, _ *modelfile.File) { h.Unknown = 7 }, "unknown names have row 7"},
	"a tensor missing":       {func(_ *plainHeader, f *modelfile.File) { f.Tensors = f.Tensors[1:] }, "is missing"},
	"a tensor too many": {func(_ *plainHeader, f *modelfile.File) {
		f.Tensors = append(f.Tensors, lstm.Tensor{Name: "more", Shape: []int{1}, Data: []float32{0}})
	}, "13 tensors, the network has 12"},
	"a table of another width": {func(_ *plainHeader, f *modelfile.File) {
		for i := range f.Tensors {
			if f.Tensors[i].Name == "table" {
				f.Tensors[i].Shape = []int{3, 7}
			}
		}
	}, "has shape"},
}

func TestPlainModelsRefused(t *testing.T) {
	good := saved(t, imported(t).Save)
	for name, c := range refusedPlain {
		f, err := modelfile.Read(bytes.NewReader(good))
		if err != nil {
			t.Fatal(err)
		}
		var h plainHeader
		if err := json.Unmarshal(f.Header, &h); err != nil {
			t.Fatal(err)
		}
		c.spoil(&h, &f)
		if f.Header, err = json.Marshal(&h); err != nil {
			t.Fatal(err)
		}
		file := saved(t, func(w io.Writer) error { return modelfile.Write(w, f) })
		if _, err := LoadPlain(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, which should speak of %q", name, err, c.says)
		}
	}
	for name, header := range map[string]json.RawMessage{"no header": nil, "a header that is no object": json.RawMessage("[]")} {
		file := saved(t, func(w io.Writer) error { return modelfile.Write(w, modelfile.File{Header: header}) })
		if _, err := LoadPlain(bytes.NewReader(file)); err == nil || !strings.Contains(err.Error(), "header") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := LoadPlain(bytes.NewReader(good[:len(good)-1])); err == nil {
		t.Error("a file cut short is accepted")
	}
}

// Words that Keras leaves out of use are left out of the file.
func TestImportForgetsWordsOutOfUse(t *testing.T) {
	p := imported(t)
	q, err := newPlain(p.Info, p.network, &keras.Tokenizer{Index: map[string]int32{"sh": 1, "bash": 2, "rare": 900}, Limit: 3})
	if err != nil {
		t.Fatal(err)
	}
	if q.Words() != 2 || q.Knows("rare") {
		t.Errorf("%d words", q.Words())
	}
	if _, err := newPlain(p.Info, p.network, &keras.Tokenizer{Index: map[string]int32{"\xff": 1}}); err == nil {
		t.Error("a word that JSON cannot hold is accepted")
	}
}

func FuzzLoadPlain(f *testing.F) {
	f.Add(saved(f, imported(f).Save))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := LoadPlain(bytes.NewReader(b))
		if err != nil {
			return
		}
		if v := p.Probability([]string{"bash", "?"}); !(v >= 0 && v <= 1) {
			t.Fatalf("a probability of %v", v)
		}
	})
}
