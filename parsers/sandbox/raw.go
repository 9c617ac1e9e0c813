package sandbox

import (
	"math"
	"strconv"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/internal/jsonstream"
)

// maxRaw bounds the values that are kept of one record; the rest are passed
// over.
const maxRaw = 10_000

// value builds the value that comes next: an ordered dictionary, a slice, a
// string, an int64, uint64 or float64, a bool or nil. room counts down the
// values that may still be built.
func value(s *jsonstream.Scanner, room *int) any {
	if *room--; *room < 0 {
		s.Skip()
		return nil
	}
	switch s.Next() {
	case '{':
		dict := ordereddict.NewDict()
		for key := range s.Members() {
			k := string(key)
			if v := value(s, room); *room >= 0 {
				dict.Set(k, v)
			}
		}
		return dict
	case '[':
		list := []any{}
		for range s.Elements() {
			if v := value(s, room); *room >= 0 {
				list = append(list, v)
			}
		}
		return list
	case '"':
		text, _ := clip(s.Text())
		return text
	}
	return literal(string(s.Raw()))
}

// literal gives a number or word its Go value. What JSON does not have, such as
// NaN, stays text.
func literal(text string) any {
	switch text {
	case "", "null":
		return nil
	case "true", "false":
		return text == "true"
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if n, err := strconv.ParseUint(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
		return f
	}
	return text
}

// plain is a built scalar as text, as [jsonstream.Scanner.Text] would give it.
func plain(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case bool:
		return strconv.FormatBool(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	}
	return ""
}

// maxText is how much of a text is kept. Windows ends a command line at 32,767
// characters.
const maxText = 64 << 10

// clip gives text as a string of at most maxText bytes and tells whether it was
// longer.
func clip(text []byte) (string, bool) {
	return string(text[:min(len(text), maxText)]), len(text) > maxText
}
