package main

import (
	"bufio"
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
)

// key names an audit event: milliseconds since 1970 and the serial.
type key struct {
	ms     int64
	serial uint64
}

func (k key) String() string { return fmt.Sprintf("%d.%03d:%d", k.ms/1000, k.ms%1000, k.serial) }

// exec is one successful execve or execveat.
type exec struct {
	key  key
	proc *proc
	exe  string
	args []byte // raw EXECVE records
}

// audit is what the first pass learns of the log: the host of each event to keep, and its executions.
type audit struct {
	owner map[key]*host
	forks map[key]bool // events an execve-only rule would not have recorded
	execs map[key]*exec
}

var forkCalls = map[string]bool{ // by architecture and number: fork, vfork, clone, clone3, exit_group
	"c000003e 57": true, "c000003e 58": true, "c000003e 56": true, "c000003e 435": true, "c000003e 231": true,
	"40000003 2": true, "40000003 190": true, "40000003 120": true, "40000003 435": true, "40000003 252": true,
}

var execCalls = map[string]bool{
	"c000003e 59": true, "c000003e 322": true, "40000003 11": true, "40000003 358": true,
}

func logFiles(dir string) ([]string, error) {
	files, err := filepath.Glob(dir + "/audit.log*")
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no audit.log", dir)
	}
	// auditd's highest number is the oldest.
	sort.Slice(files, func(i, j int) bool { return rotation(files[i]) > rotation(files[j]) })
	return files, err
}

func rotation(path string) int {
	n, _ := strconv.Atoi(strings.TrimPrefix(filepath.Ext(path), ".")) // audit.log itself: 0
	return n
}

// each calls f with every line of the log and the event it belongs to.
func each(dir string, f func(line []byte, k key) error) error {
	files, err := logFiles(dir)
	if err != nil {
		return err
	}
	for _, path := range files {
		r, err := os.Open(path)
		if err != nil {
			return err
		}
		s := bufio.NewScanner(r)
		s.Buffer(make([]byte, 1<<16), 1<<20)
		for s.Scan() {
			if k, ok := parseKey(s.Bytes()); ok {
				if err := f(s.Bytes(), k); err != nil {
					return err
				}
			}
		}
		if err := s.Err(); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		r.Close()
	}
	return nil
}

func parseKey(line []byte) (key, bool) {
	i := bytes.Index(line, []byte("msg=audit("))
	if i < 0 {
		return key{}, false
	}
	b := line[i+10:]
	dot, colon, end := bytes.IndexByte(b, '.'), bytes.IndexByte(b, ':'), bytes.IndexByte(b, ')')
	if dot < 0 || colon < dot || end < colon {
		return key{}, false
	}
	s, err1 := strconv.ParseInt(string(b[:dot]), 10, 64)
	ms, err2 := strconv.ParseInt(string(b[dot+1:colon]), 10, 64)
	n, err3 := strconv.ParseUint(string(b[colon+1:end]), 10, 64)
	return key{s*1000 + ms, n}, err1 == nil && err2 == nil && err3 == nil
}

// field gives the value of an unquoted or quoted name=value, empty when absent.
func field(line []byte, name string) string {
	i := bytes.Index(line, []byte(" "+name+"="))
	if i < 0 {
		return ""
	}
	v := line[i+len(name)+2:]
	if end := bytes.IndexAny(v, " \x1d"); end >= 0 {
		v = v[:end]
	}
	return string(v)
}

// text decodes an audit string: quoted, or bare hexadecimal.
func text(v string) string {
	if len(v) >= 2 && v[0] == '"' {
		return v[1 : len(v)-1]
	}
	if b, err := hex.DecodeString(v); err == nil {
		return string(b)
	}
	return v
}

// readAudit finds the init of each host and the events that belong to its processes.
func readAudit(dir string, t *truth, hosts []*host) (*audit, error) {
	a := &audit{owner: map[key]*host{}, forks: map[key]bool{}, execs: map[key]*exec{}}
	err := each(dir, func(line []byte, k key) error {
		if bytes.HasPrefix(line, []byte("type=EXECVE")) {
			if x := a.execs[k]; x != nil {
				x.args = append(append(x.args, line...), '\n')
			}
			return nil
		}
		if _, known := a.owner[k]; known && !bytes.HasPrefix(line, []byte("type=SYSCALL")) {
			return nil
		}
		pid, err := strconv.Atoi(field(line, "pid"))
		if err != nil {
			return nil
		}
		a.assign(line, k, t.at(pid, k.ms*1e6))
		return nil
	})
	return a, err
}

// assign keeps the event of a line if its process belongs to a host.
func (a *audit) assign(line []byte, k key, p *proc) {
	if p == nil || p.host == nil {
		return
	}
	h := p.host
	call := field(line, "arch") + " " + field(line, "syscall")
	exe := text(field(line, "exe"))
	executed := execCalls[call] && field(line, "success") == "yes"
	if h.init == nil && executed && strings.HasSuffix(exe, "/systemd") {
		h.init = p
		p.start = k.ms * 1e6 // what nspawn did under this pid before is not the container's
	}
	if h.init == nil || !p.within(h.init) || k.ms*1e6+slack < h.init.start {
		return
	}
	if p == h.init && k.ms*1e6 < h.init.start {
		return
	}
	a.owner[k] = h
	switch {
	case forkCalls[call]:
		a.forks[k] = true
	case executed:
		x := &exec{key: k, proc: p, exe: exe}
		p.execs = append(p.execs, x)
		a.execs[k] = x
	}
}

// split writes the kept records, in their order and unchanged, to each host's two logs.
func (a *audit) split(dir, out string, hosts []*host, secrets []string) error {
	full, plain := map[*host]*bufio.Writer{}, map[*host]*bufio.Writer{}
	var files []*os.File
	open := func(path string) (*bufio.Writer, error) {
		f, err := os.Create(path)
		files = append(files, f)
		return bufio.NewWriterSize(f, 1<<18), err
	}
	for _, h := range hosts {
		var err error
		if full[h], err = open(out + "/" + h.name + ".log"); err != nil {
			return err
		}
		if plain[h], err = open(out + "/" + h.name + ".execonly.log"); err != nil {
			return err
		}
	}
	err := each(dir, func(line []byte, k key) error {
		h := a.owner[k]
		if h == nil {
			return nil
		}
		if s := leak(line, secrets); s != "" {
			return fmt.Errorf("%s: event %s would show %q", h.name, k, s)
		}
		h.records++
		full[h].Write(line) // an error stays in the writer until Flush
		full[h].WriteByte('\n')
		if !a.forks[k] {
			plain[h].Write(line)
			plain[h].WriteByte('\n')
		}
		return nil
	})
	for _, h := range hosts {
		for _, w := range []*bufio.Writer{full[h], plain[h]} {
			if e := w.Flush(); err == nil {
				err = e
			}
		}
	}
	for _, f := range files {
		f.Close()
	}
	return err
}

// leak names the forbidden string a line holds, in clear or in audit's hexadecimal.
func leak(line []byte, secrets []string) string {
	for _, s := range secrets {
		if bytes.Contains(line, []byte(s)) || bytes.Contains(line, []byte(strings.ToUpper(hex.EncodeToString([]byte(s))))) {
			return s
		}
	}
	return ""
}
