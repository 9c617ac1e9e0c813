package evtx

import (
	"testing"

	"golang.org/x/text/encoding/charmap"
)

func TestANSIIsWindows1252(t *testing.T) {
	for c := 1; c < 256; c++ {
		if got, want := string(appendAnsi(nil, []byte{byte(c)})), string(charmap.Windows1252.DecodeByte(byte(c))); got != want {
			t.Errorf("%#x is %q, want %q", c, got, want)
		}
	}
}
