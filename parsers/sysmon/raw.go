package sysmon

import (
	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// rawFields gives a record's fields in their order: see [jsonstream.Dict]. XML is
// one field of text.
func rawFields(object []byte) *ordereddict.Dict {
	if winevent.IsXML(object) {
		return ordereddict.NewDict().Set("Event", string(object))
	}
	return jsonstream.Dict(object)
}
