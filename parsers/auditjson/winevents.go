package auditjson

import (
	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// winevents reads the events of Windows' logs and of Sysmon for Linux that stand among
// the records of an input. It keeps the input's account.
func (r *reader) winevents() *winevent.Reader {
	if r.windows == nil {
		r.windows = &winevent.Reader{
			In:    r.in,
			Yield: func(ev event.Event, err error) bool { r.stop(r.yield(ev, err)); return !r.stopped },
			Raw:   func([]byte) *ordereddict.Dict { return jsonstream.Dict(r.s.Held()) },
		}
	}
	return r.windows
}

// eventXML takes an event as XML, as Sysmon for Linux writes it to syslog too. Host
// is the machine that logged it, where it names none.
func (r *reader) eventXML(xml []byte, host string) outcome {
	e := r.winevents()
	if !e.Rec.ReadXML(xml) {
		r.odd = "damaged XML of an event"
		return malformed
	}
	if computer := winevent.SystemField("Computer", ""); !e.Rec.Has(computer) {
		e.Rec.Put(computer, []byte(host))
	}
	e.Take(r.offset)
	return booked
}
