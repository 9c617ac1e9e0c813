package auditjson

import (
	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
	"oddkin/parsers/internal/winevent"
)

// eventXML takes an entry whose message is an event of Sysmon for Linux, which writes
// them as XML to syslog. The event's own account is that of the input.
func (j *journal) eventXML(r *reader, e *entry) outcome {
	if e.uid != "" && e.uid != "0" {
		r.odd = "Sysmon's event that an ordinary user's program logged, which is not believed"
		return r.logged(e)
	}
	if j.sysmon == nil {
		j.sysmon = &winevent.Reader{
			In:    r.in,
			Yield: func(ev event.Event, err error) bool { r.stop(r.yield(ev, err)); return !r.stopped },
			Raw:   func([]byte) *ordereddict.Dict { return jsonstream.Dict(r.s.Held()) },
		}
	}
	if !j.sysmon.Rec.ReadXML(e.message) {
		r.odd = "damaged XML of Sysmon's event"
		return malformed
	}
	if computer := winevent.SystemField("Computer", ""); !j.sysmon.Rec.Has(computer) {
		j.sysmon.Rec.Put(computer, []byte(e.host))
	}
	j.sysmon.Take(r.offset)
	return booked
}
