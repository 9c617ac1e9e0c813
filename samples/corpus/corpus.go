// Package corpus embeds the recorded chains that the shipped model learns from
// and is judged on: one file per host and view, in the format of package
// oddkin/detect/corpus. samples/lab says how they were recorded.
//
// The *.chains files of this folder are what people read and change; corpus.zip holds the same
// for the program, an eighth as large.
package corpus

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"io/fs"
)

//go:generate go run mk_zip.go

//go:embed corpus.zip
var packed []byte

// Files holds every *.chains file of this folder.
func Files() (fs.FS, error) { return zip.NewReader(bytes.NewReader(packed), int64(len(packed))) }
