package main

import (
	"errors"
	"fmt"
)

// Exit codes, as the help text of the root command documents them.
const (
	exitOK          = 0
	exitFindings    = 1 // --fail-on was given and a chain reached it
	exitUsage       = 2 // the command line is wrong
	exitPartial     = 3 // some of the evidence could not be read; the rest was
	exitNothing     = 4 // none of the evidence could be read
	exitFailure     = 5 // anything else: a model refused, a result not written
	exitInterrupted = 130
)

const (
	exitHelpFindings = "\n  1    a chain scored at or above --fail-on, even if some evidence could not be read"
	exitHelpRest     = `
  2    the command line is wrong
  3    some of the evidence could not be read; the rest was analysed
  4    none of the evidence could be read
  5    failed for another reason, such as a result that could not be written
  130  interrupted: while reading, what had been read by then was reported, marked
       partial; later, there is no complete result`
)

// exitHelp is for commands that read evidence; ranks says whether one has --fail-on.
func exitHelp(ranks bool) string {
	text := "Exit codes:\n  0    done; findings alone never change it"
	if ranks {
		text += exitHelpFindings
	}
	return text + exitHelpRest
}

// exitError is an error with the exit code it leads to and, apart from what went
// wrong, a hint at what to do about it.
type exitError struct {
	code int
	err  error
	hint string
}

func (e *exitError) Error() string { return e.err.Error() }
func (e *exitError) Unwrap() error { return e.err }

// usage is a mistake on the command line.
func usage(format string, args ...any) error {
	return &exitError{code: exitUsage, err: fmt.Errorf(format, args...)}
}

// failed wraps err with the code for failures that are nobody's mistake.
func failed(err error, hint string) error {
	return &exitError{code: exitFailure, err: err, hint: hint}
}

// exitCode is the code that err leads to.
func exitCode(err error) int {
	if err == nil {
		return exitOK
	}
	var e *exitError
	if errors.As(err, &e) {
		return e.code
	}
	return exitUsage // cobra's own errors are about the command line
}
