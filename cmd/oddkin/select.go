package main

import (
	"math"
	"time"

	"github.com/spf13/cobra"

	"oddkin/report"
)

// selection are the flags that pick processes of the forest.
type selection struct {
	hosts, sessions, users []string
	pids                   []uint
	from, until            string
	score                  float64
}

func (s *selection) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringSliceVar(&s.hosts, "host", nil, "only this host; - for one that the evidence does not name")
	f.StringSliceVar(&s.sessions, "session", nil, "only this audit session or logon id, and what descends from it")
	f.UintSliceVar(&s.pids, "pid", nil, "only processes with this id, and what descends from them")
	f.StringSliceVar(&s.users, "user", nil, "only what ran for this user, by its effective or audit user as recorded")
	f.StringVar(&s.from, "from", "", "only what started at or after this time: 2026-11-23, or 2026-11-23T16:00:00Z")
	f.StringVar(&s.until, "until", "", "only what started before this time")
	f.Float64Var(&s.score, "min-score", 0, "only what a chain of at least this score runs through")
}

// parse checks the flags. Times without a zone are UTC, as the evidence is.
func (s *selection) parse() (report.Select, error) {
	out := report.Select{Hosts: s.hosts, Sessions: s.sessions, Users: s.users, MinScore: float32(s.score)}
	if err := checkScores(s.score, math.Inf(1)); err != nil {
		return out, err
	}
	for _, pid := range s.pids {
		if pid > math.MaxUint32 {
			return out, usage("--pid %d: a process id has at most 32 bits", pid)
		}
		out.PIDs = append(out.PIDs, uint32(pid))
	}
	var err error
	if out.From, err = moment("--from", s.from); err != nil {
		return out, err
	}
	out.Until, err = moment("--until", s.until)
	return out, err
}

// moment reads a time of the command line; zero for "".
func moment(flag, s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02T15:04", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, usage("%s %q is no time: want 2026-11-23, 2026-11-23T16:00:00 or 2026-11-23T16:00:00Z", flag, s)
}
