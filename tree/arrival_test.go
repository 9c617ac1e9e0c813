package tree_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"oddkin/parsers"
	"oddkin/tree"
)

// auditLog is a machine whose numbers come round every few dozen processes, as auditd
// writes it down with rules for execve and some other calls: the lines of each event.
func auditLog(t *rapid.T) [][]byte {
	type process struct {
		pid, ppid, uid, session int
		exe                     string
	}
	var events [][]byte
	init := process{pid: 1, exe: "/usr/lib/systemd/systemd", session: -1}
	alive := []process{init}
	pid, ms := 300, 0
	exes := rapid.SampledFrom([]string{"/usr/bin/bash", "/usr/bin/python3.11", "/usr/bin/dockerd", "/usr/sbin/sshd", "/usr/bin/date", "/usr/sbin/nginx"})
	names := rapid.SampledFrom([]string{"", "", "worker"})
	call := func(p process, number int, rest string) string {
		name := names.Draw(t, "name")
		if name == "" {
			name = filepath.Base(p.exe)
		}
		return fmt.Sprintf("type=SYSCALL msg=audit(%d.%03d:%d): arch=c000003e syscall=%d%s ppid=%d pid=%d auid=%d uid=%d gid=0 euid=%d tty=(none) ses=%d comm=%q exe=%q key=(null)\n",
			1700000000+ms/1000, ms%1000, 100+len(events), number, rest, p.ppid, p.pid, p.session, p.uid, p.uid, p.session, name, p.exe)
	}
	const success = " success=yes exit=0 a0=1 a1=0 a2=0 a3=0 items=1"
	for range rapid.IntRange(1, 120).Draw(t, "events") {
		ms += rapid.SampledFrom([]int{1, 40, 700, 9000}).Draw(t, "ms")
		i := rapid.IntRange(0, len(alive)-1).Draw(t, "who")
		p := alive[i]
		text := ""
		switch rapid.IntRange(0, 7).Draw(t, "does") {
		case 0, 1, 2: // starts a program, in a process of its own
			pid += rapid.SampledFrom([]int{1, 2, 700}).Draw(t, "ahead")
			if pid > 32767 {
				pid = 300
			}
			child := process{pid: pid, ppid: p.pid, uid: p.uid, session: p.session, exe: exes.Draw(t, "exe")}
			if p.pid != 1 && rapid.IntRange(0, 3).Draw(t, "by") == 0 {
				child.ppid = pid // of a process that executes nothing
				pid++
				child.pid = pid
			}
			if p.session < 0 && rapid.Bool().Draw(t, "login") {
				child.session, child.uid = len(events)+1, 1000
			}
			alive = append(alive, child)
			text = call(child, 59, success) + fmt.Sprintf("type=EXECVE msg=audit(%d.%03d:%d): argc=1 a0=%q\n", 1700000000+ms/1000, ms%1000, 100+len(events), child.exe)
		case 3, 4: // does something else
			text = call(p, 257, success)
			if rapid.Bool().Draw(t, "titled") {
				text += fmt.Sprintf("type=PROCTITLE msg=audit(%d.%03d:%d): proctitle=\"t%d\"\n", 1700000000+ms/1000, ms%1000, 100+len(events), ms)
			}
		case 5: // tells the audit daemon of something
			text = fmt.Sprintf("type=USER_START msg=audit(%d.%03d:%d): pid=%d uid=0 auid=%d ses=%d msg='op=PAM:session_open acct=\"x\" exe=%q hostname=? addr=10.0.0.%d terminal=ssh res=success'\n",
				1700000000+ms/1000, ms%1000, 100+len(events), p.pid, p.session, p.session, p.exe, 1+len(events)%2)
		case 6: // ends, and the log tells, or not
			if p.pid == 1 {
				continue
			}
			alive = slices.Delete(alive, i, i+1)
			if rapid.Bool().Draw(t, "killed") {
				continue
			}
			text = call(p, 231, " a0=0 a1=0 a2=0 a3=0 items=0")
		case 7: // dies in a call, or a thread of it does
			text = call(p, 202, " a0=0 a1=0 a2=0 a3=0 items=0")
		}
		events = append(events, []byte(text))
	}
	return events
}

var (
	header = regexp.MustCompile(`^type=(\w+) msg=audit\(([0-9.:]+)\): (.*)$`)
	pair   = regexp.MustCompile(`(\w+)=("[^"]*"|'[^']*'|\S+)`)
)

