package tree_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// booted are the events of a log in which a host boots so many times, with its clock an
// hour further behind each time.
func booted(times int) []event.Event {
	const serials = 20
	var log []event.Event
	for boot := range times {
		for serial := 1; serial <= serials; serial++ {
			log = append(log, event.Event{
				Kind: event.Exec, Time: day.Add(time.Duration(serial)*time.Minute - time.Duration(boot)*time.Minute/2),
				Proc:   event.Proc{PID: uint32(serial), OS: event.Linux, Image: fmt.Sprintf("/usr/bin/b%d", boot)},
				Source: event.Source{File: "log", Offset: int64(100 * len(log)), Serial: uint64(serial)},
			})
		}
	}
	return log
}

func TestBootsThatAClockMixes(t *testing.T) {
	f := tree.Build(slices.Values(booted(5)), tree.Options{})
	for n := range f.Nodes() {
		if want := fmt.Sprintf("b%d", n.Boot()-1); n.Base() != want {
			t.Errorf("%s is in boot %d", n.Base(), n.Boot())
		}
	}
	if len(f.Hosts) != 1 || len(f.Warnings) != 0 {
		t.Errorf("hosts %v, warnings %v", f.Hosts, f.Warnings)
	}
}

// A rotation just between two boots leaves each a file of its own.
func TestBootsThatAClockMixesInFilesOfTheirOwn(t *testing.T) {
	log := booted(3)
	for i := range log {
		log[i].Source.File = "audit/" + log[i].Proc.Base()
	}
	boots := map[int]string{}
	for n := range tree.Build(slices.Values(log), tree.Options{}).Nodes() {
		if boots[n.Boot()] == "" {
			boots[n.Boot()] = n.Base()
		}
		if boots[n.Boot()] != n.Base() {
			t.Errorf("%s is in a boot with %s", n.Base(), boots[n.Boot()])
		}
	}
	if len(boots) != 3 {
		t.Errorf("boots %v", boots)
	}
}

// What nobody's host does is not worked at without end, and that is said.
func TestMoreMixedBootsThanAnyHostHas(t *testing.T) {
	f := tree.Build(slices.Values(booted(5000)), tree.Options{})
	said := slices.ContainsFunc(f.Warnings, func(w event.Warning) bool {
		return strings.Contains(w.Reason, "boots are told apart by time alone")
	})
	if !said {
		t.Errorf("warnings: %d, first %v", len(f.Warnings), f.Warnings[:min(1, len(f.Warnings))])
	}
}
