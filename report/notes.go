package report

import "fmt"

// notes says what the evidence cannot show and what weakens the result, as far
// as the document's own numbers tell. A reader who sees none may trust that
// nothing of the sort was found.
func notes(d *Document) []Note {
	list := []Note{}
	add := func(kind, format string, args ...any) {
		list = append(list, Note{kind, fmt.Sprintf(format, args...)})
	}
	e := &d.Evidence
	if d.Interrupted {
		add("interrupted", "The run was stopped early: part of the evidence was not read.")
	}
	if e.OutOfDomain {
		add("out_of_domain", "The model never saw %.0f %% of the program names: the scores say more about the model than about this evidence.", 100*e.UnknownNames)
	}
	noteInputs(e, add)
	noteLinks(e, add)
	return list
}

// noteInputs tells what of the inputs was not read.
func noteInputs(e *Evidence, add func(kind, format string, args ...any)) {
	var refused, truncated, silent int
	var malformed, skipped int64
	for i := range e.Inputs {
		in := &e.Inputs[i]
		switch {
		case in.Format == "":
			refused++
		case in.Events == 0:
			silent++
		}
		if in.Truncated {
			truncated++
		}
		malformed += in.Malformed
		skipped += in.Skipped
	}
	if refused > 0 {
		add("refused", "%s of no known format, not read.", plural(refused, "input is", "inputs are"))
	}
	if truncated > 0 {
		add("truncated", "%s inside a record or could not be read to the end.", plural(truncated, "input ends", "inputs end"))
	}
	if silent > 0 {
		add("no_events", "%s no process start, exit or sighting.", plural(silent, "input holds", "inputs hold"))
	}
	if malformed > 0 {
		add("malformed", "%s malformed: processes may be missing.", plural(malformed, "record is", "records are"))
	}
	if skipped > 0 {
		add("skipped", "%s to no record (holes, garbage, damage).", plural(skipped, "byte belongs", "bytes belong"))
	}
}

// noteLinks tells how far the lineage can be trusted.
func noteLinks(e *Evidence, add func(kind, format string, args ...any)) {
	if n := e.Links.Inferred; n > 0 {
		add("inferred", "%s of %s have a parent that was worked out, not recorded.", count(n), plural(e.Processes, "process", "processes"))
	}
	if n := e.Links.Orphan; n > 0 {
		add("orphan", "%s of %s have no parent in the evidence: what started them is unknown.", count(n), plural(e.Processes, "process", "processes"))
	}
	if n := e.Standings.Seen; n > 0 {
		add("seen", "%s alive, with no record of the start: the times are those of the first sighting.", plural(n, "process is only seen", "processes are only seen"))
	}
	if n := e.Standings.Named; n > 0 {
		add("named", "%s known only because a child names it: command line and start time are missing.", plural(n, "process is", "processes are"))
	}
}
