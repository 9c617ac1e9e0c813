package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// object is JSON whose members keep their order: name, value, name, value.
type object []any

// MarshalJSON implements [json.Marshaler].
func (o object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := 0; i < len(o); i += 2 {
		if i > 0 {
			b.WriteByte(',')
		}
		for j, v := range o[i : i+2] {
			if j == 1 {
				b.WriteByte(':')
			}
			e := json.NewEncoder(&b)
			e.SetEscapeHTML(false)
			if err := e.Encode(v); err != nil {
				return nil, err
			}
			b.Truncate(b.Len() - 1) // the encoder ends with a line feed
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// line gives o as one line.
func (o object) line() []byte {
	b, err := o.MarshalJSON()
	if err != nil {
		panic(err) // only strings and numbers are in it
	}
	return append(b, '\n')
}

const (
	sysmonName   = "Microsoft-Windows-Sysmon"
	sysmonGUID   = "{5770385F-C22A-43E0-BF4C-06F5698FFBD9}"
	securityName = "Microsoft-Windows-Security-Auditing"
	securityGUID = "{54849625-5478-4994-A5BA-3E3B0328C30D}"
	kernelName   = "Microsoft-Windows-Kernel-General"
	kernelGUID   = "{A68CA8B7-004F-D7B6-A698-07E2DE0F1F5D}"
)

// written is the time at which the log's writer gets to an event.
func written(t time.Time) time.Time {
	return t.Add(time.Duration(2+t.UnixMilli()%17) * time.Millisecond)
}

func utc(t time.Time) string { return t.Format("2006-01-02 15:04:05.000") }
func iso(t time.Time) string { return t.Format("2006-01-02T15:04:05.000Z") }

// hex writes a number as the Security log does.
func hex(n int) string { return fmt.Sprintf("0x%x", n) }

// sysmonData gives the event data of a moment as Sysmon logs it, with its event
// id and title; nothing for what Sysmon is not configured to log.
func sysmonData(m moment, host string) (id int, title string, data object) {
	p := m.who
	guid := func(q *process) string { return "{" + q.guid + "}" }
	switch m.verb {
	case "start":
		q, prog := p.parent, p.program
		name := prog.base()
		if prog.company == "-" {
			name = "-"
		}
		return 1, "Process Create", object{
			"RuleName", "-", "UtcTime", utc(m.at), "ProcessGuid", guid(p), "ProcessId", fmt.Sprint(p.pid), "Image", prog.path,
			"FileVersion", "-", "Description", prog.description, "Product", prog.product, "Company", prog.company,
			"OriginalFileName", name, "CommandLine", p.command, "CurrentDirectory", cwd(p), "User", p.user.domain + `\` + p.user.name,
			"LogonGuid", logonGUID(p), "LogonId", p.user.logon, "TerminalSessionId", p.user.session, "IntegrityLevel", p.user.integrity,
			"Hashes", prog.hashes(), "ParentProcessGuid", guid(q), "ParentProcessId", fmt.Sprint(q.pid), "ParentImage", q.program.path,
			"ParentCommandLine", q.command, "ParentUser", q.user.domain + `\` + q.user.name,
		}
	case "end":
		return 5, "Process terminated", object{
			"RuleName", "-", "UtcTime", utc(m.at), "ProcessGuid", guid(p), "ProcessId", fmt.Sprint(p.pid), "Image", p.program.path,
			"User", p.user.domain + `\` + p.user.name,
		}
	case "connects":
		ip, port, _ := strings.Cut(m.to, ":")
		return 3, "Network connection detected", object{
			"RuleName", "-", "UtcTime", utc(m.at), "ProcessGuid", guid(p), "ProcessId", fmt.Sprint(p.pid), "Image", p.program.path,
			"User", p.user.domain + `\` + p.user.name, "Protocol", "tcp", "Initiated", "true", "SourceIsIpv6", "false", "SourceIp", "10.20.4.17",
			"SourceHostname", host, "SourcePort", fmt.Sprint(49152 + p.pid%9000), "DestinationIsIpv6", "false", "DestinationIp", ip, "DestinationPort", port,
		}
	}
	q := m.other
	return 10, "Process accessed", object{
		"RuleName", "-", "UtcTime", utc(m.at), "SourceProcessGUID", guid(p), "SourceProcessId", fmt.Sprint(p.pid), "SourceThreadId", fmt.Sprint(p.pid + 40),
		"SourceImage", p.program.path, "TargetProcessGUID", guid(q), "TargetProcessId", fmt.Sprint(q.pid), "TargetImage", q.program.path,
		"GrantedAccess", "0x1FFFFF", "CallTrace", `C:\Windows\SYSTEM32\ntdll.dll+9d204|C:\Windows\System32\KERNELBASE.dll+2c0fe|C:\Windows\System32\comsvcs.dll+2b1a7`,
		"SourceUser", p.user.domain + `\` + p.user.name, "TargetUser", q.user.domain + `\` + q.user.name,
	}
}

// cwd is where a process starts.
func cwd(p *process) string {
	switch {
	case p.user.session != "0" && strings.Contains(p.user.domain, "NORDHAUS"):
		return `C:\Users\` + p.user.name + `\`
	case p.parent.program.path == "System":
		return `C:\Windows`
	}
	return `C:\Windows\system32\`
}

// logonGUID is made of the logon id, as Sysmon does.
func logonGUID(p *process) string {
	id := strings.TrimPrefix(p.user.logon, "0x")
	id = strings.Repeat("0", 8-len(id)) + id
	return fmt.Sprintf("{%s-b0a1-61de-%s%s-%s%s00000000}", p.guid[:8], id[6:8], id[4:6], id[2:4], id[0:2])
}

// render gives the message that Windows makes of event data.
func render(title string, data object) string {
	var b strings.Builder
	b.WriteString(title + ":")
	for i := 0; i < len(data); i += 2 {
		fmt.Fprintf(&b, "\r\n%s: %s", data[i], data[i+1])
	}
	return b.String()
}
