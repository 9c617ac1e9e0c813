package auditd

import (
	"bytes"

	"github.com/Velocidex/ordereddict"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/syslog"
	"oddkin/parsers/internal/winevent"
)

// windowsEvent reads a line of a syslog that holds an event of Sysmon for Linux.
func (s *scan) windowsEvent(line []byte, offset int64) {
	if s.windows == nil {
		s.windows = &winevent.Reader{
			In:     s.in,
			Yield:  func(ev event.Event, err error) bool { s.done = s.done || !s.yield(ev, err); return !s.done },
			Raw:    func(xml []byte) *ordereddict.Dict { return ordereddict.NewDict().Set("Event", string(xml)) },
			Export: true,
		}
	}
	w := s.windows
	at := bytes.Index(line, []byte("<Event"))
	end := bytes.LastIndex(line, []byte("</Event>"))
	if end < at || !w.Rec.ReadXML(line[at:end+len("</Event>")]) {
		w.Lost(offset, 0, "damaged XML of an event", int64(len(line)))
		return
	}
	if computer := winevent.SystemField("Computer", ""); !w.Rec.Has(computer) {
		host, _ := syslog.Host(line[:at])
		w.Rec.Put(computer, host)
	}
	w.Take(offset)
}
