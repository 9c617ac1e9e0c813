package main

import (
	"fmt"
	"strings"
)

// winlogbeat writes Security 4688 and 4689 as Winlogbeat 8 does without a
// pipeline behind it.
func winlogbeat(p *played) []byte {
	var out []byte
	for i, m := range p.moments {
		id, action, data := securityData(m, p.host)
		if id == 0 {
			continue
		}
		at := iso(written(m.at))
		o := object{
			"@timestamp", at, "@metadata",
			object{"beat", "winlogbeat", "type", "_doc", "version", "8.6.2"},
			"ecs",
			object{"version", "8.0.0"},
			"agent",
			object{"type", "winlogbeat", "version", "8.6.2", "name", "wec01"},
			"host",
			object{"name", "wec01.nordhaus.example"},
			"event",
			object{"code", fmt.Sprint(id), "kind", "event", "provider", securityName, "action", action, "outcome", "success"},
			"log",
			object{"level", "information"},
			"winlog",
			object{
				"channel", "Security", "provider_name", securityName, "provider_guid", securityGUID, "event_id", fmt.Sprint(id), "record_id", 5518302 + i,
				"computer_name", p.host, "opcode", "Info", "task", action, "keywords",
				[]string{"Audit Success"},
				"process",
				object{"pid", 4, "thread", object{"id", 4 * (20 + i%9)}},
				"event_data", data,
			},
		}
		out = append(out, o.line()...)
	}
	return out
}

// securityData gives the event data of a start or an end as the Security log has
// it: the parent's account is the subject, the child's the target if it differs.
func securityData(m moment, host string) (id int, action string, data object) {
	p := m.who
	switch m.verb {
	case "start":
		q := p.parent
		sid, name, domain, logon := "S-1-0-0", "-", "-", "0x0"
		if p.user != q.user {
			_, name, domain, logon = subject(p.user, host)
		}
		label := map[string]string{"Low": "S-1-16-4096", "Medium": "S-1-16-8192", "High": "S-1-16-12288", "System": "S-1-16-16384"}[p.user.integrity]
		ssid, sname, sdomain, slogon := subject(q.user, host)
		return 4688, "Process Creation", object{
			"SubjectUserSid", ssid, "SubjectUserName", sname, "SubjectDomainName", sdomain, "SubjectLogonId", slogon, "NewProcessId", hex(p.pid),
			"NewProcessName", p.program.path, "TokenElevationType", "%%1936", "ProcessId", hex(q.pid), "CommandLine", p.command, "TargetUserSid", sid,
			"TargetUserName", name, "TargetDomainName", domain, "TargetLogonId", logon, "ParentProcessName", parentName(q), "MandatoryLabel", label,
		}
	case "end":
		sid, name, domain, logon := subject(p.user, host)
		return 4689, "Process Termination", object{
			"SubjectUserSid", sid, "SubjectUserName", name, "SubjectDomainName", domain, "SubjectLogonId", logon,
			"Status", "0x0", "ProcessId", hex(p.pid), "ProcessName", p.program.path,
		}
	}
	return 0, "", nil
}

// parentName is empty for System, which has no file.
func parentName(p *process) string {
	if p.program.path == "System" {
		return ""
	}
	return p.program.path
}

// subject names an account as the Security log does: the service accounts by the
// machine's own.
func subject(a account, host string) (sid, name, domain, logon string) {
	if strings.HasPrefix(a.logon, "0x3e") {
		short, _, _ := strings.Cut(host, ".")
		return a.sid, short + "$", "NORDHAUS", a.logon
	}
	return a.sid, a.name, a.domain, a.logon
}
