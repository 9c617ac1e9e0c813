package report

import (
	"html/template"
	"strings"
)

// Facts and names of programs are most of a page. They are put together here, since the template takes
// several times as long for each; whatever is text goes through html/template's own escaping all the same.

// markup is HTML in the making: what is not text is the program's own.
type markup struct{ strings.Builder }

// text adds s, escaped: s stands between tags, or in quotes as an attribute's value.
func (m *markup) text(s string) { m.WriteString(template.HTMLEscapeString(s)) }

// element adds s between an opening tag and its end.
func (m *markup) element(open, s, end string) {
	m.WriteString(open)
	m.text(s)
	m.WriteString(end)
}

// names adds the names of a chain.
func (m *markup) names(chain []pageLink) {
	m.WriteString(`<span class="names">`)
	for _, l := range chain {
		m.element(`<span class="`, l.Class, `">`)
		m.element(`<bdi>`, l.Name, `</bdi>`)
		if l.Times != "" {
			m.element(`<i>`, l.Times, `</i>`)
		}
		m.WriteString("</span> ")
	}
	m.WriteString("</span>")
}

// namesHTML are the names of a chain.
func namesHTML(chain []pageLink) template.HTML {
	var m markup
	m.names(chain)
	return template.HTML(m.String())
}

// factsHTML are the entries of a list of facts, each on a line of its own.
func factsHTML(list []fact) template.HTML {
	var m markup
	for _, f := range list {
		m.element("\n<div><dt>", f.Name, "</dt><dd>")
		if f.Chain != nil {
			m.names(f.Chain)
		} else {
			m.element("<bdi>", f.Value, "</bdi>")
		}
		m.WriteString("</dd></div>")
	}
	return template.HTML(m.String())
}
