package report

// glyphs are the signs that drawings are made of.
type glyphs struct {
	arrow, gap, times                   string
	tee, corner, pipe, blank            string // branches of a tree
	rule                                string // horizontal line of a table
	inferred, supposed, orphan, inPlace string // marks of links
	askedBy                             string // before a logical parent
}

var (
	unicodeGlyphs = glyphs{
		arrow: " → ", gap: "…", times: "×",
		tee: "├─ ", corner: "└─ ", pipe: "│  ", blank: "   ",
		rule: "─", inferred: "~", supposed: "≈", orphan: "?", inPlace: "=", askedBy: "⇠",
	}
	asciiGlyphs = glyphs{
		arrow: " > ", gap: "..", times: "*",
		tee: "|- ", corner: "`- ", pipe: "|  ", blank: "   ",
		rule: "-", inferred: "~", supposed: "~~", orphan: "?", inPlace: "=", askedBy: "<-",
	}
)

func (o Style) glyphs() glyphs {
	if o.ASCII {
		return asciiGlyphs
	}
	return unicodeGlyphs
}
