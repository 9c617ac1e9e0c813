// Package event is the one model that every format is read into and everything
// after the parsers works on.
//
// An [Event] is one observation about one process: it started a program, was
// forked, ended, or was merely seen alive. It says what the evidence says and
// nothing more. Numeric user ids stay numeric, a missing parent stays missing,
// a pid is only a number until package tree has worked out whose it was. No
// fact of the machine that oddkin runs on may enter.
//
// # Leaf
//
// The package imports the standard library and ordereddict alone, knows no
// format and does no input or output. Parsers make events, package tree
// consumes them, and the report leads every finding back to [Source].
//
// # Absence
//
// The zero value of every field means "the evidence does not say". Pid 0 is
// therefore absence too, which loses nothing: pid 0 is the kernel's idle task
// on Linux and the idle process on Windows, and neither starts programs.
package event
