package main

import (
	"os"
	"runtime/debug"
)

// lean trades some processor time for memory where much evidence is read, by its size on
// disk: what is kept of it grows steadily, so that collecting garbage at every doubling,
// as Go does by default, would let memory reach twice what is needed.
func lean(size int64) {
	if os.Getenv("GOGC") != "" {
		return // the user has chosen
	}
	switch {
	case size >= 2e9:
		debug.SetGCPercent(25)
	case size >= 250e6:
		debug.SetGCPercent(50)
	}
}
