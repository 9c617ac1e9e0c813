package modelfile

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"oddkin/detect/internal/lstm"
)

func write(t testing.TB, f File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestANetworkSurvivesTheFile(t *testing.T) {
	w := lstm.New(lstm.Shape{Rows: 5, Embed: 3, Hidden1: 4, Hidden2: 2}, 1)
	document := json.RawMessage(` {"vocabulary": ["sh", "naïve", "<&>"], "normaliser": 3}` + "\n")
	octets := map[string][]byte{"normal": {1, 2, 3, 0, 255}, "a": {7}}
	b := write(t, File{Header: document, Tensors: w.Tensors(), Bytes: octets})
	f, err := Read(iotest.OneByteReader(bytes.NewReader(b)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(f.Header, document) {
		t.Errorf("document came back as %q", f.Header)
	}
	if !reflect.DeepEqual(f.Bytes, octets) {
		t.Errorf("bytes came back as %v", f.Bytes)
	}
	// Wherever in memory the file lies, it is parsed the same.
	for shift := range 4 {
		moved, err := parse(append(make([]byte, shift, shift+len(b)), b...)[shift:])
		if err != nil || !reflect.DeepEqual(moved, f) {
			t.Errorf("%d bytes further it is parsed otherwise (%v)", shift, err)
		}
	}
	back, err := lstm.FromTensors(f.Tensors)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back, w) {
		t.Error("the network came back changed")
	}
	if again := write(t, f); !bytes.Equal(again, b) {
		t.Error("writing what was read gives other bytes")
	}
}

func TestBytesDoNotDependOnTheOrderOfTensors(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		names := rapid.SliceOfNDistinct(rapid.StringN(1, 8, 30), 0, 6, rapid.ID[string]).Draw(t, "names")
		var ts []lstm.Tensor
		for _, n := range names {
			shape := rapid.SliceOfN(rapid.IntRange(1, 3), 0, 4).Draw(t, "shape")
			size := 1
			for _, d := range shape {
				size *= d
			}
			ts = append(ts, lstm.Tensor{Name: n, Shape: shape, Data: rapid.SliceOfN(rapid.Float32(), size, size).Draw(t, "data")})
		}
		var a, b bytes.Buffer
		if err := Write(&a, File{Tensors: ts}); err != nil {
			t.Fatal(err)
		}
		if err := Write(&b, File{Tensors: rapid.Permutation(ts).Draw(t, "order")}); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Fatal("other bytes")
		}
		f, err := Read(&a)
		if err != nil {
			t.Fatal(err)
		}
		if len(f.Tensors) != len(ts) || f.Header != nil {
			t.Fatalf("read %d tensors of %d, header %q", len(f.Tensors), len(ts), f.Header)
		}
	})
}

// The format's own example of a file, written by hand.
func TestReadsAFileBuiltByHand(t *testing.T) {
	header := `{"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]},"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  `
	f, err := Read(bytes.NewReader(raw(header, 1, 2, 3)))
	if err != nil {
		t.Fatal(err)
	}
	want := []lstm.Tensor{{Name: "a", Shape: []int{}, Data: []float32{1}}, {Name: "b", Shape: []int{2}, Data: []float32{2, 3}}}
	if !reflect.DeepEqual(f.Tensors, want) {
		t.Errorf("read %v", f.Tensors)
	}
}

// raw builds a file of any header, right or wrong.
func raw(header string, numbers ...float32) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	b = append(b, header...)
	for _, v := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
	}
	return b
}

