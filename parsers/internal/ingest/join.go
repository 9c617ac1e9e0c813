package ingest

import "oddkin/parsers/event"

// Joiner is a format of logs that are rotated while they are written: the records
// of one event may stand in two files, and what the numbers of the records tell
// goes across them. Its reader leaves in [Input.Left] what other files may
// complete, where [Input.Join] allows.
type Joiner interface {
	Format
	// Join puts together what inputs left, in any order, and emits each event that
	// was left, complete or not. It corrects the parts' accounts and counts the
	// events there.
	Join(parts []Part, emit func(event.Event))
}

// Part is one input's share in a join.
type Part struct {
	// Folder is where the input lies: only files of one folder are one log.
	Folder  string
	Account *event.Account
	Left    Left
}

// Left is what a reader left of an input. Size is about what it holds in memory,
// in bytes.
type Left interface{ Size() int }
