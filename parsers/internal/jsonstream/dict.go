package jsonstream

import (
	"strconv"

	"github.com/Velocidex/ordereddict"
)

// Dict gives an object's members in their order, for event.Event's Raw: strings,
// int64, float64 (the number's text where that would not give it back), bool,
// nil, []any and nested dictionaries. It is nil for what is no object.
func Dict(object []byte) *ordereddict.Dict {
	d, _ := dictValue(NewScannerBytes(object)).(*ordereddict.Dict)
	return d
}

func dictValue(s *Scanner) any {
	switch s.Next() {
	case '{':
		d := ordereddict.NewDict()
		for key := range s.Members() {
			k := string(key)
			d.Set(k, dictValue(s))
		}
		return d
	case '[':
		list := []any{}
		for range s.Elements() {
			list = append(list, dictValue(s))
		}
		return list
	case '"':
		return string(s.Text())
	case '0':
		return dictNumber(string(s.Text()))
	case 't', 'f':
		return string(s.Text()) == "true"
	}
	s.Skip()
	return nil
}

func dictNumber(text string) any {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && strconv.FormatFloat(f, 'f', -1, 64) == text {
		return f
	}
	return text
}