var refused = []struct {
	name, says string
	file       []byte
}{
	{"nothing", "length", nil},
	{"a cut length", "length", []byte{1, 2, 3}},
	{"a huge header", "more than", append(bytes.Repeat([]byte{0xff}, 8), "{}"...)},
	{"a header cut short", "ends after 2 of 9", raw("{}       ")[:10]},
	{"a header that is a list", "no JSON object", raw("[]")},
	{"a header that is broken off", "EOF", raw(`{"a":`)},
	{"something after the header", "after its end", raw(`{} {}`)},
	{"a tensor twice", "twice", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 1)},
	{"a tensor without a name", "no name", raw(`{"":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 1)},
	{"an unknown field", "unknown field", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}`, 1)},
	{"another type", "only F32", raw(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,4]}}`, 1)},
	{"bytes of two axes", "of one axis", raw(`{"a":{"dtype":"U8","shape":[2,2],"data_offsets":[0,4]}}`, 1)},
	{"numbers behind an odd byte", "no multiple of 4", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"F32","shape":[1],"data_offsets":[1,5]}}`, 1, 2)},
	{"no bytes", "empty or too long", raw(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}`)},
	{"no type", "only F32", raw(`{"a":{}}`, 1)},
	{"a negative axis", "empty or too long", raw(`{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, 1)},
	{"an empty axis", "empty or too long", raw(`{"a":{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}`)},
	{"axes that overflow", "empty or too long", raw(`{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}`)},
	{"too many axes", "axes", raw(`{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,4]}}`, 1)},
	{"a shape that does not fit", "takes 8 bytes", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 1)},
	{"a negative offset", "lies from -4", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, 1)},
	{"an overlap", "inside the one before", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 1, 2)},
	{"a hole", "belong to none", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, 1, 2)},
	{"missing numbers", "ends after 4 of 8", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 1)},
	{"numbers too many", "goes on", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, 1, 2)},
	{"a NaN", "number 1 is NaN", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, 1, float32(math.NaN()))},
	{"an infinity", "is +Inf", raw(`{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, float32(math.Inf(1)))},
	{"metadata that is no map of text", "metadata", raw(`{"__metadata__":{"oddkin":{}}}`)},
}

// parse is Parse and a look at the numbers, which together are Read.
func parse(file []byte) (File, error) {
	f, err := Parse(file)
	if err != nil {
		return f, err
	}
	if err := f.infinite(); err != nil {
		return File{}, fmt.Errorf("model file: %w", err)
	}
	return f, nil
}

func TestRefuses(t *testing.T) {
	for _, c := range refused {
		read, err := Read(bytes.NewReader(c.file))
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, which should speak of %q", c.name, err, c.says)
		}
		parsed, same := parse(c.file)
		if same == nil || err == nil || same.Error() != err.Error() {
			t.Errorf("%s: error %v when read, %v when parsed", c.name, err, same)
		}
		for _, f := range []File{read, parsed} {
			if f.Header != nil || f.Tensors != nil || f.Bytes != nil {
				t.Errorf("%s: part of the file was returned", c.name)
			}
		}
	}
	broken := errors.New("disk")
	if _, err := Read(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("a reader's error came back as %v", err)
	}
}

func TestWriteRefusesWhatReadWould(t *testing.T) {
	one := func(name string, v float32, shape ...int) File {
		return File{Tensors: []lstm.Tensor{{Name: name, Shape: shape, Data: []float32{v}}}}
	}
	for name, f := range map[string]File{
		"document not JSON":  {Header: json.RawMessage("{")},
		"document not UTF-8": {Header: json.RawMessage("\"\xff\"")},
		"no name":            one("", 1, 1),
		"name not UTF-8":     one("\xff", 1, 1),
		"the format's name":  one("__metadata__", 1, 1),
		"too few numbers":    one("a", 1, 2),
		"empty axis":         one("a", 1, 0),
		"not finite":         one("a", float32(math.Inf(-1)), 1),
		"no bytes":           {Bytes: map[string][]byte{"a": {}}},
		"bytes of no name":   {Bytes: map[string][]byte{"": {1}}},
		"bytes as a tensor":  {Tensors: []lstm.Tensor{{Name: "a", Data: []float32{1}}}, Bytes: map[string][]byte{"a": {1}}},
		"twice":              {Tensors: []lstm.Tensor{{Name: "a", Data: []float32{1}}, {Name: "a", Data: []float32{1}}}},
	} {
		var b bytes.Buffer
		if Write(&b, f) == nil || b.Len() > 0 {
			t.Errorf("%s: wrote %d bytes", name, b.Len())
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, c := range refused {
		f.Add(c.file)
	}
	w := lstm.New(lstm.Shape{Rows: 1, Embed: 1, Hidden1: 1, Hidden2: 1}, 1)
	f.Add(write(f, File{Header: json.RawMessage(`{"a":1}`), Tensors: w.Tensors(), Bytes: map[string][]byte{"x": {1, 2, 3}}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := Read(bytes.NewReader(b))
		if parsed, same := parse(b); (err == nil) != (same == nil) || !reflect.DeepEqual(parsed, got) {
			t.Fatalf("read %v (%v), but parsed %v (%v)", got, err, parsed, same)
		}
		if err != nil || got.Header != nil && !json.Valid(got.Header) {
			return
		}
		// What is accepted can be written, and comes back the same.
		again, err := Read(bytes.NewReader(write(t, got)))
		if err != nil || !reflect.DeepEqual(got, again) {
			t.Fatalf("accepted, but came back as %v (%v)", again, err)
		}
		_, _ = lstm.FromTensors(got.Tensors)
	})
}
