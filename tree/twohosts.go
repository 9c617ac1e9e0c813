package tree

const (
	// farApart is how many serials lie between records of one moment on two machines, at
	// least: on one they differ by what is on its way.
	farApart = 1000
	// fallsOfTwo is how often the serials must fall by that much from one folder's record
	// to another's. A boot or a step of the clock makes them fall once.
	fallsOfTwo = 2
)

// doubtName warns where the evidence of one host name looks like that of two machines:
// cloned ones are often called the same, and "localhost" is no name.
func (h *host) doubtName() {
	folders := h.folderNumbers()
	if h.name == "" || h.windows > 0 || h.guids || folders == nil { // a recorder with GUIDs has numbers of its own
		return
	}
	var last *record
	var lies int32
	falls := 0
	for i := range h.recs {
		r := &h.recs[i]
		file := h.recordSource(r).file
		if r.serial == 0 || file < 0 {
			continue
		}
		if last != nil && folders[file] != lies && last.epoch == r.epoch && r.serial+farApart < last.serial {
			if falls++; falls == fallsOfTwo {
				h.found.warn(h.evidence(r), reasonTwoHosts)
				return
			}
		}
		last, lies = r, folders[file]
	}
}

// folderNumbers numbers the folders of all files; nil if there is but one.
func (h *host) folderNumbers() []int32 {
	numbers, known := make([]int32, len(h.files.names)), map[string]int32{}
	for i, name := range h.files.names {
		folder := folder(name)
		n, ok := known[folder]
		if !ok {
			n = int32(len(known))
			known[folder] = n
		}
		numbers[i] = n
	}
	if len(known) < 2 {
		return nil
	}
	return numbers
}
