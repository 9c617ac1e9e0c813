package main

import (
	"fmt"
	"strings"

	"oddkin/parsers/event"
)

// maxDamaged bounds how many inputs [noteDamage] names.
const maxDamaged = 20

// noteDamage notes which inputs were read but for some of their content, for the commands whose result
// does not say so. What [unread] reports is left to it.
func noteDamage(u *ui, accounts []event.Account) {
	named, more := 0, 0
	for i := range accounts {
		a := &accounts[i]
		if a.Format == "" || a.Malformed+a.Skipped == 0 || unusable(a) {
			continue
		}
		if named++; named > maxDamaged {
			more++
			continue
		}
		u.note("oddkin: %s: %s", a.File, damage(a))
	}
	if more > 0 {
		u.note("oddkin: %s was not read whole either", counted(more, "input"))
	}
}

// damage says what of an input could not be read, and where that begins.
func damage(a *event.Account) string {
	var parts []string
	if a.Malformed > 0 {
		parts = append(parts, fmt.Sprintf("%d of %s malformed", a.Malformed, counted(int(a.Records), "record")))
	}
	if a.Skipped > 0 {
		parts = append(parts, fmt.Sprintf("%s in no record", counted(int(a.Skipped), "byte")))
	}
	if len(a.Warnings) > 0 {
		w := a.Warnings[0]
		if parts = append(parts, "first: "+w.Reason); w.Source.Offset >= 0 {
			parts[len(parts)-1] = fmt.Sprintf("first at byte %d: %s", w.Source.Offset, w.Reason)
		}
	}
	return strings.Join(parts, ", ")
}
