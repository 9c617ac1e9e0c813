package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"iter"
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
		list(&o, "    ", "nodes", d.Forest.each())
		o.key("    ", "omitted")
		fmt.Fprintf(w, "%d\n  }", d.Forest.Omitted)
	}
	list(&o, "  ", "crossings", pointers(d.Crossings))
	if d.CrossingsOmitted > 0 {
		o.value("crossings_omitted", d.CrossingsOmitted)
	}
	list(&o, "  ", "warnings", pointers(d.Warnings))
	o.value("warnings_omitted", d.WarningsOmitted)
	w.WriteString("\n}\n")
	return o.err
}

// objectWriter writes the members of one JSON object. err is the first error of
// encoding; those of writing stay in w, as bufio keeps them.
type objectWriter struct {
	w     *bufio.Writer
	buf   bytes.Buffer
	e     *json.Encoder // into buf
	laid  []byte        // what buf holds, laid out
	first bool
	err   error
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
func (o *objectWriter) encode(indent string, v any) { o.layOut(indent, o.marshal(v)) }

// marshal is v on one line, before escapes, valid until the next call.
func (o *objectWriter) marshal(v any) []byte {
	o.buf.Reset()
	if o.e == nil {
		o.e = json.NewEncoder(&o.buf)
		o.e.SetEscapeHTML(false)
	}
	if err := o.e.Encode(v); err != nil && o.err == nil {
		o.err = err
	}
	return bytes.TrimSuffix(o.buf.Bytes(), []byte("\n"))
}

func (o *objectWriter) layOut(indent string, text []byte) {
	o.laid = appendLaidOut(o.laid[:0], text, indent)
	o.w.Write(o.laid)
}

// findings writes the findings; chains that are not held follow as the last member.
func (o *objectWriter) findings(all []Finding) {
	if len(all) == 0 || all[0].later == nil {
		list(o, "  ", "findings", pointers(all))
		return
	}
	o.key("  ", "findings")
	o.w.WriteByte('[')
	for i := range all {
		if i > 0 {
			o.w.WriteByte(',')
		}
		o.w.WriteString("\n    ")
		o.layOut("    ", bytes.TrimSuffix(o.marshal(&all[i]), []byte("]}")))
		sep := ""
		for chain := range all[i].later.each() {
			o.w.WriteString(sep + "\n        ")
			sep = ","
			o.encode("        ", chain)
			if broken(o.w) != nil {
				return
			}
		}
		o.w.WriteString("\n      ]\n    }")
	}
	o.w.WriteString("\n  ]")
}

// list writes one member that is an array.
func list[T any](o *objectWriter, indent, name string, values iter.Seq[*T]) {
	o.key(indent, name)
	o.w.WriteByte('[')
	sep := "\n  "
	for v := range values {
		o.w.WriteString(sep + indent)
		o.encode("  "+indent, v)
		if sep = ",\n  "; broken(o.w) != nil {
			return
		}
	}
	if sep != "\n  " {
		o.w.WriteString("\n" + indent)
	}
	o.w.WriteByte(']')
}

// pointers yields what list holds, each in its place.
func pointers[T any](list []T) iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for i := range list {
			if !yield(&list[i]) {
				return
			}
		}
	}
}
