// Package unpack finds the files inside files.
//
// [Walk] looks at the first bytes of a stream, never at its name, removes
// compression (gzip, xz, zstandard, bzip2) and opens archives (tar, zip), nested
// to [MaxDepth], and hands every file found to a visitor as a forward-only
// stream. Nothing is written to disk and nothing is held in memory but what the
// decompressors need; a zip inside another container, which cannot be read
// forwards, is held up to [MaxSpool]. Encrypted zip members are tried with the few
// passwords under which samples are shared ("infected" and its like). A zip that has
// lost its directory, as one cut short has, is read by the headers before its members.
//
// # Bounds
//
// Evidence may be a bomb. A stream that has grown past [MaxQuiet] bytes and by
// more than [MaxRatio] is cut there with [ErrBomb]: what came before stays. Real
// logs shrink by 10 to 60; zeros by 1,000 and, in layers, without limit.
package unpack
