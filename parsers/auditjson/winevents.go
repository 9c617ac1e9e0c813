package auditjson

import (
	"bytes"

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
			In:     r.in,
			Yield:  func(ev event.Event, err error) bool { r.stop(r.yield(ev, err)); return !r.stopped },
			Export: true,
			Raw:    func([]byte) *ordereddict.Dict { return jsonstream.Dict(r.s.Held()) },
		}
	}
	return r.windows
}

// windowsMarks are what an event of Windows' logs, or of Elastic's endpoint, has and no record
// of the audit system.
var windowsMarks = [][]byte{[]byte(`"winlog`), []byte(`"event_data`), []byte(`"EventID"`), []byte(`"EventData"`), []byte(`"eventdata"`), []byte(`"ProcessGuid"`), []byte(`"endpoint"`)}

// foreign takes an object that what became of in its dialect, if it is of another: an export over
// several indices of a search engine mixes the audit system's records with others'.
func (r *reader) foreign(object []byte, what outcome) outcome {
	if what != notNeeded && what != malformed {
		return what
	}
	for _, mark := range windowsMarks {
		if bytes.Contains(object, mark) {
			r.odd = ""
			return r.windowsEvent(object)
		}
	}
	return what
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
