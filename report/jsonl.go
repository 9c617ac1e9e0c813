package report

import (
	"bufio"
	"bytes"
	"encoding/json"
)

// Line is one line of the JSON Lines report: a finding with as much of the
// manifest as it takes to stand alone.
type Line struct {
	Schema      int    `json:"schema"`
	Tool        string `json:"tool"`
	Version     string `json:"version"`
	Model       *Model `json:"model,omitempty"`
	Interrupted bool   `json:"interrupted"`
	Flagged     bool   `json:"flagged"` // the score is at or above the threshold
	Finding
}

type stopped struct {
	Schema      int    `json:"schema"`
	Tool        string `json:"tool"`
	Version     string `json:"version"`
	Interrupted bool   `json:"interrupted"`
}

// writeJSONLines writes one [Line] per finding, in order of rank. Chains are the last
// member of it, so that they can follow one by one. A partial result without findings is
// a line that says so and holds none.
func writeJSONLines(w *bufio.Writer, d *Document) error {
	var buf bytes.Buffer
	e := json.NewEncoder(&buf)
	e.SetEscapeHTML(false)
	if d.Interrupted && len(d.Findings) == 0 {
		err := e.Encode(stopped{d.Schema, d.Manifest.Tool, d.Manifest.Version, true})
		escapeJSON(w, buf.Bytes())
		return err
	}
	for i := range d.Findings {
		buf.Reset()
		f := d.Findings[i]
		err := e.Encode(Line{
			d.Schema, d.Manifest.Tool, d.Manifest.Version, d.Manifest.Model,
			d.Interrupted, f.Score >= d.threshold(), f,
		})
		if err != nil {
			return err
		}
		if f.later == nil {
			escapeJSON(w, buf.Bytes())
			continue
		}
		escapeJSON(w, bytes.TrimSuffix(buf.Bytes(), []byte("]}\n")))
		sep := ""
		for chain := range f.later.each() {
			buf.Reset()
			if err := e.Encode(chain); err != nil {
				return err
			}
			w.WriteString(sep)
			sep = ","
			escapeJSON(w, bytes.TrimSuffix(buf.Bytes(), []byte("\n")))
			if err := broken(w); err != nil {
				return err
			}
		}
		w.WriteString("]}\n")
	}
	return nil
}
