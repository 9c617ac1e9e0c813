package main

import (
	"container/heap"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
)

// program is what programs.txt says of one.
type program struct {
	path, description, product, company string
}

// base is the name of the program's file.
func (p program) base() string { return p.path[strings.LastIndex(p.path, `\`)+1:] }

// hashes are made up: no such files exist here to take them of.
func (p program) hashes() string {
	return fmt.Sprintf("SHA256=%X", sha256.Sum256([]byte("made up for "+p.path)))
}

func readPrograms() (map[string]program, error) {
	text, err := scenes.ReadFile("scenes/programs.txt")
	if err != nil {
		return nil, err
	}
	all := map[string]program{}
	for line := range strings.Lines(string(text)) {
		f := strings.Split(strings.TrimSpace(line), " | ")
		if strings.HasPrefix(line, "#") || len(f) < 2 {
			continue
		}
		f = append(f, "", "", "")
		p := program{f[1], f[2], f[3], f[4]}
		if p.product == "" {
			p.product, p.company = "Microsoft® Windows® Operating System", "Microsoft Corporation"
		}
		all[f[0]] = p
	}
	return all, nil
}

// process is one that ran.
type process struct {
	pid     int
	guid    string
	program program
	command string
	user    account
	parent  *process
	start   time.Time
	end     time.Time // zero when it outlived the log
	attack  bool
}

// chain gives the names from the root down.
func (p *process) chain() string {
	if p.parent == nil {
		return p.program.base()
	}
	return p.parent.chain() + " > " + p.program.base()
}

// moment is one thing that gets logged.
type moment struct {
	at    time.Time
	verb  string // "start", "end", "connects", "opens"
	who   *process
	other *process
	to    string
}

// played is a scene that has happened.
type played struct {
	*scene
	processes []*process
	moments   []moment
}

// machine plays a scene.
type machine struct {
	played
	programs map[string]program
	labels   map[string]*process
	pids     map[int]*process
	ends     ends
	sequence int
	random   *rand.Rand
}

// ends holds the running processes by when they end.
type ends []*process

func (e ends) Len() int           { return len(e) }
func (e ends) Less(i, j int) bool { return e[i].end.Before(e[j].end) }
func (e ends) Swap(i, j int)      { e[i], e[j] = e[j], e[i] }
func (e *ends) Push(x any)        { *e = append(*e, x.(*process)) }
func (e *ends) Pop() any {
	last := (*e)[len(*e)-1]
	*e = (*e)[:len(*e)-1]
	return last
}

// play lets every step happen in the order of time.
func (s *scene) play(programs map[string]program) (*played, error) {
	m := machine{
		played: played{scene: s}, programs: programs, labels: map[string]*process{},
		pids: map[int]*process{}, random: rand.New(rand.NewPCG(3, 4)),
	}
	m.sequence = 1
	system := &process{pid: 4, program: programs["System"], user: s.users["system"], start: s.boot, guid: m.guid(s.boot)}
	m.labels["System"], m.pids[4] = system, system
	for _, step := range s.steps {
		if step.at.After(s.end) {
			break
		}
		m.endUntil(step.at)
		if err := m.step(step); err != nil {
			return nil, fmt.Errorf("%s: %w", step.at.Format("15:04:05"), err)
		}
	}
	m.endUntil(s.end)
	return &m.played, nil
}

// endUntil ends the processes whose time has come.
func (m *machine) endUntil(t time.Time) {
	for len(m.ends) > 0 && !m.ends[0].end.After(t) {
		p := heap.Pop(&m.ends).(*process)
		delete(m.pids, p.pid)
		m.moments = append(m.moments, moment{at: p.end, verb: "end", who: p})
	}
	for _, p := range m.ends {
		if p.end.After(m.scene.end) && t.Equal(m.scene.end) {
			p.end = time.Time{}
		}
	}
}

// find gives the process that a label means: the run's own, else the latest.
func (m *machine) find(label string, run int) (*process, error) {
	p := m.labels[fmt.Sprint(run, label)]
	if p == nil {
		p = m.labels[label]
	}
	if p == nil || m.pids[p.pid] != p {
		return nil, fmt.Errorf("%q does not run", label)
	}
	return p, nil
}

func (m *machine) step(s step) error {
	who, err := m.find(s.parent, s.run)
	if err != nil {
		return err
	}
	switch s.verb {
	case "connects":
		m.moments = append(m.moments, moment{at: s.at, verb: s.verb, who: who, to: s.program})
	case "opens":
		other, err := m.find(s.program, s.run)
		if err != nil {
			return err
		}
		m.moments = append(m.moments, moment{at: s.at, verb: s.verb, who: who, other: other})
	default:
		return m.start(s, who)
	}
	return nil
}

// start makes a process.
func (m *machine) start(s step, parent *process) error {
	prog, ok := m.programs[s.program]
	if !ok && strings.Contains(s.program, `\`) {
		prog, ok = program{path: s.program, description: "-", product: "-", company: "-"}, true
	}
	user, known := m.users[s.user]
	if s.user == "" {
		user, known = parent.user, true
	}
	if !ok || !known {
		return fmt.Errorf("unknown program %q or user %q", s.program, s.user)
	}
	p := &process{program: prog, user: user, parent: parent, start: s.at, attack: s.attack, pid: m.pid(), guid: m.guid(s.at)}
	p.command = strings.ReplaceAll(s.command, "$", prog.path)
	if s.command == "" {
		p.command = prog.path
	}
	if s.lasts > 0 {
		p.end = s.at.Add(s.lasts + time.Duration(m.random.IntN(300))*time.Millisecond)
		heap.Push(&m.ends, p)
	}
	m.pids[p.pid] = p
	if s.label != "" {
		m.labels[fmt.Sprint(s.run, s.label)], m.labels[s.label] = p, p
	}
	m.processes = append(m.processes, p)
	m.moments = append(m.moments, moment{at: s.at, verb: "start", who: p})
	return nil
}

// pid gives a number that is free: a multiple of four, as on Windows, and higher
// the longer the machine has run.
func (m *machine) pid() int {
	for {
		n := 4 * (100 + m.random.IntN(100+20*min(len(m.processes), 150)))
		if m.pids[n] == nil {
			return n
		}
	}
}

// guid gives a process GUID as Sysmon makes it: the machine, the time in seconds,
// a running number and the machine's boots, parts of them with the low byte first.
func (m *machine) guid(t time.Time) string {
	n, at := m.sequence, uint32(t.Unix())
	m.sequence++
	return fmt.Sprintf("%s-%04x-%04x-%02x%02x-000000002f00", m.machine, at&0xffff, at>>16, n&0xff, n>>8)
}
