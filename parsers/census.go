package parsers

import (
	"slices"

	"oddkin/parsers/event"
)

// census enters in an account what its events tell of hosts.
type census struct {
	account *event.Account
	last    string // the host of the event before
	seen    map[string]struct{}
}

// maxCensus bounds the hosts that are told apart in one input.
const maxCensus = 4096

// note takes the next event.
func (c *census) note(ev *event.Event) {
	a := c.account
	if ev.Kind == event.Boot {
		a.Boots++
	}
	if ev.Host == c.last && a.HostCount > 0 {
		return
	}
	c.last = ev.Host
	if _, known := c.seen[ev.Host]; known || len(c.seen) >= maxCensus {
		return
	}
	if c.seen == nil {
		c.seen = map[string]struct{}{}
	}
	c.seen[ev.Host] = struct{}{}
	if slices.Contains(a.Hosts, ev.Host) {
		return
	}
	a.HostCount++
	if len(a.Hosts) < event.MaxHosts {
		a.Hosts = append(a.Hosts, ev.Host)
	}
}
