package sysmon

import (
	"strconv"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// rawFields gives an object's members in their order: strings, int64, float64
// (the number's text where that would not give it back), bool, nil, []any and
// nested dictionaries. XML is one field of text.
func rawFields(object []byte) *ordereddict.Dict {
	if winevent.IsXML(object) {
		return ordereddict.NewDict().Set("Event", string(object))
	}
	d, _ := rawValue(jsonstream.NewScannerBytes(object)).(*ordereddict.Dict)
	return d
}

func rawValue(s *jsonstream.Scanner) any {
	switch s.Next() {
	case '{':
		d := ordereddict.NewDict()
		for key := range s.Members() {
			k := string(key)
			d.Set(k, rawValue(s))
		}
		return d
	case '[':
		list := []any{}
		for range s.Elements() {
			list = append(list, rawValue(s))
		}
		return list
	case '"':
		return string(s.Text())
	case '0':
		return rawNumber(string(s.Text()))
	case 't', 'f':
		return string(s.Text()) == "true"
	}
	s.Skip()
	return nil
}

func rawNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == text {
		return f
	}
	return text
}
