package winevent

import (
	"bytes"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/jsonstream"
)

// ecs reads a record that no Windows log wrote but that tells of a process in
// the words of the Elastic Common Schema: Elastic's endpoint agent, Auditbeat.
func (r *Reader) ecs(ev event.Event) outcome {
	rec := &r.Rec
	if rec.first(ecsPID, ecsEntityID) == nil {
		return notNeeded
	}
	ev.Kind = r.ecsEventKind()
	if ev.Kind == event.Snapshot {
		if rec.get(ecsExecutable) == nil {
			return notNeeded
		}
		seen := r.sighting(rec.get(ecsEntityID), number(rec.get(ecsPID), 1<<32-1), number(rec.get(ecsPPID), 1<<32-1),
			rec.get(ecsExecutable), []byte(r.user()), &ev)
		if r.ahead != nil {
			return r.ahead.sight(seen)
		}
		if !r.sightings.isNews(&seen) {
			return notNeeded
		}
	}
	ev.Proc = r.sysmonProc()
	ev.Proc.OS = r.os(osOfPath(rec.get(ecsExecutable)))
	ev.Proc.Argv = r.argv()
	ev.Proc.Container = r.string(rec.get(ecsContainerID))
	ev.Parent = r.sysmonParent()
	if ev.Parent.PID == 0 {
		ev.Parent.PID = r.pid(rec.get(ecsPPID))
	}
	if ev.Parent.Image == "" {
		ev.Parent.Name = r.string(rec.get(ecsParentName))
	}
	if ev.Proc.PID == 0 && ev.Proc.GUID == "" {
		r.odd = namesNone
		return malformed
	}
	if ev.Kind == event.Snapshot {
		return r.tell(ev)
	}
	return r.once(ev)
}

// ecsEventKind tells a start from an end by event.category, type and action.
// Whatever else names a process is a sighting of it.
func (r *Reader) ecsEventKind() event.Kind {
	if !r.listed(ecsCategory, "process") {
		return event.Snapshot
	}
	switch {
	case r.listed(ecsAction, "existing_process", "already_running") || r.listed(ecsKind, "state"):
		return event.Snapshot
	case r.listed(ecsType, "end") || r.listed(ecsAction, "end", "process_stopped", "terminated"):
		return event.Exit
	case r.listed(ecsAction, "fork") && !r.listed(ecsAction, "exec"):
		return event.Fork
	case r.listed(ecsType, "start") || r.listed(ecsAction, "exec", "executed", "process_started"):
		if r.listed(ecsOutcome, "failure") {
			return event.ExecFailed
		}
		return event.Exec
	}
	return event.Snapshot
}

// listed reports whether f, a string or a list of strings, holds one of words.
func (r *Reader) listed(f Field, words ...string) bool {
	for s := range r.list(f) {
		for _, w := range words {
			if bytes.EqualFold(s, []byte(w)) {
				return true
			}
		}
	}
	return false
}

// list walks f, a string or a list of strings.
func (r *Reader) list(f Field) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		at := r.Rec.spans[f]
		if at.end == 0 || r.Rec.json[at.start] != '[' {
			if b := r.Rec.get(f); b != nil {
				yield(b)
			}
			return
		}
		s := jsonstream.NewScannerBytes(r.Rec.json[at.start:at.end])
		for range s.Elements() {
			if !yield(s.Text()) {
				return
			}
		}
	}
}

// argv is process.args.
func (r *Reader) argv() []string {
	var argv []string
	for a := range r.list(ecsArgs) {
		argv = append(argv, r.string(a))
	}
	return argv
}

// osOfPath guesses the system by how a path is written; 0 if it cannot be told.
func osOfPath(path []byte) event.OS {
	switch {
	case bytes.HasPrefix(path, []byte("/")):
		return event.Linux
	case bytes.IndexByte(path, '\\') >= 0:
		return event.Windows
	}
	return 0
}
