package detect

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"strings"
	"testing"

	"oddkin/detect/internal/modelfile"
)

// spoiled returns the embedded model with its header changed.
func spoiled(t *testing.T, change func(*header)) []byte {
	t.Helper()
	return spoiledFile(t, func(f *modelfile.File) {
		var h header
		if err := json.Unmarshal(f.Header, &h); err != nil {
			t.Fatal(err)
		}
		change(&h)
		var err error
		if f.Header, err = json.Marshal(&h); err != nil {
			t.Fatal(err)
		}
	})
}

// spoiledFile returns the embedded model with its file changed.
func spoiledFile(t *testing.T, change func(*modelfile.File)) []byte {
	t.Helper()
	f, err := modelfile.Read(bytes.NewReader(embedded))
	if err != nil {
		t.Fatal(err)
	}
	change(&f)
	var out bytes.Buffer
	if err := modelfile.Write(&out, f); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// hugeNames is a third of a megabyte that tells of two gigabytes of names, each one byte longer than the one before.
func hugeNames() string {
	const n = 1 << 16
	b := binary.AppendUvarint(nil, n)
	for i := range n {
		b = append(binary.AppendUvarint(b, uint64(i)), 1, 'a')
	}
	return string(b)
}

// linux is what a header has of Linux.
func linux(h *header) *headerSystem { return &h.Systems[0] }

// A document that is not JSON is refused by whoever reads it, of either sort of model.
func TestADocumentThatIsNotJSONIsRefused(t *testing.T) {
	var file bytes.Buffer
	if err := modelfile.Write(&file, modelfile.File{Header: json.RawMessage(`{"Kind":"x"}`)}); err != nil {
		t.Fatal(err)
	}
	spoiled := bytes.Replace(file.Bytes(), []byte(`{\"Kind\"`), []byte(`[\"Kind\"`), 1)
	if bytes.Equal(spoiled, file.Bytes()) {
		t.Fatal("nothing was spoiled")
	}
	if _, err := Load(bytes.NewReader(spoiled)); err == nil || !strings.Contains(err.Error(), "header: invalid character") {
		t.Errorf("a model: %v", err)
	}
	if _, err := LoadPlain(bytes.NewReader(spoiled)); err == nil || !strings.Contains(err.Error(), "header: invalid character") {
		t.Errorf("a plain model: %v", err)
	}
}

func TestModelsThatDoNotFitAreRefusedWithTheReason(t *testing.T) {
	for _, c := range []struct {
		why, want string
		change    func(*header)
	}{
		{"another header", "header format 9", func(h *header) { h.Info.Format = 9 }},
		{"the header of before", "train it again", func(h *header) { h.Info.Format = 2 }},
		{"no system", "no system", func(h *header) { h.Systems = nil }},
		{"a system twice", "twice", func(h *header) { h.Systems = append(h.Systems, h.Systems[0]) }},
		{"a system of no name", "no system is called", func(h *header) { h.Systems[0].System = "plan9" }},
		{"another normalisation", "normalisation 99", func(h *header) { h.Info.Normaliser = 99 }},
		{"a word short", "rows", func(h *header) { linux(h).Words = linux(h).Words[1:] }},
		{"a word twice", "twice", func(h *header) { linux(h).Words[1] = linux(h).Words[0] }},
		{"no network", "0 networks", func(h *header) { linux(h).Networks = 0 }},
		{"a network too many", "network 3", func(h *header) { linux(h).Networks = 4 }},
		{"a class short", "classes in groups", func(h *header) { linux(h).Next[1] = linux(h).Next[1][1:] }},
		{"a class twice", "classes in groups", func(h *header) { linux(h).Next[1][0] = linux(h).Next[1][1] }},
		{"a class of no word", "none of the vocabulary's", func(h *header) { linux(h).Next[2][0] = 1 << 30 }},
		{"groups of other sizes", "shape", func(h *header) { n := linux(h).Next; linux(h).Next = append([][]int{append(n[0], n[1]...)}, n[2:]...) }},
		{"no groups for a network", "classes in groups", func(h *header) { linux(h).Next = nil }},
		{"a score that falls", "fall", func(h *header) { linux(h).Calibration.Network = -1 }},
		{"a score without a scale", "fall", func(h *header) { linux(h).Calibration.Scale = 0 }},
	} {
		if _, err := Load(bytes.NewReader(spoiled(t, c.change))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want one that says %q", c.why, err, c.want)
		}
	}
	// Two names, a and b; b ran once under a; a chain of both.
	for _, c := range []struct{ why, want, normal string }{
		{"", "", "\x02\x00\x01a\x00\x01b" + "\x01\x02\x01\x00" + "\x01\x02\x00\x01"},
		{"no normal life", "ends", ""},
		{"a name twice", "does not follow", "\x02\x00\x01a\x01\x00" + "\x01\x02\x01\x00" + "\x00"},
		{"names cut short", "out of range", "\x02\x00\x01a\x00\x09b"},
		{"more of a name than there is", "out of range", "\x02\x00\x01a\x02\x01b"},
		{"names that grow without end", "more than", hugeNames()},
		{"more names than there can be", "out of range", string(binary.AppendUvarint(nil, 1<<21)) + strings.Repeat("\x00\x01a", 1<<21)},
		{"an edge to nowhere", "out of range", "\x02\x00\x01a\x00\x01b" + "\x01\x03\x01\x00" + "\x00"},
		{"an edge twice", "out of range", "\x02\x00\x01a\x00\x01b" + "\x02\x02\x01\x00\x01\x00" + "\x00"},
		{"an edge seen less than once", "out of range", "\x02\x00\x01a\x00\x01b" + "\x01\x02\x00\x00" + "\x00"},
		{"a chain of nothing known", "out of range", "\x02\x00\x01a\x00\x01b" + "\x00\x00" + "\x01\x01\x02"},
		{"a chain where nothing is known", "out of range", "\x00" + "\x01\x01\x00"},
		{"a chain that is too long", "out of range", "\x02\x00\x01a\x00\x01b" + "\x00\x00" + "\x01\x0b" + strings.Repeat("\x00", 11)},
		{"more chains than are kept", "out of range", "\x01\x00\x01a" + "\x00" + string(binary.AppendUvarint(nil, 1<<17)) + strings.Repeat("\x01\x00", 1<<17)},
		{"something behind it", "goes on", "\x02\x00\x01a\x00\x01b" + "\x00\x00" + "\x00" + "x"},
	} {
		file := spoiledFile(t, func(f *modelfile.File) {
			if f.Bytes["normal"] = []byte(c.normal); c.normal == "" {
				delete(f.Bytes, "normal")
			}
		})
		if _, err := Load(bytes.NewReader(file)); c.why == "" && err != nil || c.why != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want one that says %q", c.why, err, c.want)
		}
	}
	if _, err := Load(strings.NewReader("hello")); err == nil {
		t.Error("text was taken for a model")
	}
}

func TestAModelSaysWhatItIs(t *testing.T) {
	m := embeddedModel(t)
	if len(m.Digest()) != 64 || m.Name() == "" || m.Threshold() != Threshold {
		t.Errorf("name %q, digest %q, threshold %v", m.Name(), m.Digest(), m.Threshold())
	}
	generated, recorded := 0, 0
	for _, s := range m.Info.Sources {
		if s.Licence == "" || s.Source == "" {
			t.Errorf("%s names no source or licence", s.Host)
		}
		if s.Split == "test" {
			t.Errorf("%s is of the test split and was trained on", s.Host)
		}
		if strings.HasPrefix(s.Host, "generated-") {
			generated++
		} else {
			recorded++
		}
	}
	if generated == 0 || recorded == 0 || m.Info.Metrics == nil {
		t.Errorf("%d generated and %d recorded sources, metrics %v", generated, recorded, m.Info.Metrics != nil)
	}
}
