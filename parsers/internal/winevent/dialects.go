package winevent

import (
	"maps"
	"strings"
)

// A dialect is the way an exporter lays a Windows event out in JSON. All are
// read by one table, as their names do not contradict each other:
//
//   - flat: NXLog, Mordor, Get-WinEvent; system and event data side by side;
//   - Winlogbeat: winlog.event_data, in version 6 event_data at the top;
//   - evtx_dump, Velociraptor, converted XML: Event.System and Event.EventData;
//   - Wazuh: win.system and win.eventdata, in alerts below data;
//   - Elastic Common Schema: process, process.parent, host, event, user.

// data holds the names within the event data.
var data = map[string]meaning{
	"UtcTime":           {field: utcTime},
	"ProcessGuid":       {field: processGUID},
	"ProcessGUID":       {field: processGUID},
	"ProcessId":         {field: processID},
	"Image":             {field: image},
	"CommandLine":       {field: commandLine},
	"CurrentDirectory":  {field: currentDirectory},
	"User":              {field: user},
	"LogonId":           {field: logonID},
	"TerminalSessionId": {field: terminalSessionID},
	"ParentProcessGuid": {field: parentProcessGUID},
	"ParentProcessGUID": {field: parentProcessGUID},
	"ParentProcessId":   {field: parentProcessID},
	"ParentImage":       {field: parentImage},
	"ParentCommandLine": {field: parentCommandLine},
	"ParentUser":        {field: parentUser},
	"SourceProcessGuid": {field: sourceProcessGUID},
	"SourceProcessGUID": {field: sourceProcessGUID},
	"SourceProcessId":   {field: sourceProcessID},
	"SourceImage":       {field: sourceImage},
	"SourceUser":        {field: sourceUser},
	"TargetProcessGuid": {field: targetProcessGUID},
	"TargetProcessGUID": {field: targetProcessGUID},
	"TargetProcessId":   {field: targetProcessID},
	"TargetImage":       {field: targetImage},
	"TargetUser":        {field: targetUser},
	"NewProcessId":      {field: newProcessID},
	"NewProcessName":    {field: newProcessName},
	"ProcessName":       {field: processName},
	"ParentProcessName": {field: parentProcessName},
	"SubjectUserSid":    {field: subjectUserSID},
	"SubjectUserName":   {field: subjectUserName},
	"SubjectDomainName": {field: subjectDomainName},
	"SubjectLogonId":    {field: subjectLogonID},
	"TargetUserSid":     {field: targetUserSID},
	"TargetUserName":    {field: targetUserName},
	"TargetDomainName":  {field: targetDomainName},
	"TargetLogonId":     {field: targetLogonID},
	"StartTime":         {field: startTime},
	"SourceIp":          {field: sourceIP},
	"DestinationIp":     {field: destinationIP},
	"DestinationPort":   {field: destinationPort},
	"Initiated":         {field: initiated},
	"IpAddress":         {field: ipAddress},
}

// system holds the names of the event's envelope.
var system = map[string]meaning{
	"EventID":       {section: eventIDSection},
	"EventId":       {section: eventIDSection},
	"Provider":      {section: providerSection},
	"Channel":       {field: channel},
	"Computer":      {field: computer},
	"TimeCreated":   {section: timeSection},
	"EventRecordID": {section: recordSection},
}

// named gives a section that takes one field under the several names that XML
// converters have for an element's text or attribute, or as a plain value.
func named(f Field, keys ...string) *section {
	m := map[string]meaning{}
	for _, k := range keys {
		m[k], m["@"+k] = meaning{field: f}, meaning{field: f}
	}
	attributes := &section{names: newNames(maps.Clone(m))}
	m["#attributes"] = meaning{section: attributes}
	return &section{names: newNames(m), self: f}
}

