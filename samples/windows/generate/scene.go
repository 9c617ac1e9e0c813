package main

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// scene is a parsed script.
type scene struct {
	host    string
	machine string // the first part of the machine's GUIDs
	date    time.Time
	boot    time.Time
	end     time.Time
	users   map[string]account
	steps   []step
}

// account is who processes run as.
type account struct {
	domain, name, logon, session, integrity, sid string
}

// step is one line of the script at its moment.
type step struct {
	at      time.Time
	run     int // the run of a routine that it belongs to; 0 for none
	verb    string
	attack  bool
	parent  string
	program string
	label   string
	lasts   time.Duration
	user    string
	command string
}

// action takes a line apart behind its time.
var action = regexp.MustCompile(`^(\S+) (>|connects|opens) (\S+)(?: = (\S+))?(?: for (\d+))?(?: by (\S+))?(?: : ?(.*))?$`)

// parser reads a script line by line.
type parser struct {
	scene
	random   *rand.Rand
	routines map[string][]string
	routine  string // being read
	last     time.Time
	runs     int
}

func parseScene(text string) (*scene, error) {
	p := parser{routines: map[string][]string{}, random: rand.New(rand.NewPCG(1, 2))}
	p.users = map[string]account{
		"system":  {"NT AUTHORITY", "SYSTEM", "0x3e7", "0", "System", "S-1-5-18"},
		"local":   {"NT AUTHORITY", "LOCAL SERVICE", "0x3e5", "0", "System", "S-1-5-19"},
		"network": {"NT AUTHORITY", "NETWORK SERVICE", "0x3e4", "0", "System", "S-1-5-20"},
	}
	for n, line := range strings.Split(text, "\n") {
		if err := p.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	slices.SortStableFunc(p.steps, func(a, b step) int { return a.at.Compare(b.at) })
	return &p.scene, nil
}

// line reads one line.
func (p *parser) line(line string) (err error) {
	word, rest, _ := strings.Cut(line, " ")
	switch {
	case line == "":
		p.routine = ""
	case strings.HasPrefix(line, "#"):
	case p.routine != "":
		p.routines[p.routine] = append(p.routines[p.routine], line)
	case word == "host":
		p.host = rest
	case word == "machine":
		p.machine = rest
	case word == "date":
		p.date, err = time.Parse("2006-01-02", rest)
	case word == "boot":
		p.boot, err = p.clock(rest)
	case word == "user":
		err = p.user(rest)
	case word == "routine":
		p.routine = rest
	case word == "do":
		err = p.do(rest)
	case strings.HasSuffix(line, " end"):
		p.end, err = p.clock(word)
	default:
		var s step
		if s, err = p.step(line, p.last); err == nil {
			p.last = s.at
			p.steps = append(p.steps, s)
		}
	}
	return err
}

// user reads NAME DOMAIN\ACCOUNT LOGON SESSION INTEGRITY; the domain may stand in
// quotes.
func (p *parser) user(line string) error {
	name, rest, _ := strings.Cut(line, " ")
	at := strings.LastIndex(rest, `\`)
	f := strings.Fields(rest[at+1:])
	if at < 0 || len(f) != 4 {
		return fmt.Errorf("user %q", line)
	}
	sid := fmt.Sprintf("S-1-5-21-2871144905-1384571222-190332411-%d", 1100+len(p.users))
	p.users[name] = account{strings.Trim(rest[:at], `"`), f[0], f[1], f[2], f[3], sid}
	return nil
}

// do reads NAME N times FROM to TO: one run in each Nth part of the time.
func (p *parser) do(line string) error {
	f := strings.Fields(line)
	if len(f) != 6 || p.routines[f[0]] == nil {
		return fmt.Errorf("do %q", line)
	}
	n, err1 := strconv.Atoi(f[1])
	from, err2 := p.clock(f[3] + ":00")
	to, err3 := p.clock(f[5] + ":00")
	if err1 != nil || err2 != nil || err3 != nil {
		return fmt.Errorf("do %q", line)
	}
	part := to.Sub(from) / time.Duration(n)
	for i := range n {
		last := from.Add(part*time.Duration(i) + time.Duration(p.random.Int64N(int64(part))))
		p.runs++
		for _, l := range p.routines[f[0]] {
			s, err := p.step(l, last)
			if err != nil {
				return err
			}
			s.run, last = p.runs, s.at
			p.steps = append(p.steps, s)
		}
	}
	return nil
}

// step reads a line that does something.
func (p *parser) step(line string, last time.Time) (s step, err error) {
	line, s.attack = strings.CutPrefix(line, "! ")
	word, rest, _ := strings.Cut(line, " ")
	if plus, ok := strings.CutPrefix(word, "+"); ok {
		seconds, e := strconv.ParseFloat(plus, 64)
		s.at, err = last.Add(time.Duration(seconds*1e9)+time.Duration(p.random.IntN(60))*time.Millisecond), e
	} else {
		s.at, err = p.clock(word)
	}
	m := action.FindStringSubmatch(rest)
	if err != nil || m == nil {
		return s, fmt.Errorf("no step: %q", line)
	}
	s.parent, s.verb, s.program, s.label, s.user, s.command = m[1], m[2], m[3], m[4], m[6], m[7]
	if m[5] != "" {
		s.lasts, err = time.ParseDuration(m[5] + "s")
	}
	return s, err
}

// clock reads hh:mm:ss on the scene's day.
func (p *parser) clock(text string) (time.Time, error) {
	t, err := time.Parse("15:04:05", text)
	return p.date.Add(t.Sub(t.Truncate(24 * time.Hour))), err
}
