package unpack

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"
)

const text = "type=SYSCALL msg=audit(1.000:1): x\n"

// bzipText is text as bzip2 1.0.8 packs it; Go has no writer for it.
const bzipText = "\x42\x5a\x68\x39\x31\x41\x59\x26\x53\x59\xf2\x69\x4e\xec\x00\x00\x0f\xdf\x80\x00\x10\x40\x61\x60\x12\x28\x04\x08\x20\x26\xa2\x4e\x60\x20\x00\x22\xa6\x99\x19\x92\x68\xf2\x03\xd2\x85\x00\x00\x06\x4c\x81\xe1\x6c\xdc\x46\xe8\x91\xc2\xd7\xf9\x28\x8a\xb1\x78\xd8\xd6\x59\x98\x37\x43\xf1\x77\x24\x53\x85\x09\x0f\x26\x94\xee\xc0"

func gz(t testing.TB, b []byte) []byte {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	closed(t, w, b)
	return out.Bytes()
}

func closed(t testing.TB, w io.WriteCloser, b []byte) {
	t.Helper()
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

func tarOf(t testing.TB, members map[string][]byte, names ...string) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for _, n := range names {
		h := &tar.Header{Name: n, Mode: 0o600, Size: int64(len(members[n])), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(members[n]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func zipOf(t testing.TB, name string, b []byte) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// zipPacked is a zip whose one member was packed elsewhere.
func zipPacked(t testing.TB, method uint16, packed []byte, content string) []byte {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	f, err := w.CreateRaw(&zip.FileHeader{
		Name: "m", Method: method, CRC32: crc32.ChecksumIEEE([]byte(content)),
		CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(content)),
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(packed); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// packed is content as a writer packs it.
func packed[W io.WriteCloser](t testing.TB, open func(io.Writer) (W, error), content string) []byte {
	var out bytes.Buffer
	w, err := open(&out)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, w, []byte(content))
	return out.Bytes()
}

// A zip's members may be packed by other methods than Deflate; one that is not opened is
// named.
func TestMethodsOfZipMembers(t *testing.T) {
	xzText := packed(t, func(w io.Writer) (*xz.Writer, error) { return xz.NewWriter(w) }, text)
	zstdText := packed(t, func(w io.Writer) (*zstd.Encoder, error) { return zstd.NewWriter(w) }, text)
	for _, c := range []struct {
		method uint16
		packed []byte
		want   string
	}{
		{12, []byte(bzipText), "in!m=" + text},
		{93, zstdText, "in!m=" + text},
		{95, xzText, "in!m=" + text},
		{95, xzText[:4], "in!m: " + io.ErrUnexpectedEOF.Error()},
		{9, []byte("?"), "in!m: zip member packed with Deflate64, which is not opened: unpack it first"},
		{14, []byte("?"), "in!m: zip member packed with LZMA, which is not opened: unpack it first"},
		{77, []byte("?"), "in!m: zip member packed with method 77, which is not opened: unpack it first"},
	} {
		if got := found(t, zipPacked(t, c.method, c.packed, text), nil); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("method %d: %q, want %q", c.method, got, c.want)
		}
	}
}

// A frame that says nothing to a reader may stand before those of zstandard.
func TestFramesToBeSkipped(t *testing.T) {
	text := packed(t, func(w io.Writer) (*zstd.Encoder, error) { return zstd.NewWriter(w) }, text)
	data := append([]byte("\x50\x2a\x4d\x18\x04\x00\x00\x00skip"), text...)
	if got := found(t, data, nil); len(got) != 1 || !strings.HasPrefix(got[0], "in=type=") {
		t.Errorf("%q", got)
	}
}

// Streams of gzip may lie behind each other, and zeros behind them. What else does is told,
// and nothing of the streams is lost.
func TestWhatLiesBehindGzip(t *testing.T) {
	one := gz(t, []byte(text))
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"another stream":               {append(bytes.Clone(one), one...), "in=" + text + text},
		"an empty stream":              {append(gz(t, nil), one...), "in=" + text},
		"zeros":                        {append(bytes.Clone(one), make([]byte, 5000)...), "in=" + text},
		"text":                         {append(bytes.Clone(one), "more"...), "in: " + errBehindGzip.Error()},
		"text behind zeros":            {append(append(bytes.Clone(one), make([]byte, 50)...), 'x'), "in: " + errBehindGzip.Error()},
		"another that is cut":          {append(bytes.Clone(one), one[:len(one)-3]...), "in: " + io.ErrUnexpectedEOF.Error()},
		"another without a whole head": {append(bytes.Clone(one), one[:5]...), "in: " + io.ErrUnexpectedEOF.Error()},
	} {
		if got := found(t, c.data, nil); len(got) != 1 || !strings.HasPrefix(got[0], c.want) {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// found walks data and lists "name=content" or "name: error".
func found(t testing.TB, data []byte, at At) []string {
	var got []string
	err := Walk("in", bytes.NewReader(data), at, func(name string, r io.Reader, err error) error {
		if err == nil {
			var b []byte
			b, err = io.ReadAll(r)
			if err == nil {
				got = append(got, name+"="+string(b))
				return nil
			}
		}
		got = append(got, name+": "+err.Error())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestWalkOpensEveryContainer(t *testing.T) {
	var x, z bytes.Buffer
	xw, err := xz.NewWriter(&x)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, xw, []byte(text))
	zw, err := zstd.NewWriter(&z)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, zw, []byte(text))
	inner := map[string][]byte{"a.log": []byte(text), "./b.gz": gz(t, []byte("two"))}
	cases := []struct {
		name string
		data []byte
		want []string
	}{
		{"plain", []byte(text), []string{"in=" + text}},
		{"empty", nil, []string{"in="}},
		{"gzip", gz(t, []byte(text)), []string{"in=" + text}},
		{"concatenated gzip", append(gz(t, []byte("a")), gz(t, []byte("b"))...), []string{"in=ab"}},
		{"xz", x.Bytes(), []string{"in=" + text}},
		{"zstandard", z.Bytes(), []string{"in=" + text}},
		{"bzip2", []byte(bzipText), []string{"in=" + text}},
		{"zip", zipOf(t, "d/c.log", []byte(text)), []string{"in!d/c.log=" + text}},
		{"tar", tarOf(t, inner, "a.log", "./b.gz"), []string{"in!a.log=" + text, "in!b.gz=two"}},
		{"tar.gz", gz(t, tarOf(t, inner, "a.log")), []string{"in!a.log=" + text}},
		{"zip in tar", tarOf(t, map[string][]byte{"z": zipOf(t, "c", []byte(text))}, "z"), []string{"in!z!c=" + text}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := found(t, c.data, nil); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %q want %q", got, c.want)
			}
			if got := found(t, c.data, bytes.NewReader(c.data)); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("with random access: got %q want %q", got, c.want)
			}
		})
	}
}

func TestWalkKeepsWhatCameBeforeDamage(t *testing.T) {
	whole := gz(t, []byte(strings.Repeat(text, 1000)))
	got := ""
	err := Walk("in", bytes.NewReader(whole[:len(whole)-12]), nil, func(_ string, r io.Reader, _ error) error {
		b, err := io.ReadAll(r)
		if !errors.Is(err, io.ErrUnexpectedEOF) {
			t.Errorf("a cut stream must say so, got %v", err)
		}
		got = string(b)
		return nil
	})
	if err != nil || !strings.HasPrefix(got, text) {
		t.Fatalf("got %d bytes, %v", len(got), err)
	}
}

// Wherever a packed stream is cut, its reader is told that something is missing.
func TestACutStreamSaysSoWhereverItIsCut(t *testing.T) {
	var x, z bytes.Buffer
	xw, err := xz.NewWriter(&x)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, xw, []byte(text))
	zw, err := zstd.NewWriter(&z)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, zw, []byte(text))
	padded := append(bytes.Clone(x.Bytes()), make([]byte, 8)...)
	if got := found(t, padded, nil); fmt.Sprint(got) != fmt.Sprint([]string{"in=" + text}) {
		t.Errorf("padded xz: %q", got)
	}
	for name, whole := range map[string][]byte{"gzip": gz(t, []byte(text)), "xz": x.Bytes(), "zstandard": z.Bytes(), "bzip2": []byte(bzipText)} {
		for n := 10; n < len(whole); n++ { // with fewer bytes it is not known for what it is
			if got := found(t, whole[:n], nil); len(got) != 1 || !strings.Contains(got[0], io.ErrUnexpectedEOF.Error()) {
				t.Errorf("%s cut after %d of %d bytes: %q", name, n, len(whole), got)
			}
		}
	}
}

// What stands before the cut is read to the last bytes of it, also within a chunk that has
// no end.
func TestACutXZIsReadUpToTheCut(t *testing.T) {
	var lines, packed bytes.Buffer
	for i := range 5000 {
		fmt.Fprintf(&lines, "%08x %s", uint32(i)*2654435761, text)
	}
	w, err := xz.NewWriter(&packed)
	if err != nil {
		t.Fatal(err)
	}
	closed(t, w, lines.Bytes())
	last := 0
	for _, percent := range []int{20, 50, 90, 99} {
		_ = Walk("in", bytes.NewReader(packed.Bytes()[:packed.Len()*percent/100]), nil, func(_ string, r io.Reader, _ error) error {
			got, err := io.ReadAll(r)
			if !errors.Is(err, io.ErrUnexpectedEOF) || !bytes.HasPrefix(lines.Bytes(), got) || len(got) < lines.Len()*(percent-5)/100 || len(got) <= last {
				t.Errorf("cut after %d %%: %d of %d bytes, %v", percent, len(got), lines.Len(), err)
			}
			last = len(got)
			return nil
		})
	}
}

// A zip that is cut gives the members that lie before the cut, and what there is of the
// one that is cut.
func TestWhatIsLeftOfACutZipIsRead(t *testing.T) {
	var streamed, sized bytes.Buffer
	w, v := zip.NewWriter(&streamed), zip.NewWriter(&sized)
	for i, method := range []uint16{zip.Deflate, zip.Store, zip.Deflate} {
		content := []byte(strings.Repeat(text, i+1))
		name := fmt.Sprint(i, ".log")
		f, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(content); err != nil {
			t.Fatal(err)
		}
		packed := content
		if method == zip.Deflate {
			var b bytes.Buffer
			d, _ := flate.NewWriter(&b, -1)
			closed(t, d, content)
			packed = b.Bytes()
		}
		f, err = v.CreateRaw(&zip.FileHeader{Name: name, Method: method, CompressedSize64: uint64(len(packed)), UncompressedSize64: uint64(len(content))})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Write(packed); err != nil {
			t.Fatal(err)
		}
	}
	for name, z := range map[string]*zip.Writer{"streamed": w, "sized": v} {
		out := map[string]*bytes.Buffer{"streamed": &streamed, "sized": &sized}[name]
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		members, _, _ := bytes.Cut(out.Bytes(), []byte("PK\x01\x02")) // the directory goes
		want := []string{"in!0.log=" + text, "in!1.log=" + text + text, "in!2.log=" + text + text + text}
		got := found(t, members, nil)
		if len(got) != 4 || fmt.Sprint(got[:3]) != fmt.Sprint(want) || !strings.Contains(got[3], "3 members read without its directory") {
			t.Errorf("%s: %q", name, got)
		}
		last := bytes.LastIndex(members, []byte("2.log"))
		got = found(t, members[:last+8], nil)
		if len(got) != 4 || fmt.Sprint(got[:2]) != fmt.Sprint(want[:2]) || !strings.Contains(got[2], io.ErrUnexpectedEOF.Error()) {
			t.Errorf("%s, cut in the last: %q", name, got)
		}
		secret := bytes.Clone(members)
		secret[6] |= 1
		if got := found(t, secret, nil); !strings.Contains(got[0], errNoDirectory.Error()) {
			t.Errorf("%s, the first encrypted: %q", name, got)
		}
	}
}

func TestWalkBoundsNesting(t *testing.T) {
	data := []byte(text)
	for range MaxDepth + 1 {
		data = gz(t, data)
	}
	got := found(t, data, nil)
	if len(got) != 1 || !strings.Contains(got[0], ErrDepth.Error()) {
		t.Fatalf("got %q", got)
	}
}

func TestWalkReportsEncryptedZipMembers(t *testing.T) {
	data := zipOf(t, "secret", []byte(text))
	// Set the encryption bit of the general purpose flags in both headers.
	data[6] |= 1
	data[bytes.Index(data, []byte("PK\x01\x02"))+8] |= 1
	got := found(t, data, nil)
	if len(got) != 1 || !strings.Contains(got[0], ErrEncrypted.Error()) {
		t.Fatalf("got %q", got)
	}
}

// zeros is an endless stream that packs a thousandfold.
type zeros struct{ left int64 }

func (z *zeros) Read(p []byte) (int, error) {
	if z.left <= 0 {
		return 0, io.EOF
	}
	n := int(min(int64(len(p)), z.left))
	clear(p[:n])
	z.left -= int64(n)
	return n, nil
}

func TestWalkCutsABomb(t *testing.T) {
	if testing.Short() {
		t.Skip("decompresses a gigabyte")
	}
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := io.Copy(w, &zeros{left: MaxQuiet + 64<<20}); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var n int64
	var readErr error
	err := Walk("in", &packed, nil, func(_ string, r io.Reader, _ error) error {
		n, readErr = io.Copy(io.Discard, r)
		return nil
	})
	if err != nil || !errors.Is(readErr, ErrBomb) || n < MaxQuiet || n > MaxQuiet+1<<20 {
		t.Fatalf("read %d bytes, %v, %v", n, readErr, err)
	}
}

func FuzzWalk(f *testing.F) {
	f.Add([]byte(text))
	f.Add(gz(f, []byte(text)))
	f.Add([]byte(bzipText))
	var x bytes.Buffer
	w, _ := xz.NewWriter(&x)
	closed(f, w, []byte(text))
	f.Add(x.Bytes())
	f.Add(x.Bytes()[:x.Len()/2])
	f.Add(tarOf(f, map[string][]byte{"a": []byte(text)}, "a"))
	f.Add(zipOf(f, "a", []byte(text)))
	f.Add(zipOf(f, "a", []byte(text))[:60])
	f.Fuzz(func(t *testing.T, data []byte) {
		_ = Walk("in", bytes.NewReader(data), nil, func(_ string, r io.Reader, err error) error {
			if err == nil {
				_, _ = io.Copy(io.Discard, io.LimitReader(r, 1<<20))
			}
			return nil
		})
	})
}
