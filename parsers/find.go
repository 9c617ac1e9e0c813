package parsers

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// input is one file to read, or the reason why it is not.
type input struct {
	path string // to open
	name string // to show: the path as given, with slashes
	size int64
	// asked is set when the path was named itself, not found in a folder: then it
	// is an error for it to hold no evidence.
	asked  bool
	refuse string
	// special is set for what is no file at all: a link, a pipe, a device.
	special bool
}

// find lists the files below paths in reading order: paths as given, folders in
// the order of their names, rotated logs oldest first.
func find(paths []string) ([]input, error) {
	var all []input
	for _, p := range paths {
		for _, named := range expand(p) {
			found, err := at(named)
			if err != nil {
				return nil, err
			}
			all = append(all, found...)
		}
	}
	return all, nil
}

// at lists what one path stands for.
func at(p string) ([]input, error) {
	if p == "-" {
		return []input{{path: p, name: "-", asked: true}}, nil
	}
	info, err := os.Stat(p)
	switch {
	case err != nil:
		return []input{{path: p, name: filepath.ToSlash(p), asked: true, refuse: reason(err)}}, nil
	case info.IsDir():
		return walk(p)
	}
	return []input{regular(p, info, true)}, nil
}

// expand gives the paths that p matches, as [filepath.Match] has it and in order of
// rotation, if it names nothing itself: a pattern that no shell has expanded.
func expand(p string) []string {
	if _, err := os.Lstat(p); err == nil || !strings.ContainsAny(p, "*?[") {
		return []string{p}
	}
	matches, err := filepath.Glob(p)
	if err != nil || len(matches) == 0 {
		return []string{p}
	}
	slices.SortStableFunc(matches, func(a, b string) int {
		return byRotation(input{name: filepath.ToSlash(a)}, input{name: filepath.ToSlash(b)})
	})
	return matches
}

// walk lists one folder.
func walk(root string) ([]input, error) {
	var found []input
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			found = append(found, input{path: p, name: filepath.ToSlash(p), asked: p == root, refuse: reason(err)})
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		info, err := d.Info()
		if err != nil {
			found = append(found, input{path: p, name: filepath.ToSlash(p), refuse: reason(err)})
			return nil
		}
		found = append(found, regular(p, info, false))
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("cannot list %s: %w", root, err)
	}
	if len(found) == 0 {
		found = append(found, input{path: root, name: filepath.ToSlash(root), asked: true, refuse: "no files in it"})
	}
	slices.SortStableFunc(found, byRotation)
	return found, nil
}

// regular accepts regular files only: opening a pipe would wait for ever, and a
// link could lead out of the evidence.
func regular(p string, info fs.FileInfo, asked bool) input {
	in := input{path: p, name: filepath.ToSlash(p), size: info.Size(), asked: asked}
	switch mode := info.Mode(); {
	case mode.IsRegular():
	case mode&fs.ModeSymlink != 0:
		in.refuse, in.special = "a symbolic link inside a folder is not followed", true
	case asked && mode&fs.ModeNamedPipe != 0: // a shell's <(command)
	default:
		in.refuse, in.special = "not a regular file", true
	}
	return in
}

// byRotation orders files by folder and name, with the older versions of a log before it: the
// numbered ones, the highest number first, or the dated ones.
func byRotation(a, b input) int {
	dirA, nameA, turnA := rotation(a.name)
	dirB, nameB, turnB := rotation(b.name)
	return cmpOr(strings.Compare(dirA, dirB), strings.Compare(nameA, nameB), cmp.Compare(turnB, turnA), strings.Compare(a.name, b.name))
}

func cmpOr(results ...int) int {
	for _, r := range results {
		if r != 0 {
			return r
		}
	}
	return 0
}

// dated is what logrotate(8) names a log with dateext: -YYYYMMDD, and the hour or a time behind it.
var dated = pattern(`^(.+?)-([12][0-9]{7})(?:-?([0-9]{1,10}))?$`)

// rotation splits "dir/audit.log.3.gz" into folder, base name and 3. Of a dated one the number is
// the larger the older it is. A file that is not rotated has number 0.
func rotation(p string) (dir, base string, turn int64) {
	dir, base = "", p
	if i := strings.LastIndexByte(p, '/'); i >= 0 {
		dir, base = p[:i], p[i+1:]
	}
	for _, ext := range []string{".gz", ".xz", ".zst", ".bz2"} {
		base = strings.TrimSuffix(base, ext)
	}
	if m := dated().FindStringSubmatch(base); m != nil {
		day, _ := strconv.ParseInt(m[2], 10, 64)
		rest, _ := strconv.ParseInt("0"+m[3], 10, 64)
		return dir, m[1], math.MaxInt64 - (day*1e10 + rest)
	}
	i := strings.LastIndexByte(base, '.')
	if i <= 0 {
		return dir, base, 0
	}
	n, err := strconv.ParseInt(base[i+1:], 10, 64)
	if err != nil || n < 0 || n > 1<<20 {
		return dir, base, 0
	}
	return dir, base[:i], n
}

// reason is an error without the path, which stands beside it.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return "cut short: its packed data ends early (" + err.Error() + ")"
	}
	return err.Error()
}
