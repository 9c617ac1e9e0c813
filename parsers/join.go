package parsers

import (
	"strings"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// maxLeft is about how much memory may be held for other inputs to complete, in
// bytes. Beyond it what there is gets joined before the rest has been read.
const maxLeft = 64 << 20

// remainder is what one input left for others to complete.
type remainder struct {
	format  ingest.Joiner
	left    ingest.Left
	account int   // the input's, among its file's and then among all
	mark    int64 // what its offsets lack
}

// joins collects what inputs left.
type joins struct {
	waiting []remainder
	size    int
}

// add takes what a file's inputs left; its accounts are to follow base others.
func (j *joins) add(f *file, base int) {
	for _, r := range f.left {
		r.account += base
		j.size += r.left.Size()
		j.waiting = append(j.waiting, r)
	}
}

// settle joins what waits. The accounts are all inputs' so far.
func (j *joins) settle(accounts []event.Account, emit func(event.Event)) {
	waiting := j.waiting
	j.waiting, j.size = nil, 0
	for len(waiting) > 0 {
		format := waiting[0].format
		var same, others []remainder
		for _, r := range waiting {
			if r.format == format {
				same = append(same, r)
			} else {
				others = append(others, r)
			}
		}
		waiting = others
		join(format, same, accounts, emit)
	}
}

// join joins what inputs of one format left.
func join(format ingest.Joiner, left []remainder, accounts []event.Account, emit func(event.Event)) {
	parts, warned, byFile := make([]ingest.Part, len(left)), make([]int, len(left)), map[string]int{}
	for i, r := range left {
		a := &accounts[r.account]
		parts[i] = ingest.Part{Folder: folderOf(a.File), Account: a, Left: r.left}
		warned[i], byFile[a.File] = len(a.Warnings), i
	}
	format.Join(parts, func(ev event.Event) {
		i := byFile[ev.Source.File]
		ev.Source.Offset += left[i].mark
		(&census{account: parts[i].Account}).note(&ev)
		emit(ev)
	})
	for i, r := range left {
		a := parts[i].Account
		for k := warned[i]; k < len(a.Warnings); k++ {
			a.Warnings[k].Source.Offset += r.mark
		}
	}
}

// folderOf is where an input lies, in a folder or in an archive.
func folderOf(file string) string { return file[:strings.LastIndexAny(file, "/!")+1] }
