package tree_test

import (
	"slices"
	"testing"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// TestLineage: the name of a chain rests on its programs alone. The sums were made with
// sha256sum: of "\n/usr/sbin/sshd", then of that sum and "\n/usr/bin/bash".
func TestLineage(t *testing.T) {
	f := tree.Build(slices.Values([]event.Event{
		start("a", 10, 5, event.Linux, "/bin/bash"), start("a", 5, 0, event.Linux, "/usr/sbin/sshd"),
		start("b", 77, 70, event.Linux, "/bin/bash"), start("b", 70, 0, event.Linux, "/usr/sbin/sshd"),
		start("w", 20, 15, event.Windows, `C:\Windows\System32\cmd.exe`), start("w", 15, 0, event.Windows, `C:\Windows\explorer.exe`),
		start("v", 80, 75, event.Windows, `d:/windows/SYSTEM32/Cmd.exe`), start("v", 75, 0, event.Windows, `D:\WINDOWS\Explorer.EXE`),
	}), tree.Options{})
	of := map[string]string{}
	for n := range f.Nodes() {
		of[n.Host()+n.Base()] = n.Lineage().String()
	}
	const sshd, bash = "6d26bdbdd6f85a810caaf106e8f98817fd014281649cb834b276d1336e0e0120", "ecfcd0a3c339cd6d3cad8939a284ccaeedf6086c18fa85f177740997541ac4d7"
	if of["asshd"] != sshd || of["abash"] != bash {
		t.Errorf("lineages %s, %s", of["asshd"], of["abash"])
	}
	if of["abash"] != of["bbash"] || of["wcmd.exe"] == "" || of["wcmd.exe"] != of["vCmd.exe"] {
		t.Errorf("hosts differ: %v", of)
	}
	if of["abash"] == of["asshd"] || of["wcmd.exe"] == of["wexplorer.exe"] {
		t.Errorf("different chains have one name: %v", of)
	}
}

// TestLineageIsOneOnAllHosts: where hosts differ in where they keep the same program, or in
// whose home it lies, the chain's name is one.
func TestLineageIsOneOnAllHosts(t *testing.T) {
	for _, same := range []struct {
		os   event.OS
		a, b string
	}{
		{event.Linux, "/bin/bash", "/usr/bin/bash"},
		{event.Linux, "/lib/systemd/systemd", "/usr/lib/systemd/systemd"},
		{event.Linux, "/home/bob/.local/bin/tool", "/home/alice/.local/bin/tool"},
		{event.Linux, "/usr/bin/python3.9", "/usr/bin/python3.11"},
		{event.Linux, "/usr/bin/python3", "/bin/python2.7"},
		{event.Linux, "/usr/bin/perl", "/usr/bin/perl5.36.0"},
		{event.Linux, "/usr/sbin/php-fpm8.2", "/usr/sbin/php-fpm7.4"},
		{event.Linux, "/opt/node-v18.2.0/bin/node", "/opt/node-v20.1/bin/node18"},
		{event.Linux, "/usr/lib/jvm/java-17-openjdk-amd64/bin/java", "/usr/lib/jvm/temurin-21/bin/java"},
		{event.Windows, `C:\Python39\python.exe`, `D:\Python311\python.exe`},
		{event.Windows, `C:\Program Files\Java\jdk-17\bin\javaw.exe`, `C:\Program Files\Java\jre1.8.0_202\bin\javaw.exe`},
		{event.Windows, `C:\Users\bob\x.exe`, `d:\users\Alice\X.EXE`},
		{event.Windows, `\Device\HarddiskVolume3\Windows\explorer.exe`, `C:\Windows\explorer.exe`},
		{event.Windows, `\??\C:\Windows\System32\conhost.exe`, `C:\Windows\System32\conhost.exe`},
	} {
		if one, other := lineageOf(same.os, same.a), lineageOf(same.os, same.b); one != other {
			t.Errorf("%s and %s have two lineages", same.a, same.b)
		}
	}
	for _, two := range [][2]string{
		{"/home/bob/a", "/home/bob/b"},
		{"/opt/bin/bash", "/bin/bash"},
		{"/binary/x", "/usr/binary/x"},
		{"/home/x", "/home/y"},
		{"/usr/bin/nc1", "/usr/bin/nc2"},
		{"/usr/bin/python3.11", "/usr/bin/perl5.36"},
		{"/opt/1.0/bin/x", "/opt/2.0/bin/x"},
		{"/tmp/python3", "/usr/bin/python3"},
	} {
		if lineageOf(event.Linux, two[0]) == lineageOf(event.Linux, two[1]) {
			t.Errorf("%s and %s have one lineage", two[0], two[1])
		}
	}
}

func lineageOf(os event.OS, image string) tree.Lineage {
	return tree.Lineage{}.Then(&tree.Program{OS: os, Image: image})
}

func start(host string, pid, ppid uint32, os event.OS, image string) event.Event {
	return event.Event{
		Kind: event.Exec, Host: host, Time: day, Proc: event.Proc{PID: pid, OS: os, Image: image}, Parent: event.Ref{PID: ppid},
		Source: event.Source{File: "log", Offset: int64(pid), Serial: uint64(pid)},
	}
}
