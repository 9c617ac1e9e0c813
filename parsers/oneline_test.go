package parsers

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A byte that is damaged in a document of one line costs the record that it stands in, as in a
// document of many: the next record is found by how records begin there.
func TestDamageInADocumentOfOneLine(t *testing.T) {
	const n = 200
	record := map[string]func(i int) string{
		"sysmon": func(i int) string {
			return fmt.Sprintf(`{"EventID":1,"SourceName":"Microsoft-Windows-Sysmon","Hostname":"h","UtcTime":"2020-01-01 00:00:00.000","ProcessId":"%d","ProcessGuid":"{00000001-0000-0000-0000-00000000%04x}","Image":"C:\\%[1]d.exe","Hashes":[{"a":1},{"b":2}]}`, i+4, i+4)
		},
		"laurel": func(i int) string {
			return fmt.Sprintf(`{"ID":"1700000000.%03d:%d","SYSCALL":{"arch":"0xc000003e","syscall":59,"success":"yes","exit":0,"ppid":1,"pid":%d,"uid":0,"exe":"/bin/%[3]d"},"EXECVE":{"argc":1,"ARGV":["id"]}}`, i, i+1, i+4)
		},
	}
	around := map[string][2]string{
		"%s, an array":              {"[", "]"},
		"%s, an answer to a search": {`{"took":1,"hits":{"hits":[`, `]}}`},
	}
	for format, make := range record {
		for how, brackets := range around {
			var records []string
			for i := range n {
				if r := make(i); how[4] == 'a' && strings.Contains(how, "search") {
					records = append(records, `{"_index":"x","_source":`+r+`}`)
				} else {
					records = append(records, r)
				}
			}
			whole := brackets[0] + strings.Join(records, ",") + brackets[1]
			for _, percent := range []int{30, 50, 77} {
				for _, bad := range []byte{0, '"', '}', '\\'} {
					text := []byte(whole)
					text[len(text)*percent/100] = bad
					path := filepath.Join(t.TempDir(), "file")
					if err := os.WriteFile(path, text, 0o600); err != nil {
						t.Fatal(err)
					}
					events, accounts := read(t, Options{}, path)
					if a := accounts[0]; len(events) < n-2 || a.Format != format || !a.Balanced() {
						t.Errorf(how+", %q at %d %%: %d events, %+v", format, bad, percent, len(events), a)
					}
				}
			}
		}
	}
}
