package main

// flat writes JSON Lines with system and event data side by side, as NXLog and
// the Mordor data sets do. The start of the machine is told by the System log, as
// on Windows: Kernel-General 12, and EventLog 6005 some seconds later.
func flat(p *played) []byte {
	var out []byte
	boot := object{
		"EventID", 12, "SourceName", kernelName, "ProviderGuid", kernelGUID, "Channel", "System", "Hostname", p.host, "RecordNumber", 8801,
		"Level", "4", "Task", "1", "Keywords", "0x8000000000000080", "TimeCreated", iso(p.boot.Add(900 * 1e6)), "@timestamp", iso(p.boot.Add(900 * 1e6)),
		"MajorVersion", "10", "MinorVersion", "0", "BuildVersion", "19044", "QfeVersion", "1415", "ServiceVersion", "0", "BootMode", "0",
		"StartTime", p.boot.Format("2006-01-02T15:04:05.000000000Z"),
		"Message", "The operating system started at system time " + p.boot.Format("2006-01-02T15:04:05.000000000Z") + ".",
	}
	service := object{
		"EventID", 6005, "SourceName", "EventLog", "Channel", "System", "Hostname", p.host, "RecordNumber", 8802, "Level", "4", "Task", "0",
		"Keywords", "0x80000000000000", "TimeCreated", iso(p.boot.Add(15 * 1e9)), "@timestamp", iso(p.boot.Add(15 * 1e9)),
		"Message", "The Event log service was started.",
	}
	out = append(out, boot.line()...)
	late := false
	for i, m := range p.moments {
		if !late && m.at.After(p.boot.Add(15*1e9)) {
			late = true
			out = append(out, service.line()...)
		}
		id, title, data := sysmonData(m, p.host)
		at := iso(written(m.at))
		o := object{
			"@timestamp", at, "TimeCreated", at, "EventID", id, "SourceName", sysmonName, "ProviderGuid", sysmonGUID,
			"Channel", sysmonName + "/Operational", "Hostname", p.host, "RecordNumber", 240117 + i, "Level", "4", "Task", id, "Keywords", "0x8000000000000000",
		}
		o = append(append(o, data...), "Message", render(title, data))
		out = append(out, o.line()...)
	}
	return out
}
