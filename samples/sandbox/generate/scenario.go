package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// scenario is what happened in the guest: a text with one line for each setting
// and each process. A setting is a word, a colon and a value. A process is
//
//	SECONDS PID USER IMAGE | COMMAND LINE | NOTES
//
// where leading blanks, two a generation, put it under the process above it.
// SECONDS count from the start of the analysis to when the monitor first saw
// the process. NOTES are words:
//
//	parent=N  the parent's pid, where the parent is not in the report
//	calls=N   how many API calls the monitor logged (60 if not said)
//	attack    the chains through this process are the attack's
//	inject=N  it writes into process N and resumes it
//	drop=PATH it writes that file; a path with blanks has them as "+"
//	open=PATH it reads that file
//	host=NAME it looks that name up and connects
type scenario struct {
	settings map[string]string
	start    time.Time
	procs    []*proc // in the order of the text: parents before children
}

type proc struct {
	seconds      float64
	pid, ppid    int
	user         string
	image        string
	command      string
	parent       *proc
	children     []*proc
	calls        int
	attack       bool
	inject       int
	drops, opens []string
	hosts        []string
}

// name is the base name of the image.
func (p *proc) name() string { return p.image[strings.LastIndexByte(p.image, '\\')+1:] }

// seen is when the monitor first saw the process.
func (s *scenario) seen(p *proc) time.Time {
	return s.start.Add(time.Duration(p.seconds * float64(time.Second)))
}

// parse reads a scenario.
func parse(text string) (*scenario, error) {
	s := &scenario{settings: map[string]string{}}
	var line []*proc // the chain that ends in the last process
	for i, l := range strings.Split(text, "\n") {
		trimmed := strings.TrimSpace(l)
		if trimmed == "" || strings.HasPrefix(trimmed, "#") {
			continue
		}
		if !strings.Contains(l, "|") {
			key, value, ok := strings.Cut(trimmed, ": ")
			if !ok {
				return nil, fmt.Errorf("line %d: neither a setting nor a process", i+1)
			}
			s.settings[key] = value
			continue
		}
		p, err := parseProc(trimmed)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", i+1, err)
		}
		depth := (len(l) - len(strings.TrimLeft(l, " "))) / 2
		if depth > len(line) {
			return nil, fmt.Errorf("line %d: two generations deeper than the line above", i+1)
		}
		if line = line[:depth]; depth > 0 {
			p.parent = line[depth-1]
			p.ppid = p.parent.pid
			p.parent.children = append(p.parent.children, p)
		}
		line = append(line, p)
		s.procs = append(s.procs, p)
	}
	var err error
	s.start, err = time.Parse("2006-01-02 15:04:05", s.settings["started"])
	return s, err
}

func parseProc(text string) (*proc, error) {
	parts := strings.SplitN(text, " | ", 3)
	if len(parts) < 2 {
		return nil, fmt.Errorf("no command line")
	}
	words := strings.SplitN(parts[0], " ", 4)
	if len(words) != 4 {
		return nil, fmt.Errorf("want seconds, pid, user and image before the command line")
	}
	p := &proc{user: strings.ReplaceAll(words[2], "+", " "), image: words[3], command: parts[1], calls: 60}
	var err error
	if p.seconds, err = strconv.ParseFloat(words[0], 64); err != nil {
		return nil, err
	}
	if p.pid, err = strconv.Atoi(words[1]); err != nil {
		return nil, err
	}
	if len(parts) == 3 {
		err = p.note(parts[2])
	}
	return p, err
}

// note reads the notes of a process.
func (p *proc) note(notes string) (err error) {
	for _, note := range strings.Fields(notes) {
		key, value, _ := strings.Cut(note, "=")
		switch key {
		case "parent":
			p.ppid, err = strconv.Atoi(value)
		case "calls":
			p.calls, err = strconv.Atoi(value)
		case "inject":
			p.inject, err = strconv.Atoi(value)
		case "attack":
			p.attack = true
		case "drop":
			p.drops = append(p.drops, strings.ReplaceAll(value, "+", " "))
		case "open":
			p.opens = append(p.opens, strings.ReplaceAll(value, "+", " "))
		case "host":
			p.hosts = append(p.hosts, value)
		default:
			return fmt.Errorf("unknown note %q", note)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// attacks lists the root-to-leaf chains that pass through a process of the
// attack, each once, in the order of the scenario.
func (s *scenario) attacks() (chains []string) {
	listed := map[string]bool{}
	for _, p := range s.procs {
		if len(p.children) > 0 {
			continue
		}
		var names []string
		attack := false
		for q := p; q != nil; q = q.parent {
			names = append([]string{q.name()}, names...)
			attack = attack || q.attack
		}
		if chain := strings.Join(names, " > "); attack && !listed[chain] {
			listed[chain] = true
			chains = append(chains, chain)
		}
	}
	return chains
}
