package plaincsv

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// List parses a Python list literal of strings, such as ['nc', "bash"], as
// Python's ast.literal_eval does: both kinds of quotes, escapes, a comma after the
// last element, white space anywhere between; two strings without a comma between
// them are one. Anything but strings in a list is an error, and so are comments,
// bytes, raw strings, characters by name (\N{...}) and halves of surrogate pairs,
// none of which Python's repr writes for names.
func List(text string) ([]string, error) {
	if strings.Contains(text, "\r") { // Python reads every kind of line end as \n
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	p := &listParser{rest: text, size: len(text)}
	names, err := p.list()
	if err != nil {
		return nil, fmt.Errorf("byte %d of the list: %w", p.size-len(p.rest)+1, err)
	}
	return names, nil
}

type listParser struct {
	rest string
	size int // of the whole text
}

// space skips what Python skips between tokens inside brackets.
func (p *listParser) space() { p.rest = strings.TrimLeft(p.rest, " \t\f\n") }

// take skips c if it is next.
func (p *listParser) take(c byte) bool {
	if p.rest == "" || p.rest[0] != c {
		return false
	}
	p.rest = p.rest[1:]
	return true
}

func (p *listParser) list() ([]string, error) {
	p.space()
	if !p.take('[') {
		return nil, errors.New("no [, so no list")
	}
	names := []string{}
	for {
		p.space()
		if p.take(']') {
			break
		}
		name, err := p.element()
		if err != nil {
			return nil, err
		}
		names = append(names, name)
		if !p.take(',') && !strings.HasPrefix(p.rest, "]") {
			return nil, errors.New("neither a comma nor ] after a string")
		}
	}
	if p.space(); p.rest != "" {
		return nil, errors.New("more text after the list")
	}
	return names, nil
}

// element reads one or more strings without a comma between them, and the space
// behind.
func (p *listParser) element() (string, error) {
	var b strings.Builder
	for n := 0; ; n++ {
		p.space()
		// Python 2 wrote u'...'; in Python 3 that is the same.
		if len(p.rest) > 1 && (p.rest[0] == 'u' || p.rest[0] == 'U') && (p.rest[1] == '\'' || p.rest[1] == '"') {
			p.rest = p.rest[1:]
		}
		quote := byte('\'')
		if !p.take(quote) {
			if quote = '"'; !p.take(quote) {
				if n == 0 {
					return "", errors.New("no string where one should begin")
				}
				return b.String(), nil
			}
		}
		if err := p.text(quote, &b); err != nil {
			return "", err
		}
	}
}

// text reads a string's characters and its closing quote.
func (p *listParser) text(quote byte, b *strings.Builder) error {
	for {
		i := strings.IndexAny(p.rest, "\\\n"+string(quote))
		if i < 0 {
			p.rest = ""
			return errors.New("a string without an end")
		}
		b.WriteString(p.rest[:i])
		c := p.rest[i]
		p.rest = p.rest[i:]
		switch c {
		case quote:
			p.rest = p.rest[1:]
			return nil
		case '\\':
			if err := p.escape(b); err != nil {
				return err
			}
		default:
			return errors.New("a line ends inside a string")
		}
	}
}

// The escapes of one character (Python language reference, 2.4.1.1).
var escapes = map[byte]string{
	'\\': "\\", '\'': "'", '"': "\"", 'a': "\a", 'b': "\b", 'f': "\f", 'n': "\n", 'r': "\r", 't': "\t", 'v': "\v", '\n': "",
}

// hexDigits is how many an escape takes.
var hexDigits = map[byte]int{'x': 2, 'u': 4, 'U': 8}

// escape reads an escape from its backslash on.
func (p *listParser) escape(b *strings.Builder) error {
	if len(p.rest) < 2 {
		return errors.New("a string without an end")
	}
	c := p.rest[1]
	if text, ok := escapes[c]; ok {
		p.rest = p.rest[2:]
		b.WriteString(text)
		return nil
	}
	digits, from, base := hexDigits[c], 2, 16
	switch {
	case c >= '0' && c <= '7':
		from, base = 1, 8
		for digits = 1; digits < 3 && from+digits < len(p.rest) && p.rest[from+digits] >= '0' && p.rest[from+digits] <= '7'; {
			digits++
		}
	case c == 'N':
		return errors.New(`a character by name (\N{...}) is not read here`)
	case digits == 0: // Python keeps the backslash of an escape that it does not know
		p.rest = p.rest[1:]
		b.WriteByte('\\')
		return nil
	}
	if len(p.rest) < from+digits {
		return errors.New("an escape cut short")
	}
	v, err := strconv.ParseUint(p.rest[from:from+digits], base, 32)
	if err != nil || v > utf8.MaxRune || !utf8.ValidRune(rune(v)) {
		return fmt.Errorf("%q is no character", p.rest[:from+digits])
	}
	p.rest = p.rest[from+digits:]
	b.WriteRune(rune(v))
	return nil
}
