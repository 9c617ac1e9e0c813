package winevent

import (
	"bytes"
	"time"

	"github.com/cespare/xxhash/v2"

	"oddkin/parsers/event"
)

// origin is who wrote a record.
type origin uint8

const (
	other origin = iota
	sysmon
	security
	kernel
)

// origin tells by provider and channel who wrote the record, and where it names
// neither by what it holds.
func (r *Record) origin() origin {
	p, c := r.first(provider, ecsProvider), r.get(channel)
	switch {
	case bytes.Contains(p, []byte("Sysmon")), p == nil && bytes.Contains(c, []byte("Sysmon")):
		return sysmon
	case string(p) == "Microsoft-Windows-Security-Auditing", p == nil && bytes.EqualFold(c, []byte("Security")):
		return security
	case string(p) == "Microsoft-Windows-Kernel-General":
		return kernel
	case p == nil && c == nil && (r.get(newProcessID) != nil || r.get(processName) != nil):
		return security
	case p == nil && c == nil && r.first(processGUID, sourceProcessGUID) != nil:
		return sysmon
	}
	return other
}

// namesNone is said of a record that should tell of a process and does not.
const namesNone = "start or end that names no process"

// observe hands on what the record says of processes.
func (r *Reader) observe() outcome {
	id := number(r.Rec.first(eventID, ecsCode), 1<<16-1)
	ev := event.Event{Time: r.time()}
	r.In.Account.Span(ev.Time)
	switch r.Rec.origin() {
	case sysmon:
		return r.sysmon(id, ev)
	case security:
		return r.security(id, ev)
	case kernel:
		if id == 12 {
			return r.boot(ev)
		}
	case other:
		if !r.Rec.has(eventID) {
			return r.ecs(ev)
		}
	}
	return notNeeded
}

// boot reads Kernel-General 12, "The operating system started". EventLog 6005
// and Security 4608 come at every boot too, but after smss, wininit, services
// and lsass have started, so that they would cut those off; Sysmon 4 tells of
// Sysmon's service alone.
func (r *Reader) boot(ev event.Event) outcome {
	ev.Kind = event.Boot
	if t, _ := parseTime(r.Rec.get(startTime)); !t.IsZero() {
		ev.Time = t
	}
	return r.once(ev)
}

// once hands ev on unless the same record has been met before in this input.
func (r *Reader) once(ev event.Event) outcome {
	r.complete(&ev)
	s := start{event: ev, record: r.fingerprint()}
	if ev.Kind == event.Exec || ev.Kind == event.Fork {
		r.identify(&s)
	}
	if r.ahead != nil {
		r.ahead.start(s)
		return open
	}
	return r.settle(&s)
}

// settle hands a start, end or boot on unless it has been met before.
func (r *Reader) settle(s *start) outcome {
	if _, isNew := r.starts.Put(s.record); !isNew {
		return duplicate
	}
	r.sightings.started(&s.told)
	r.emit(&s.event)
	return used
}

// fingerprint is equal for two copies of one record: by host, channel, record
// number, event id and time where there is a number, else by every byte.
func (r *Reader) fingerprint() uint64 {
	number := r.Rec.get(recordID)
	if number == nil {
		return xxhash.Sum64(r.Rec.json)
	}
	b := append(r.scratch[:0], number...)
	for _, f := range [...]Field{computer, channel, provider, eventID, utcTime, timeCreated, timestamp, eventTime} {
		b = append(append(b, 0), r.Rec.raw(f)...)
	}
	r.scratch = b
	return xxhash.Sum64(b)
}

// complete fills in what every event of the record at hand has.
func (r *Reader) complete(ev *event.Event) {
	ev.Host = r.host()
	ev.Source = event.Source{File: r.In.Name, Offset: r.offset, Serial: r.serial}
	if r.In.KeepRaw {
		ev.Raw = r.Raw(r.Rec.json)
	}
}

// emit hands a completed event on.
func (r *Reader) emit(ev *event.Event) {
	r.In.Account.Events++
	r.Stopped = r.Stopped || !r.Yield(*ev, nil)
}

// tell completes an event that needs no look at those before and hands it on.
func (r *Reader) tell(ev event.Event) outcome {
	if r.ahead != nil {
		return open
	}
	r.complete(&ev)
	r.emit(&ev)
	return used
}

// host is the machine that the event happened on. In Beats' records host.name
// is the machine that collected them, so it counts only where nothing else does.
func (r *Reader) host() string {
	return r.string(r.Rec.first(computer, ecsHostName, ecsHostHostname))
}

// string interns.
func (r *Reader) string(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	return r.interner.Bytes(b)
}

// pid reads a process id, and notes one that is none.
func (r *Reader) pid(b []byte) uint32 {
	n := number(b, 1<<32-1)
	if n == 0 && b != nil && string(b) != "0" && string(b) != "0x0" {
		r.odd = "process id that is no number"
	}
	return uint32(n)
}

// guid reads a process identity.
func (r *Reader) guid(b []byte) string {
	r.scratch = appendGUID(r.scratch[:0], b)
	return r.string(r.scratch)
}

// image reads a program's path.
func (r *Reader) image(b []byte) string {
	if string(b) == "<unknown process>" {
		return ""
	}
	return r.string(b)
}

// time is when it happened: Sysmon's own time where there is one, else when the
// record was written.
func (r *Reader) time() time.Time {
	if t, _ := parseTime(r.Rec.get(utcTime)); !t.IsZero() {
		return t
	}
	if t, zoned := parseTime(r.Rec.get(timeCreated)); !t.IsZero() {
		r.guess(zoned)
		return t
	}
	received, _ := parseTime(r.Rec.get(timestamp))
	local, zoned := parseTime(r.Rec.get(eventTime))
	switch {
	case local.IsZero():
		return received
	case zoned:
		return local
	case received.IsZero():
		r.guess(false)
		return local
	}
	// NXLog writes when the event happened and when it came in by one local
	// clock, the receiver stamps the latter in UTC: the difference is the zone.
	arrived, _ := parseTime(r.Rec.get(eventReceivedTime))
	lag := arrived.Sub(received)
	zone := lag.Round(15 * time.Minute)
	if arrived.IsZero() || (lag-zone).Abs() > time.Minute || zone.Abs() > 14*time.Hour {
		return received
	}
	return local.Add(-zone)
}

// guess warns, once, where a time's zone is not known.
func (r *Reader) guess(zoned bool) {
	if r.ahead != nil {
		r.ahead.unzoned = r.ahead.unzoned || !zoned
		return
	}
	if !zoned && !r.guessed {
		r.guessed = true
		r.Warn(r.offset, r.serial, "times without zone, taken as UTC", 0)
	}
}
