package winevent

import "bytes"

// Labels of the message that Windows renders from an event, in English.
var (
	sysmonLabels = newNames(data)
	labels4688   = newNames(map[string]meaning{
		"New Process ID": {field: newProcessID}, "New Process Name": {field: newProcessName},
		"Creator Process ID": {field: processID}, "Creator Process Name": {field: parentProcessName},
		"Process Command Line": {field: commandLine},
	})
	labels4689 = newNames(map[string]meaning{"Process ID": {field: processID}, "Process Name": {field: processName}})
)

// fromMessage takes what the record lacks from its rendered message, if it
// lacks any of needed. NXLog needs that: to it ProcessId and ProcessID are one
// name, so that the event's own ProcessId gives way to that of the process that
// wrote the log. Of a label that comes twice the first counts, as what stands
// behind the command line may have been written by whoever wrote that.
func (r *Reader) fromMessage(labels names, needed ...Field) {
	rec := &r.Rec
	complete := true
	for _, f := range needed {
		complete = complete && rec.get(f) != nil
	}
	if complete {
		return
	}
	text := rec.raw(message)
	for len(text) > 0 {
		var line []byte
		line, text, _ = bytes.Cut(text, []byte("\n"))
		label, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		m, ok := labels.find(bytes.TrimSpace(label))
		if !ok || rec.get(m.field) != nil {
			continue
		}
		rec.put(m.field, bytes.TrimSpace(value))
	}
}