// laurelLine is an event of auditLog as LAUREL writes it.
func laurelLine(event []byte) []byte {
	fields := func(text string) map[string]any {
		all := map[string]any{}
		for _, m := range pair.FindAllStringSubmatch(text, -1) {
			if n, err := strconv.ParseInt(m[2], 10, 64); err == nil {
				all[m[1]] = n
			} else {
				all[m[1]] = strings.Trim(m[2], `"`)
			}
		}
		return all
	}
	line := map[string]any{}
	for record := range strings.Lines(string(event)) {
		m := header.FindStringSubmatch(strings.TrimSpace(record))
		line["ID"] = m[2]
		inner := fields(m[3])
		switch m[1] {
		case "EXECVE":
			inner = map[string]any{"argc": 1, "ARGV": []any{inner["a0"]}}
		case "USER_START":
			inner["msg"] = fields(strings.Trim(inner["msg"].(string), "'"))
		}
		line[m[1]] = inner
	}
	out, err := json.Marshal(line)
	if err != nil {
		panic(err)
	}
	return append(out, '\n')
}

// forestOfFiles writes files into a folder of their own and builds what they tell.
func forestOfFiles(t interface {
	Helper()
	Fatal(...any)
}, files map[string][]byte,
) []string {
	t.Helper()
	dir, err := os.MkdirTemp("", "arrival")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e, err := parsers.Open([]string{dir}, parsers.Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	return placeless(tree.Build(e.Events(context.Background()), tree.Options{Records: true}))
}

// placeless is a forest as text, without the places of its records in files.
func placeless(f *tree.Forest) []string {
	serials := func(n *tree.Node) (all []uint64) {
		list, _ := n.Records()
		for _, s := range list {
			all = append(all, s.Serial)
		}
		slices.Sort(all)
		return all
	}
	var out []string
	for n := range f.Nodes() {
		up := int32(-1)
		if n.Parent != nil {
			up = n.Parent.ID
		}
		p := n.Proc()
		out = append(out, fmt.Sprint(n.ID, up, n.Host(), n.Boot(), n.Standing, p.PID, p.Image, p.Name, p.User, p.Session, n.Command(), n.Start(), n.End(),
			n.Source().Serial, n.Link, n.Link.Confidence(), n.Entry, serials(n)))
	}
	return out
}

// sameForest fails where two forests differ.
func sameForest(t interface {
	Helper()
	Fatalf(string, ...any)
}, what string, want, got []string,
) {
	t.Helper()
	for i := range max(len(want), len(got)) {
		if i >= len(want) || i >= len(got) || want[i] != got[i] {
			t.Fatalf("%s: %d nodes, not %d; the first that differs:\n%s\nwant\n%s", what, len(got), len(want),
				strings.Join(got[i:min(i+1, len(got))], ""), strings.Join(want[i:min(i+1, len(want))], ""))
		}
	}
}

// TestLogsInAnyOrder holds that the forest of an audit log is that of its events: whole or in
// rotated files, as it was written, backwards, or as a search tool leaves it.
func TestLogsInAnyOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		events, name := auditLog(t), "audit.log"
		if rapid.Bool().Draw(t, "LAUREL") {
			for i := range events {
				events[i] = laurelLine(events[i])
			}
			name = "laurel.log"
		}
		whole := func(list [][]byte) map[string][]byte { return map[string][]byte{name: bytes.Join(list, nil)} }
		want := forestOfFiles(t, whole(events))
		cut := rapid.IntRange(0, len(events)).Draw(t, "cut")
		sameForest(t, "rotated", want, forestOfFiles(t, map[string][]byte{
			name + ".1": bytes.Join(events[:cut], nil), name: bytes.Join(events[cut:], nil),
		}))
		mixed := slices.Clone(events)
		slices.Reverse(mixed)
		sameForest(t, "backwards", want, forestOfFiles(t, whole(mixed)))
		shuffle(t, mixed)
		sameForest(t, "shuffled", want, forestOfFiles(t, whole(mixed)))
	})
}

// TestCapturesInAnyOrder holds the same of whole exports of real Windows hosts.
func TestCapturesInAnyOrder(t *testing.T) {
	const small = 1 << 20 // packed
	var files []string
	for _, folder := range []string{"train/windows/otrf/*/*", "train/windows/otrf/*", "train/windows/otrf_winlogbeat/*", "train/windows/splunk_nxlog/*", "full/otrf_flat/*"} {
		more, err := filepath.Glob(filepath.Join(evidence(t, ""), folder+".gz"))
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, more...)
	}
	tried := 0
	for _, file := range files {
		if info, err := os.Stat(file); err != nil || info.Size() > small {
			continue
		}
		list := gzipLines(t, file)
		want := forestOfFiles(t, map[string][]byte{"a.json": bytes.Join(list, nil)})
		rand.New(rand.NewPCG(7, uint64(len(list)))).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
		sameForest(t, filepath.Base(file), want, forestOfFiles(t, map[string][]byte{"a.json": bytes.Join(list, nil)}))
		tried++
	}
	if tried < 20 {
		t.Errorf("%d exports tried", tried)
	}
}

// gzipLines are a packed file's lines, each with its end.
func gzipLines(t *testing.T, file string) (list [][]byte) {
	t.Helper()
	r, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	z, err := gzip.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewReader(z); ; {
		line, err := lines.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			list = append(list, append(bytes.TrimSpace(line), '\n'))
		}
		if err != nil {
			return list
		}
	}
}
