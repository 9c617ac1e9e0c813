package unpack

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The zips in testdata were made by Info-ZIP 3.0 (zip -P) and 7-Zip 16.02
// (7z -tzip -mem=AES...); a.log has 400 lines.
func TestSandboxPasswords(t *testing.T) {
	for name, want := range map[string]struct {
		members  int
		password string
	}{
		"zipcrypto.zip": {2, "infected"},
		"stored.zip":    {1, "malware"},
		"streamed.zip":  {1, "infected"}, // written to a pipe: sum and sizes stand behind
		"aes256.zip":    {2, "infected"},
		"aes128.zip":    {1, "novirus"},
	} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		members := 0
		err = Walk(name, bytes.NewReader(data), bytes.NewReader(data), func(member string, r io.Reader, err error) error {
			if err != nil {
				t.Errorf("%s: %v", member, err)
				return nil
			}
			text, err := io.ReadAll(r)
			if err != nil {
				t.Errorf("%s: %v", member, err)
			}
			if lines := strings.Count(string(text), "\n"); lines != 400 && lines != 1 || !strings.HasPrefix(string(text), "type=") {
				t.Errorf("%s: %d lines: %.40q", member, lines, text)
			}
			if c, ok := r.(*Content); !ok || c.Password != want.password {
				t.Errorf("%s: opened as %+v, want the password %q", member, r, want.password)
			}
			members++
			return nil
		})
		if err != nil || members != want.members {
			t.Errorf("%s: %d members, error %v", name, members, err)
		}
	}
}

func TestOtherPasswordsAreRefused(t *testing.T) {
	data, err := os.ReadFile("testdata/other.zip")
	if err != nil {
		t.Fatal(err)
	}
	got := found(t, data, bytes.NewReader(data))
	if len(got) != 1 || got[0] != "in!b.log: "+ErrEncrypted.Error() {
		t.Errorf("%q", got)
	}
}

// A byte that changed shows, wherever it lies, and nothing panics.
func TestAlteredMembersAreTold(t *testing.T) {
	for _, name := range []string{"zipcrypto.zip", "aes256.zip", "aes128.zip", "stored.zip"} {
		data, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for i := 0; i < len(data); i += 11 {
			bad := bytes.Clone(data)
			bad[i] ^= 0x55
			_ = Walk("in", bytes.NewReader(bad), bytes.NewReader(bad), func(_ string, r io.Reader, err error) error {
				if err == nil {
					_, err = io.Copy(io.Discard, r)
				}
				if errors.Is(err, errAltered) || errors.Is(err, ErrEncrypted) {
					told++
				}
				return nil
			})
		}
		if told == 0 {
			t.Errorf("%s: of %d altered bytes %d were told as such", name, len(data), told)
		}
	}
}
