package winevent

import (
	"fmt"

	"oddkin/parsers/internal/ingest"
)

// Match tells how sure it is that the record is a Windows event or an ECS
// process event, be it whole or cut.
func (r *Record) Match() ingest.Match {
	id := number(r.first(eventID, ecsCode), 1<<16-1)
	source := r.first(provider, channel, ecsProvider)
	switch {
	case id > 0 && source != nil && r.origin() != other:
		return ingest.Match{Confidence: 95, Reason: fmt.Sprintf("JSON object with event %d of %.60q", id, source)}
	case id > 0 && source != nil && r.has(eventID):
		return ingest.Match{Confidence: 80, Reason: fmt.Sprintf("JSON object with Windows event %d of %.60q", id, source)}
	case id > 0 && r.origin() != other:
		return ingest.Match{Confidence: 75, Reason: fmt.Sprintf("JSON object with event %d and the fields of a process event", id)}
	case r.has(ecsCategory) && r.first(ecsPID, ecsEntityID) != nil:
		return ingest.Match{Confidence: 70, Reason: "JSON object with event.category and process (Elastic Common Schema)"}
	}
	return ingest.Match{}
}
