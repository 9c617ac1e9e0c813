package main

import (
	"fmt"
	"path"
	"path/filepath"
	"strings"

	"oddkin/parsers"
	"oddkin/parsers/event"
)

// unusable reports whether an input that was taken for a format has given no
// event, and is mostly damage by that format's measure.
func unusable(a *event.Account) bool {
	return a.Format != "" && a.Events == 0 && a.Malformed+a.Skipped > 0 &&
		2*a.Malformed >= a.Records && a.Used == 0
}

// unread reports the inputs that could not be read, or not to their end, and those
// of paths, which the command line names, that hold no evidence. Files of a folder
// that are simply something else are told in one line.
func unread(u *ui, accounts []event.Account, asked func(name string) bool, paths []string) (bad int) {
	var other passedOver
	for i := range accounts {
		a := &accounts[i]
		switch {
		case a.Failure != "":
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: %s\n", u.safe(a.File), u.safe(a.Failure))
		case a.Truncated:
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: ends inside a record, or is damaged inside; read as far as that goes\n", u.safe(a.File))
		case unusable(a):
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: nothing in it could be read as %s\n", u.safe(a.File), a.Format)
		case a.Format != "":
		case asked(a.File) || parsers.Emptied(a):
			bad++
			fmt.Fprintf(u.err, "oddkin: %s: not read: %s\n", u.safe(a.File), u.safe(a.Reason))
		default:
			other.add(a)
		}
	}
	if len(other.reasons) > 0 {
		u.note("oddkin: files that are no evidence: %s", u.safe(other.String()))
	}
	for _, folder := range barren(accounts, paths) {
		bad++
		fmt.Fprintf(u.err, "oddkin: %s: no evidence in it\n", u.safe(folder))
	}
	return bad
}

// passedOver are the files of folders that are no evidence, by why.
type passedOver struct {
	reasons []string
	files   map[string][]string
}

// maxNamed is how many files are named that were passed over for one reason.
const maxNamed = 5

func (p *passedOver) add(a *event.Account) {
	if p.files == nil {
		p.files = map[string][]string{}
	}
	if p.files[a.Reason] == nil {
		p.reasons = append(p.reasons, a.Reason)
	}
	p.files[a.Reason] = append(p.files[a.Reason], a.File)
}

// String is such as "2 empty (a, b), 1 text of no known format (c)".
func (p *passedOver) String() string {
	var parts []string
	for _, why := range p.reasons {
		files := p.files[why]
		more := ""
		if n := len(files) - maxNamed; n > 0 {
			more = fmt.Sprintf(" and %d more", n)
		}
		parts = append(parts, fmt.Sprintf("%d %s (%s%s)", len(files), why, strings.Join(files[:min(len(files), maxNamed)], ", "), more))
	}
	return strings.Join(parts, "; ")
}

// barren gives the folders among paths of which no file is evidence, nor failed to
// be read, which is told of the file.
func barren(accounts []event.Account, paths []string) (folders []string) {
	files := map[string]bool{}
	for i := range accounts {
		files[accounts[i].File] = true
	}
	for _, p := range paths {
		if p == "-" || files[filepath.ToSlash(p)] {
			continue // no folder
		}
		found, good := 0, false
		for i := range accounts {
			if a := &accounts[i]; within(a.File, p) {
				found++
				good = good || a.Format != "" || a.Failure != ""
			}
		}
		if found > 0 && !good {
			folders = append(folders, p)
		}
	}
	return folders
}

// within reports whether a file that was found lies below a folder that was named.
func within(file, folder string) bool {
	folder = filepath.ToSlash(filepath.Clean(folder))
	if folder == "." {
		return !path.IsAbs(file) && !strings.HasPrefix(file, "../")
	}
	return strings.HasPrefix(path.Clean(file), strings.TrimSuffix(folder, "/")+"/")
}
