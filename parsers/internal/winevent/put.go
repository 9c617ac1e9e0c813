package winevent

// Begin empties the record for one that stands in source, which must not change
// while the record is in use.
func (r *Record) Begin(source []byte) { *r = Record{json: source, text: r.text[:0]} }

// Put notes a value, which is copied.
func (r *Record) Put(f Field, value []byte) { r.put(f, value) }

// Has reports whether the record names f, be it with an empty value.
func (r *Record) Has(f Field) bool { return r.has(f) }

// The fields of an event's System element that every record has.
const (
	TimeCreated = timeCreated
	RecordID    = recordID
)

// SystemField gives what the text of an element of System means, or that of an
// attribute of it; 0 if nothing that is wanted.
func SystemField(element, attribute string) Field {
	switch {
	case attribute == "Name" && element == "Provider":
		return provider
	case attribute == "SystemTime" && element == "TimeCreated":
		return timeCreated
	case attribute != "":
		return none
	}
	switch element {
	case "EventID":
		return eventID
	case "EventRecordID":
		return recordID
	case "Channel":
		return channel
	case "Computer":
		return computer
	}
	return none
}

// DataField gives what the event data of that name means; 0 if nothing that is
// wanted.
func DataField(name string) Field {
	m, _ := dataSection.names.find([]byte(name))
	return m.field
}

// Wanted reports whether event data can make an event of the record, judged by
// what is known of its System element. It lets the data of all others be passed
// over unread.
func (r *Record) Wanted() bool {
	id := number(r.get(eventID), 1<<16-1)
	switch r.origin() {
	case sysmon:
		return id != 4 && id != 6 && id != 16 && id != 255 // of Sysmon itself
	case security:
		return true
	case kernel:
		return id == 12
	}
	return !r.has(eventID) || r.first(provider, channel) == nil
}
