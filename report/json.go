package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// writeJSON writes d indented by two blanks, keys in the order of the structs.
// The long lists go out element by element, so that a forest of any size takes
// the memory of one node.
func writeJSON(w *bufio.Writer, d *Document) error {
	o := objectWriter{w: w, first: true}
	w.WriteString("{")
	o.value("schema", d.Schema)
	o.value("manifest", d.Manifest)
	o.value("interrupted", d.Interrupted)
	o.value("evidence", d.Evidence)
	o.findings(d.Findings)
	o.value("findings_omitted", d.FindingsOmitted)
	if d.Forest != nil {
		o.key("  ", "forest")
		w.WriteString("{")
		o.first = true
		list(&o, "    ", "nodes", d.Forest.Nodes)
		o.key("    ", "omitted")
		fmt.Fprintf(w, "%d\n  }", d.Forest.Omitted)
	}
	list(&o, "  ", "crossings", d.Crossings)
	if d.CrossingsOmitted > 0 {
		o.value("crossings_omitted", d.CrossingsOmitted)
	}
	list(&o, "  ", "warnings", d.Warnings)
	o.value("warnings_omitted", d.WarningsOmitted)
	w.WriteString("\n}\n")
	return o.err
}

// objectWriter writes the members of one JSON object. err is the first error of
// encoding; those of writing stay in w, as bufio keeps them.
type objectWriter struct {
	w      *bufio.Writer
	buf    bytes.Buffer
	e      *json.Encoder // into buf, indenting by indent
	indent string
	first  bool
	err    error
}

func (o *objectWriter) key(indent, name string) {
	if !o.first {
		o.w.WriteByte(',')
	}
	o.first = false
	fmt.Fprintf(o.w, "\n%s%q: ", indent, name)
}

func (o *objectWriter) value(name string, v any) {
	o.key("  ", name)
	o.encode("  ", v)
}

// encode writes v, its inner lines indented by indent.
func (o *objectWriter) encode(indent string, v any) { escapeJSON(o.w, o.marshal(indent, v)) }

// marshal is v as encode writes it, before escapes, valid until the next call.
func (o *objectWriter) marshal(indent string, v any) []byte {
	o.buf.Reset()
	if o.e == nil || o.indent != indent {
		o.e, o.indent = json.NewEncoder(&o.buf), indent
		o.e.SetEscapeHTML(false)
		o.e.SetIndent(indent, "  ")
	}
	if err := o.e.Encode(v); err != nil && o.err == nil {
		o.err = err
	}
	return bytes.TrimSuffix(o.buf.Bytes(), []byte("\n"))
}

// findings writes the findings; chains that are not held follow as the last member.
func (o *objectWriter) findings(all []Finding) {
	if len(all) == 0 || all[0].later == nil {
		list(o, "  ", "findings", all)
		return
	}
	o.key("  ", "findings")
	o.w.WriteByte('[')
	for i := range all {
		if i > 0 {
			o.w.WriteByte(',')
		}
		o.w.WriteString("\n    ")
		text := o.marshal("    ", &all[i])
		escapeJSON(o.w, bytes.TrimSuffix(text, []byte("]\n    }")))
		sep := ""
		for chain := range all[i].later {
			o.w.WriteString(sep + "\n        ")
			sep = ","
			o.encode("        ", chain)
			if _, err := o.w.Write(nil); err != nil {
				return
			}
		}
		o.w.WriteString("\n      ]\n    }")
	}
	o.w.WriteString("\n  ]")
}

// list writes one member that is an array.
func list[T any](o *objectWriter, indent, name string, values []T) {
	o.key(indent, name)
	if len(values) == 0 {
		o.w.WriteString("[]")
		return
	}
	o.w.WriteByte('[')
	for i := range values {
		if i > 0 {
			o.w.WriteByte(',')
		}
		o.w.WriteString("\n  " + indent)
		o.encode("  "+indent, &values[i])
	}
	o.w.WriteString("\n" + indent + "]")
}

// escapeJSON writes JSON text with every rune that [Visible] would not show as
// its JSON escape. Such runes stand inside strings only, where the escape means
// the same; so the file stays exact and is safe to print.
func escapeJSON(w *bufio.Writer, text []byte) {
	done := 0
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf && c != 0x7f {
			i++
			continue
		}
		r, n := utf8.DecodeRune(text[i:])
		if !shown(r) {
			w.Write(text[done:i])
			if hi, lo := utf16Pair(r); lo != 0 {
				fmt.Fprintf(w, `\u%04x\u%04x`, hi, lo)
			} else {
				fmt.Fprintf(w, `\u%04x`, r)
			}
			done = i + n
		}
		i += n
	}
	w.Write(text[done:])
}

// utf16Pair gives the surrogates of a rune beyond the basic plane, else zeros.
func utf16Pair(r rune) (hi, lo rune) {
	if r < 0x10000 {
		return 0, 0
	}
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}