var (
	eventIDSection  = named(eventID, "#text", "text", "$t", "Value")
	recordSection   = named(recordID, "#text", "text", "$t", "Value")
	providerSection = named(provider, "Name")
	timeSection     = named(timeCreated, "SystemTime")

	// pairSection is EventData.Data, which may be a list.
	pairSection   = &section{names: newNames(map[string]meaning{"#text": {field: positional}})}
	dataSection   = &section{names: newNames(with(data, map[string]meaning{"Data": {section: pairSection}}))}
	systemSection = &section{names: newNames(system)}
	eventSection  = &section{names: newNames(map[string]meaning{
		"System": {section: systemSection}, "EventData": {section: dataSection},
		"RenderingInfo": {section: &section{names: newNames(map[string]meaning{"Message": {field: message}})}},
	})}
	wazuhSection = &section{names: newNames(map[string]meaning{
		"system": {section: &section{names: newNames(map[string]meaning{
			"eventID": {field: eventID}, "providerName": {field: provider}, "channel": {field: channel},
			"computer": {field: computer}, "systemTime": {field: timeCreated}, "eventRecordID": {field: recordID},
			"message": {field: message},
		})}},
		"eventdata": {section: &section{names: newNames(lowered(data))}},
	})}
	winlogSection = &section{names: newNames(map[string]meaning{
		"event_id": {field: eventID}, "provider_name": {field: provider}, "channel": {field: channel},
		"computer_name": {field: computer}, "record_id": {field: recordID}, "event_data": {section: dataSection},
	})}
	top = &section{names: newNames(with(data, system, ecs, map[string]meaning{
		// NXLog and Mordor
		"SourceName": {field: provider}, "Hostname": {field: computer}, "RecordNumber": {field: recordID},
		"EventTime": {field: eventTime}, "EventReceivedTime": {field: eventReceivedTime},
		"@timestamp": {field: timestamp}, "Message": {field: message},
		// Get-WinEvent and WMI
		"Id": {field: eventID}, "ProviderName": {section: providerSection}, "MachineName": {field: computer}, "RecordId": {field: recordID},
		"LogName": {field: channel}, "EventCode": {field: eventID}, "ComputerName": {field: computer}, "Logfile": {field: channel},
		"TimeGenerated": {field: eventTime}, "InsertionStrings": {field: positional},
		// Winlogbeat
		"winlog": {section: winlogSection}, "event_data": {section: dataSection}, "event_id": {field: eventID},
		"source_name": {field: provider}, "log_name": {field: channel}, "computer_name": {field: computer},
		"record_number": {field: recordID}, "message": {field: message},
		// evtx_dump and Velociraptor
		"Event": {section: eventSection}, "System": {section: systemSection}, "EventData": {section: dataSection},
		// Wazuh
		"win":  {section: wazuhSection},
		"data": {section: &section{names: newNames(map[string]meaning{"win": {section: wazuhSection}})}},
		// exports of Elasticsearch and Splunk put the record into another object
		"_source": {}, "result": {}, "_raw": {field: original},
		// Docker and Fluentd too; in the Elastic Common Schema log is an object
		"line": {field: original}, // Loki
		"log":  {section: &section{names: newNames(nil), self: original}},
	}))}
)

// ecs holds the names of the Elastic Common Schema.
var ecs = map[string]meaning{
	"event": {section: &section{names: newNames(map[string]meaning{
		"code": {field: ecsCode}, "provider": {field: ecsProvider}, "kind": {field: ecsKind}, "category": {field: ecsCategory},
		"type": {field: ecsType}, "action": {field: ecsAction}, "outcome": {field: ecsOutcome},
		"original": {field: original},
	})}},
	"host": {section: &section{names: newNames(map[string]meaning{
		"name": {field: ecsHostName}, "hostname": {field: ecsHostHostname},
		"os": {section: &section{names: newNames(map[string]meaning{
			"type": {field: ecsOSType}, "family": {field: ecsOSFamily}, "platform": {field: ecsOSPlatform},
		})}},
	})}},
	"process": {section: &section{names: newNames(map[string]meaning{
		"pid": {field: ecsPID}, "ppid": {field: ecsPPID}, "entity_id": {field: ecsEntityID}, "executable": {field: ecsExecutable},
		"name": {field: ecsName}, "command_line": {field: ecsCommandLine}, "args": {field: ecsArgs}, "working_directory": {field: ecsCwd},
		"parent": {section: &section{names: newNames(map[string]meaning{
			"pid": {field: ecsParentPID}, "entity_id": {field: ecsParentEntityID}, "executable": {field: ecsParentExecutable},
			"name": {field: ecsParentName}, "command_line": {field: ecsParentCommandLine},
			"user": {section: &section{names: newNames(map[string]meaning{"name": {field: ecsParentUser}})}},
		})}},
	})}},
	"user": {section: &section{names: newNames(map[string]meaning{
		"name": {field: ecsUserName}, "domain": {field: ecsUserDomain}, "id": {field: ecsUserID},
	})}},
	"container": {section: &section{names: newNames(map[string]meaning{"id": {field: ecsContainerID}})}},
}

// lowered gives m with small first letters, as Wazuh writes names.
func lowered(m map[string]meaning) map[string]meaning {
	low := map[string]meaning{}
	for k, v := range m {
		low[strings.ToLower(k[:1])+k[1:]] = v
	}
	return low
}

// with joins tables.
func with(tables ...map[string]meaning) map[string]meaning {
	all := map[string]meaning{}
	for _, t := range tables {
		maps.Copy(all, t)
	}
	return all
}
