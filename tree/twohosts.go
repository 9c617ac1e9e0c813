package tree

import "time"

const (
	// farApart is how many serials lie between records of one moment on two machines, at
	// least: on one they differ by what is on its way.
	farApart = 1000
	// fallsOfTwo is how often the serials must fall by that much from one folder's record
	// to another's. A boot or a step of the clock makes them fall once.
	fallsOfTwo = 2
	// sameSerial is within what time no kernel gives a number twice, for it cannot boot as fast; maxGiven
	// is how many numbers are looked at.
	sameSerial = int64(20 * time.Second)
	maxGiven   = 1 << 16
)

// doubtName warns where the evidence of one host name looks like that of two machines:
// cloned ones are often called the same, and "localhost" is no name. So it does where the logs of
// one folder, which name no host, look like those of two.
func (h *host) doubtName() {
	if h.windows > 0 || h.guids || len(h.files.names) < 2 { // a recorder with GUIDs has numbers of its own
		return
	}
	folders, reason := h.files.folderNumbers(), reasonTwoHosts
	place := func(file int32) int32 { return folders[file] }
	if len(h.names) == 0 {
		place, reason = func(file int32) int32 { return file }, reasonTwoLogs
	} else if folders == nil {
		return
	}
	if at := h.misfit(place); at >= 0 {
		h.found.warn(h.evidence(&h.recs[at]), reason)
	}
}

// misfit is the record at which the serials of two places do not fit together, or -1: they fall from one
// to the other, or both give a number at two times.
func (h *host) misfit(place func(file int32) int32) int {
	var last *record
	var before uint64 // its serial
	var lies int32
	given := map[uint64]int64{} // serials to times
	falls, twice := 0, 0
	for i := range h.recs {
		r := &h.recs[i]
		if h.beginsEpoch(i) {
			last = nil
		}
		file := h.recordSource(r).file
		if !r.serial.known() || file < 0 {
			continue
		}
		serial := h.serialOf(r.serial)
		if at, ok := given[serial]; ok && r.at != at && r.at-at < sameSerial {
			twice++
		} else if len(given) < maxGiven {
			given[serial] = r.at
		}
		if last != nil && place(file) != lies && (serial+farApart < before || serial < before && r.at-last.at > skew) {
			falls++
		}
		if falls == fallsOfTwo || twice == fallsOfTwo {
			return i
		}
		last, before, lies = r, serial, place(file)
	}
	return -1
}

// folderNumbers numbers the folders of all files; nil if there is but one. All files are known.
func (t *fileTable) folderNumbers() []int32 {
	t.once.Do(func() {
		known := map[string]int32{}
		numbers := make([]int32, len(t.names))
		for i, name := range t.names {
			folder := folder(name)
			n, ok := known[folder]
			if !ok {
				n = int32(len(known))
				known[folder] = n
			}
			numbers[i] = n
		}
		if len(known) > 1 {
			t.folders = numbers
		}
	})
	return t.folders
}
