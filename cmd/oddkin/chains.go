package main

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"oddkin/detect/corpus"
	shipped "oddkin/samples/corpus"
)

// loadCorpus reads the corpus files below paths, or the shipped corpus when
// there are none.
func loadCorpus(paths []string) ([]*corpus.File, error) {
	if len(paths) == 0 {
		files, err := shipped.Files()
		if err != nil {
			return nil, err
		}
		return corpusFiles(files, ".", "shipped corpus: ")
	}
	var all []*corpus.File
	for _, p := range paths {
		dir, name := filepath.Split(filepath.Clean(p))
		files, err := corpusFiles(os.DirFS(cmp.Or(dir, ".")), name, dir)
		if err != nil {
			return nil, err
		}
		all = append(all, files...)
	}
	return all, nil
}

// corpusFiles reads root, a file or a folder of *.chains files; prefix is put
// before names in errors.
func corpusFiles(fsys fs.FS, root, prefix string) ([]*corpus.File, error) {
	var all []*corpus.File
	err := fs.WalkDir(fsys, root, func(p string, d fs.DirEntry, err error) error {
		if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
			pe.Path = prefix + pe.Path
		}
		if err != nil {
			return err
		}
		if d.IsDir() || p != root && !strings.HasSuffix(p, ".chains") {
			return nil
		}
		f, err := fsys.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		file, err := corpus.Read(f)
		if err != nil {
			return fmt.Errorf("%s%s: %w", prefix, p, err)
		}
		all = append(all, file)
		return nil
	})
	if err != nil {
		return nil, failed(err, "a corpus is a folder of .chains files, as 'oddkin corpus add' writes them")
	}
	if len(all) == 0 {
		return nil, failed(fmt.Errorf("%s%s holds no .chains files", prefix, root), "")
	}
	return all, nil
}
