#!/bin/sh
# windows.sh DATA OUT makes corpus files from public recordings of Windows hosts, which may
# be learned from but are not ours to ship: OUT/train for 'oddkin train --also', OUT/test,
# hosts of other sources, for 'oddkin eval'. DATA holds a folder for each source:
#
#   otrf, otrf_winlogbeat   OTRF Security-Datasets, process starts and ends (MIT)
#   msticpy                 msticpy's tables of processes, as CSV (MIT)
#   assemblyline_evtx       Assemblyline's Sysmon logs of sandbox guests (MIT)
#   splunk_nxlog            Splunk attack_data, domain controllers (Apache-2.0)
#   evtx_to_mitre_attack    EVTX-to-MITRE-Attack (CC0-1.0)
#
# ODDKIN names the program, if it is not on the path. What a chain is, is told where it can be
# told without guessing: see 'oddkin corpus add --help'.
set -eu
data=$1 out=$2
mkdir -p "$out/train" "$out/test"

# Products run scripts of their own below these.
normal='mssense > senseir:|> (monitoringhost|networkwatcheragent|waappagent|windowsazureguestagent|officeclicktorun|msmpeng|agmservice|ccmexec|msexchangehmworker|compattelrunner|culauncher):|taskhostw > ngentask:|svchost > (msoia|dmclient):|services > splunkd:|chrome > cmd:'
# Below a shell or an interpreter, and of what people start by hand, one cannot tell.
unsure='> (cmd|powershell|pwsh|mshta|wscript|cscript|rundll32|regsvr32|wmic|certutil|msbuild|bash|python|powershell_ise|installutil|cmstp|odbcconf|mavinject|hh|mmc|taskmgr|calc|calculator|sethc|wbadmin|net|launchtm|notepad|cvtres|bginfo|mstsc):'
# What the descriptions of captured techniques say was run.
technique='(?i)ntdsutil|esentutl|reg(\.exe)?"? +(save|add)\b|vssadmin|dumpert|psexec|whoami|launcher\.|payload\.exe|rubeus|comsvcs|mimi|auditpol|wevtutil|bitsadmin|mshta|herpaderping|grunt|installutil|regsvr32|\bnet1?(\.exe)?"? +(user|local|group|start|stop|view|use)|netsh|cmstp|hh\.exe|mavinject|register-cim|purplesharp|seatbelt|sharpview|wmic|schtasks|dnscmd|-enc|-nop|sc(\.exe)?"? +(create|config|stop|sdset)|csc\.exe|powershell.*(http|bypass|hidden|-w 1)'

# add SPLIT HOST SOURCE LICENCE PATH ATTACK writes one host.
add() {
	[ -z "${6-}" ] || set -- "$@" --attack "$6"
	split=$1 host=$2 source=$3 licence=$4 path=$5
	shift 5
	[ $# = 0 ] || shift
	"${ODDKIN:-oddkin}" -q corpus add --force --os windows --split "$split" --host "$host" --source "$source" --licence "$licence" \
		--normal "$normal" --unsure "$unsure" "$@" -o "$out/$split/$host.chains" "$data/$path"
}

macro='> (mshta|ifgsxays):|winrar > cmd:|dllhost > rundll32:'
add train win-msticpy-2 'msticpy, mde_proc_cs1 as first published' MIT msticpy/history/tests/testdata/c8ba83a_mde_proc_cs1.csv.gz "$macro"
add train win-msticpy-public 'msticpy, mde_proc_pub' MIT msticpy/mde_proc_pub.pkl.csv.gz
add train win-msticpy-alerts 'msticpy, win_proc_test' MIT msticpy/win_proc_test.pkl.csv.gz
add train win-assemblyline 'Assemblyline, Sysmon logs of sandbox guests' MIT assemblyline_evtx
add train win-splunk 'Splunk attack_data' Apache-2.0 splunk_nxlog 'winrshost > cmd:'
add train win-mitre 'EVTX-to-MITRE-Attack' CC0-1.0 evtx_to_mitre_attack "$technique"
add test win-msticpy-1 'msticpy, mde_proc_cs1' MIT msticpy/tests/testdata/mde_proc_cs1.csv.gz "$macro"
add test win-otrf 'OTRF Security-Datasets' MIT otrf "$technique"
add test win-otrf-winlogbeat 'OTRF Security-Datasets, Winlogbeat' MIT otrf_winlogbeat "$technique"
