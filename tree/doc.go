// Package tree rebuilds who started whom.
//
// [Build] takes the events of any number of hosts in any order and returns a
// [Forest]: one [Node] for each program a process ran, joined to the node that
// started it, with the kind of evidence for each join. Every root-to-leaf
// [Path] of the forest is one chain for package detect to score.
//
// The package is pure: it reads no file, knows no format and no model, and the
// same events give the same forest whatever order they arrive in.
package tree
