package tree_test

import (
	"slices"
	"testing"

	"oddkin/parsers/event"
	"oddkin/tree"
)

// TestLineage: the name of a chain rests on its programs alone. The sums were made with
// sha256sum: of "\n/usr/sbin/sshd", then of that sum and "\n/bin/bash".
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
	const sshd, bash = "6d26bdbdd6f85a810caaf106e8f98817fd014281649cb834b276d1336e0e0120", "bcb7bfffbf091247134d738c74434fe3c2e7f257dc6f26248a9e3588aaf612d9"
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

func start(host string, pid, ppid uint32, os event.OS, image string) event.Event {
	return event.Event{
		Kind: event.Exec, Host: host, Time: day, Proc: event.Proc{PID: pid, OS: os, Image: image}, Parent: event.Ref{PID: ppid},
		Source: event.Source{File: "log", Offset: int64(pid), Serial: uint64(pid)},
	}
}
