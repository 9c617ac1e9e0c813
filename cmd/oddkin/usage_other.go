//go:build !unix && !windows

package main

import (
	"runtime"
	"time"
)

// processorTime is not known here.
func processorTime() time.Duration { return 0 }

// peakMemory is what the runtime has had of the system, in bytes.
func peakMemory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys)
}
