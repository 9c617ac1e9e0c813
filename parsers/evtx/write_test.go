package evtx

import "oddkin/parsers/evtx/evtxtest"

type (
	log       = evtxtest.Log
	field     = evtxtest.Field
	happening = evtxtest.Event
)

var (
	newLog = evtxtest.New
	wide   = evtxtest.Wide
	sign   = evtxtest.Sign
)

func datum(name string, kind byte, value []byte) field {
	return field{Name: name, Kind: kind, Value: value}
}
