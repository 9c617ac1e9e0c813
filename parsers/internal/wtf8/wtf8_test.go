package wtf8_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"pgregory.net/rapid"

	"oddkin/parsers/internal/wtf8"
)

func encode(order binary.ByteOrder, units ...uint16) []byte {
	b := make([]byte, 2*len(units))
	for i, u := range units {
		order.PutUint16(b[2*i:], u)
	}
	return b
}

func TestWholeTextIsReadAsTheStandardLibraryDoes(t *testing.T) {
	for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
		rapid.Check(t, func(t *rapid.T) {
			text := rapid.String().Draw(t, "text")
			in := bytes.NewReader(encode(order, utf16.Encode([]rune(text))...))
			got, err := io.ReadAll(wtf8.NewReader(iotest.OneByteReader(in), order))
			if err != nil || string(got) != text {
				t.Fatalf("%q, %v; want %q", got, err, text)
			}
		})
	}
}

func TestHalvesOfPairsAreKept(t *testing.T) {
	in := encode(binary.LittleEndian, 'a', 0xD83D, 'b', 0xDE00, 0xD83D, 0xD83D, 0xDE00, 0xD800)
	want := "a\xed\xa0\xbdb\xed\xb8\x80\xed\xa0\xbd\U0001F600\xed\xa0\x80"
	for name, r := range map[string]io.Reader{"at once": bytes.NewReader(in), "by bytes": iotest.OneByteReader(bytes.NewReader(in))} {
		if got, err := io.ReadAll(wtf8.NewReader(r, binary.LittleEndian)); err != nil || string(got) != want {
			t.Errorf("%s: %q, %v; want %q", name, got, err, want)
		}
	}
}

func TestACutCharacterIsTold(t *testing.T) {
	got, err := io.ReadAll(wtf8.NewReader(strings.NewReader("a\x00b"), binary.LittleEndian))
	if string(got) != "a" || !errors.Is(err, wtf8.ErrCut) {
		t.Errorf("%q, %v", got, err)
	}
	broken := errors.New("broken")
	if _, err := io.ReadAll(wtf8.NewReader(iotest.ErrReader(broken), binary.LittleEndian)); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := io.ReadAll(wtf8.NewReader(idle{}, binary.LittleEndian)); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("%v", err)
	}
}

// idle gives nothing, again and again.
type idle struct{}

func (idle) Read([]byte) (int, error) { return 0, nil }
