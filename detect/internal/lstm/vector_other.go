//go:build !amd64

package lstm

// Only amd64 has vector forms; elsewhere the loops beside them do all the work.
var hasVectors, hasWide = false, false

func gemmVector(c []float32, ldc int, a matrix, b []float32, ldb, m, n, k int) (rows, cols, rest int) {
	return 0, 0, 0
}

func axpyVector(y, x []float32, a float32) int { return 0 }

func activateVector(z []float32, h int, before, cell, tanhCell, hidden []float32) int { return 0 }
