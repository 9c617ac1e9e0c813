package main

import (
	"fmt"
	"os"

	"oddkin/tree"
)

// spillFile makes the file in dir that large evidence spills to. No name of it is left
// there: the system takes it back when the process ends, however that comes about.
func spillFile(dir string) (*os.File, error) {
	if !tree.CanSpill {
		return nil, usage("--spill does not work on this system")
	}
	f, err := os.CreateTemp(dir, "oddkin-spill-*")
	if err != nil {
		return nil, failed(fmt.Errorf("cannot spill: %w", err), "--spill takes a folder")
	}
	if err := os.Remove(f.Name()); err != nil {
		_ = f.Close()
		return nil, failed(fmt.Errorf("cannot spill: %w", err), "")
	}
	return f, nil
}
