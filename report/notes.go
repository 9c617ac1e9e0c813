package report

import (
	"fmt"

	"oddkin/detect"
	"oddkin/tree"
)

// notes says what the evidence cannot show and what weakens the result, as far
// as the numbers tell. A reader who sees none may trust that nothing of the sort
// was found.
func notes(d *Document, c *tree.Counts, told *tellings) []Note {
	list := noteList{}
	e := &d.Evidence
	if d.Interrupted {
		list.add("interrupted", 1, stoppedEarly)
	}
	if e.OutOfDomain {
		list.add("out_of_domain", 1, "The model never saw %.0f %% of the program names: the scores say more about the model than about this evidence.", 100*e.UnknownNames)
	}
	list.add("known_shapes", int64(e.KnownShapes), "%s below the alerts because the clean evidence that the model was tuned with has the same. An intruder who does what that evidence holds is hidden so.",
		plural(e.KnownShapes, "chain shape is as strange as an alert and stands", "chain shapes are as strange as an alert and stand"))
	long := 0
	for i := range d.Findings {
		if d.Findings[i].NamesOmitted > 0 {
			long++
		}
	}
	list.add("long_chains", int64(long), "%s told by some of more than %d hops: those left out are counted, and 'oddkin tree' draws them.", plural(long, "chain shape is", "chain shapes are"), detect.MaxHops)
	list.inputs(e)
	list.links(e)
	list.clocks(c)
	list.recording(d, c, told)
	return list
}

// stoppedEarly marks a partial result.
const stoppedEarly = "The run was stopped early: part of the evidence was not read."

type noteList []Note

// add adds a note about n things, unless there are none.
func (l *noteList) add(kind string, n int64, format string, args ...any) {
	if n > 0 {
		*l = append(*l, Note{kind, n, fmt.Sprintf(format, args...)})
	}
}

// inputs tells what of the inputs was not read.
func (l *noteList) inputs(e *Evidence) {
	var refused, other, truncated, silent, malformed, skipped int64
	for i := range e.Inputs {
		in := &e.Inputs[i]
		switch {
		case in.Format == "" && in.Failure != "":
			refused++
		case in.Format == "":
			other++
		case in.Events == 0:
			silent++
		}
		if in.Format != "" && (in.Truncated || in.Failure != "") {
			truncated++
		}
		malformed += in.Malformed
		skipped += in.Skipped
	}
	l.add("refused", refused, "%s not be read.", plural(refused, "input could", "inputs could"))
	l.add("passed_over", other, "%s of no known format and passed over.", plural(other, "file is", "files are"))
	l.add("truncated", truncated, "%s inside a record, or could not be read whole.", plural(truncated, "input ends", "inputs end"))
	l.add("no_events", silent, "%s no process start, exit or sighting.", plural(silent, "input holds", "inputs hold"))
	l.add("malformed", malformed, "%s malformed: processes may be missing.", plural(malformed, "record is", "records are"))
	l.add("skipped", skipped, "%s to no record (holes, garbage, damage).", plural(skipped, "byte belongs", "bytes belong"))
}

// links tells how far the lineage can be trusted.
func (l *noteList) links(e *Evidence) {
	of := plural(e.Processes, "process", "processes")
	n := int64(e.Links.Inferred)
	l.add("inferred", n, "%s of %s: the parent was worked out, not recorded.", count(n), of)
	n = int64(e.Links.Supposed)
	l.add("supposed", n, "%s of %s: the parent is the likeliest of several that fit.", count(n), of)
	n = int64(e.Links.Orphan)
	l.add("orphan", n, "%s of %s: the parent is not in the evidence, and what started them is unknown.", count(n), of)
	n = int64(e.Standings.Seen)
	l.add("seen", n, "%s of %s: seen alive, with no record of the start. The time is that of the first sighting.", count(n), of)
	n = int64(e.Standings.Named)
	l.add("named", n, "%s of %s: known only because a child names them, with neither command line nor start time.", count(n), of)
}

// clocks tells what the building of the forest found doubtful.
func (l *noteList) clocks(c *tree.Counts) {
	n := int64(c.UnbelievedForks)
	l.add("unbelieved_forks", n, "%s a child by a number that no later record confirms; not used.", plural(n, "fork record names", "fork records name"))
	n = int64(c.SelfParents + c.Cycles)
	l.add("cycles", n, "%s led back to itself and was cut.", plural(n, "lineage", "lineages"))
	n = int64(c.ClockSteps)
	l.add("clock_steps", n, "The clock of a host was set back (%s): order in time is uncertain there.", plural(n, "time", "times"))
	n = int64(c.Skewed)
	l.add("skewed", n, "%s, by the clocks on record, before the parent did.", plural(n, "process began", "processes began"))
	n = int64(c.Duplicates)
	l.add("duplicates", n, "%s on record twice, as when a log is given with its copy, and counted once.", plural(n, "start or fork is", "starts and forks are"))
}
