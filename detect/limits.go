package detect

import (
	"slices"
	"strings"

	"oddkin/detect/corpus"
	"oddkin/detect/generate"
	"oddkin/parsers/event"
)

// limits is what a model that learned from files cannot see, for its card; also is what
// only its networks learned from. The package's documentation says more on each.
func limits(files, also []*corpus.File) []string {
	list := []string{
		"Names and lineage alone are judged: arguments, users, network and time are shown and not scored. An intruder who logs in with a stolen key and types what the owner types is normal.",
		"What happens inside a process leaves no chain: injection, a web shell that starts nothing.",
		"A tool renamed to a plausible name in a plausible folder is that name; what remains is where it stands in the chain.",
		"Lineage that the evidence lost: a chain without its top is judged by what is left.",
		"Normal life is what the hosts above did: other systems, software and habits give more false alarms.",
	}
	windows := func(f *corpus.File) bool {
		return f.OS == event.Windows && !strings.HasPrefix(f.Host, generate.HostPrefix)
	}
	switch {
	case slices.ContainsFunc(files, windows):
	case slices.ContainsFunc(also, windows):
		list = append(list, "Few Windows machines were recorded: its normal life is mostly generated, from a grammar written after documents and a look at public captures.")
	default:
		list = append(list, "No Windows machine was recorded: its normal life is at best generated, from a grammar written after documents and a look at public captures.")
	}
	return list
}
