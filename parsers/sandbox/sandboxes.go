package sandbox

import (
	"strings"
)

// The formats whose processes stand in one list. Where each is described is said
// in the package comment.

// vmray is summary_v2.json. Processes have no times; origin_monitor_id is the
// monitor's number of the process that started or injected this one.
var vmray = flat{
	processes: "processes", keyed: true,
	facts: facts{
		"os_pid": pid, "filename": image, "image_name": name, "cmd_line": command,
		"monitor_id": ident, "origin_monitor_id": above, "regions": bulk,
	},
	guest: map[string]func(*guest, string){
		"virtual_machine.name": label, "virtual_machine.computer_name": hostname, "virtual_machine.operating_system": platform,
		"analysis_metadata.analysis_id": task, "analysis_metadata.creation_time": started,
	},
}

// cuckoo3 is a task's report.json.
var cuckoo3 = flat{
	processes: "processes.process_list",
	facts: facts{
		"pid": pid, "ppid": parent, "procid": ident, "parent_procid": above,
		"image": image, "name": name, "commandline": command, "start_ts": elapsed,
	},
	guest: map[string]func(*guest, string){"task_id": task},
}

// triage is a task's report_triage.json. started counts from the start of the
// analysis.
var triage = flat{
	processes: "processes",
	facts: facts{
		"pid": pid, "ppid": parent, "procid": ident, "procid_parent": above,
		"image": image, "cmd": command, "started": elapsed,
	},
	guest: map[string]func(*guest, string){
		"analysis.resource": label, "analysis.platform": machine, "sample.id": task, "analysis.submitted": started,
	},
}

// anyrun is the JSON report of a task, by itself or as the API's data.
var anyrun = flat{
	wrapper: "data", processes: "processes",
	facts: facts{
		"pid": pid, "ppid": parent, "uuid": ident, "parentUUID": above, "image": image, "fileName": name, "commandLine": command,
		"times": within, "times.start": elapsed, "context": within, "context.userName": user,
	},
	guest: map[string]func(*guest, string){"environments.os.title": label, "analysis.uuid": task},
}

// hybrid is a report summary of Falcon Sandbox, which serves Hybrid Analysis.
var hybrid = flat{
	processes: "processes",
	facts: facts{
		"pid": pid, "uid": ident, "parentuid": above, "parent_uid": above, "name": name, "normalized_path": image, "command_line": command,
	},
	guest: map[string]func(*guest, string){
		"environment_description": label, "job_id": task, "analysis_start_time": started,
	},
	finish: pidsOfUIDs,
}

// pidsOfUIDs completes Falcon Sandbox's processes: in a uid such as
// "00057384-00003328" the second half is the pid.
func pidsOfUIDs(all []process) {
	second := func(uid string) uint32 {
		_, text, _ := strings.Cut(uid, "-")
		n, _ := pidOf(text)
		return n
	}
	for i := range all {
		p := &all[i]
		if p.proc.PID == 0 {
			p.proc.PID = second(p.proc.GUID)
		}
		if p.parent.PID == 0 {
			p.parent.PID = second(p.parent.GUID)
		}
	}
}

// joe is Joe Sandbox's report turned from XML to JSON, where an attribute has
// its name after "@": each process with what it did, and an overview as a tree.
var joe = flat{
	processes: "analysis.behavior.system.processes.process",
	overview:  "analysis.behavior.system.startupoverview.process",
	facts: facts{
		"general": within, "general.pid": pid, "general.parentpid": parent, "general.name": name, "general.path": image,
		"general.cmdline": command, "general.targetid": ident, "general.date": day, "general.time": hour,
		"fileactivities": bulk, "registryactivities": bulk, "mutexactivities": bulk, "systemactivities": bulk,
		"pid": pid, "@pid": pid, "name": name, "@name": name, "path": image, "@path": image, "cmdline": command, "@cmdline": command,
		"targetid": ident, "@targetid": ident, "process": below,
	},
	guest: map[string]func(*guest, string){
		"analysis.generalinfo.system.name": label, "analysis.generalinfo.id": task,
	},
}
