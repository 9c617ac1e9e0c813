//go:build linux || darwin || freebsd

package auditd

import (
	"errors"
	"fmt"

	"github.com/elastic/go-libaudit/v2/aucoalesce"
	"github.com/elastic/go-libaudit/v2/auparse"
)

// Normalize describes one event, given its records as they stand in the log, in
// any order. It is go-libaudit's normalisation, without its look-up of user
// names on the machine it runs on. At a hundredth of the reader's speed it is
// for the evidence behind a finding, not for a log.
//
// An error says that the records make no event: none can be parsed, or the
// SYSCALL record is missing. On platforms without go-libaudit it is [ErrNoView].
func Normalize(records []string) (view View, err error) {
	defer func() { // the evidence is hostile and the library not ours
		if r := recover(); r != nil {
			view, err = View{}, fmt.Errorf("normalise audit event: %v", r)
		}
	}()
	lines, names := normalizable(records)
	var messages []*auparse.AuditMessage
	for _, line := range lines {
		m, err := auparse.ParseLogLine(line)
		if err != nil {
			view.Warnings = append(view.Warnings, err.Error())
			continue
		}
		messages = append(messages, m)
	}
	if len(messages) == 0 {
		return View{}, errors.New("normalise audit event: no record can be read")
	}
	ev, err := aucoalesce.CoalesceMessages(messages)
	if err != nil {
		return View{}, fmt.Errorf("normalise audit event: %w", err)
	}
	for _, w := range ev.Warnings {
		view.Warnings = append(view.Warnings, w.Error())
	}
	view.Action, view.How, view.Result = ev.Summary.Action, ev.Summary.How, ev.Result
	view.Actor = named(ev.Summary.Actor.Primary, ev.User.IDs["auid"], names["auid"])
	view.ActingAs = named(ev.Summary.Actor.Secondary, ev.User.IDs["uid"], names["uid"])
	view.ObjectType, view.Object, view.ObjectDetail = ev.Summary.Object.Type, ev.Summary.Object.Primary, ev.Summary.Object.Secondary
	view.Category, view.Keys = ev.Category.String(), ev.Tags
	return view, nil
}

// named replaces a number by the name the log gives for it.
func named(actor, id, name string) string {
	if actor == id && name != "" {
		return name
	}
	return actor
}
