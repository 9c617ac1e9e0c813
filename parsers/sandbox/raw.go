package sandbox

import (
	"math"
	"strconv"

	"github.com/Velocidex/ordereddict"
)

// maxRaw bounds the values that are kept of one record; the rest are skipped.
const maxRaw = 10_000

// value builds the next value: an ordered dictionary, a slice, a string, an
// int64, uint64 or float64, a bool or nil. room counts down the values that may
// still be built.
func (s *scanner) value(room *int) (any, error) {
	c, err := s.inside()
	if err != nil {
		return nil, err
	}
	if *room--; *room < 0 {
		return nil, s.skip()
	}
	switch c {
	case '{':
		dict := ordereddict.NewDict()
		err := s.object(func(key []byte) error {
			k := string(key)
			v, err := s.value(room)
			if *room >= 0 {
				dict.Set(k, v)
			}
			return err
		})
		return dict, err
	case '[':
		list := []any{}
		err := s.array(func() error {
			v, err := s.value(room)
			if *room >= 0 {
				list = append(list, v)
			}
			return err
		})
		return list, err
	case '"':
		text, _, err := s.string(maxText)
		return string(text), err
	}
	text, err := s.literal()
	return literal(string(text)), err
}

// literal gives a number or word its Go value. What is no JSON, such as NaN,
// stays as text.
func literal(text string) any {
	switch text {
	case "null":
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

// plain is a built value as text, as [scanner.scalar] would have given it.
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
