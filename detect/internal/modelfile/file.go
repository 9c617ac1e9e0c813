package modelfile

import (
	"encoding/json"
	"io"

	"oddkin/detect/internal/lstm"
)

// File is a model file's content.
type File struct {
	// Header is the caller's JSON document, kept byte for byte in the metadata
	// entry "oddkin". Read returns nil where the file has none.
	Header json.RawMessage
	// Tensors are sorted by name when read.
	Tensors []lstm.Tensor
}

// Write writes f. The same content gives the same bytes, in whatever order the
// tensors come.
func Write(w io.Writer, f File) error { panic("modelfile: Write: not yet written") }

// Read reads a model file to its end. Whatever does not fit the format, this
// package's limits or the length of the input is an error that says what is
// wrong and where; no part of such a file is returned.
func Read(r io.Reader) (File, error) { panic("modelfile: Read: not yet written") }
