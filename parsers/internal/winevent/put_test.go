package winevent

import (
	"fmt"
	"testing"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// TestOnlyWantedRecordsMakeEvents gives every event data that names processes in
// all ways, and holds that what is not wanted would have made no event, so that
// nothing is lost by not reading its data.
func TestOnlyWantedRecordsMakeEvents(t *testing.T) {
	wanted := 0
	for _, name := range []string{"Microsoft-Windows-Sysmon", "Linux-Sysmon", "Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Kernel-General", "Service Control Manager"} {
		for id := range 5200 {
			var account event.Account
			r := Reader{In: &ingest.Input{Account: &account}, Yield: func(event.Event, error) bool { return true }}
			r.Rec.Begin(nil)
			r.Rec.Put(SystemField("Provider", "Name"), []byte(name))
			r.Rec.Put(SystemField("EventID", ""), fmt.Append(nil, id))
			wants := r.Rec.Wanted()
			for _, data := range []string{"ProcessId", "SourceProcessId", "TargetProcessId", "NewProcessId"} {
				r.Rec.Put(DataField(data), []byte("7"))
			}
			for _, data := range []string{"Image", "SourceImage", "TargetImage", "ProcessName", "NewProcessName"} {
				r.Rec.Put(DataField(data), []byte(`C:\a.exe`))
			}
			r.Take(0)
			if account.NotNeeded == 0 && !wants {
				t.Errorf("%s %d is not wanted and makes an event", name, id)
			}
			if wants {
				wanted++
			}
		}
	}
	if wanted < 5200 || wanted > 3*5200 {
		t.Errorf("%d wanted", wanted)
	}
}
