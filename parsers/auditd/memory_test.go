package auditd

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
)

// endless is a log of n lines that is made while it is read. It keeps the
// largest heap seen between reads.
type endless struct {
	line func(i int) string
	n, i int
	rest string
	peak uint64
}

func (e *endless) Read(b []byte) (int, error) {
	if e.rest == "" {
		if e.i == e.n {
			return 0, io.EOF
		}
		if e.i%(e.n/8) == 0 {
			runtime.GC()
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			e.peak = max(e.peak, m.HeapAlloc)
		}
		e.rest = e.line(e.i)
		e.i++
	}
	n := copy(b, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

// Logs made to fill the memory do not.
func TestMemoryIsBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("reads about a gigabyte")
	}
	argument := strings.Repeat("41", 4000)
	syscall := func(i int, node, exe string) string {
		return fmt.Sprintf("%stype=SYSCALL msg=audit(1700000000.000:%d): arch=c000003e syscall=59 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=2 ppid=1 pid=%d auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm=\"x\" exe=%s key=(null)\n", node, i, i, exe)
	}
	layers := layers()
	for name, log := range map[string]*endless{
		"events without a SYSCALL": {n: 40000, line: func(i int) string {
			return fmt.Sprintf("type=EXECVE msg=audit(1700000000.000:%d): argc=1 a0=%s%08X\n", i, argument, i)
		}},
		"one event without end": {n: 40000, line: func(i int) string {
			return fmt.Sprintf("type=EXECVE msg=audit(1700000000.000:1): argc=1 a0=%s%08X\n", argument, i)
		}},
		"long names":             {n: 40000, line: func(i int) string { return syscall(i, "", argument+fmt.Sprintf("%08X", i)) }},
		"a host with every line": {n: 100000, line: func(i int) string { return syscall(i, fmt.Sprintf("node=h%d ", i), `"/bin/x"`) }},
		"parts of events that come round": {n: 360000, line: func(i int) string {
			return fmt.Sprintf("type=EXECVE msg=audit(1700000000.000:%d): argc=90 a%d=\"x%d\"\n", 100+i%6000, i/6000, i%6000)
		}},
		"programs in layers": {n: len(layers), line: func(i int) string { return layers[i].line(i) }},
		"many busy hosts":    {n: 200000, line: func(i int) string { return syscall(i, fmt.Sprintf("node=h%d ", i%4000), `"/bin/x"`) }},
	} {
		t.Run(name, func(t *testing.T) {
			readAll(t, log)
			t.Logf("%d MiB at most", log.peak>>20)
			if log.peak > 256<<20 {
				t.Errorf("%d MiB held", log.peak>>20)
			}
		})
	}
}

// layer is a record of two hosts whose tables of processes are filled in turn: one with long names of neighbours, the other with
// short ones of pids far from each other; then both boot.
type layer struct {
	host byte
	pid  int // 0 for a boot
	name int // the length of its program's
}

func layers() (all []layer) {
	fill := func(host byte, n, step, name int) {
		for i := range n {
			all = append(all, layer{host, 16 + step*i, name})
		}
	}
	boot := func(host byte) { all = append(all, layer{host: host}) }
	fill('a', maxIdentities, pageSize, 1)
	boot('a')
	for k := 1; k <= 12; k++ {
		fill('a', maxIdentities, 1, 3900)
		fill('b', maxIdentities-k*maxIdentities/pageSize, pageSize, 1)
		boot('a')
		boot('b')
	}
	return all
}

func (l layer) line(i int) string {
	if l.pid == 0 {
		return fmt.Sprintf("node=%c type=SYSTEM_BOOT msg=audit(1700000000.000:%d): pid=7 uid=0 auid=4294967295 ses=4294967295 msg=' comm=\"x\" exe=\"/bin/x\" hostname=? addr=? terminal=? res=success'\n", l.host, i+1)
	}
	exe := "/bin/x"
	if l.name > 1 {
		exe = fmt.Sprintf("/%0*d", l.name, i)
	}
	return fmt.Sprintf("node=%c type=SYSCALL msg=audit(1700000000.000:%d): arch=c000003e syscall=2 success=yes exit=0 a0=1 a1=2 a2=3 a3=4 items=0 ppid=1 pid=%d auid=0 uid=0 gid=0 euid=0 suid=0 fsuid=0 egid=0 sgid=0 fsgid=0 tty=pts0 ses=1 comm=\"x\" exe=\"%s\" key=(null)\n", l.host, i+1, l.pid, exe)
}
