package main

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// call is one API call, before a report gives it its shape.
type call struct {
	at       time.Time
	thread   int
	category string
	api      string
	failed   bool
	args     []argument
}

type argument struct{ name, value string }

// The names and values below are documented Windows interfaces and common keys
// and libraries: enough that the calls read like a program's start.
var (
	libraries = []string{"kernel32.dll", "ntdll.dll", "advapi32.dll", "ole32.dll", "rpcrt4.dll", "shell32.dll", "cryptsp.dll", "ws2_32.dll", "uxtheme.dll", "version.dll"}
	keys      = []string{
		`HKEY_LOCAL_MACHINE\System\CurrentControlSet\Control\Nls\CustomLocale`,
		`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion`,
		`HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer\Shell Folders`,
		`HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\OLE`,
		`HKEY_CURRENT_USER\Control Panel\Desktop`,
	}
	valueNames = []string{"en-US", "ProductName", "AppData", "PageAllocatorUseSystemHeap", "PreferredUILanguages"}
)

// calls gives the API calls of p: those of any program, and among them those
// that the scenario is about.
func (s *scenario) calls(p *proc) []call {
	rng := rand.New(rand.NewPCG(uint64(p.pid), uint64(p.calls)))
	special := s.deeds(p)
	var all []call
	at := s.seen(p)
	for i := range p.calls {
		at = at.Add(time.Duration(rng.IntN(40)) * time.Millisecond)
		c := common(rng)
		if gap := max(p.calls/(len(special)+1), 1); i%gap == gap-1 && len(special) > 0 {
			c, special = special[0], special[1:]
			if !c.at.IsZero() && c.at.After(at) {
				at = c.at
			}
		}
		c.at, c.thread = at, p.pid+4*(1+rng.IntN(3))
		all = append(all, c)
	}
	return all
}

// common is a call that any program makes.
func common(rng *rand.Rand) call {
	handle := fmt.Sprintf("0x%08x", 4*(20+rng.IntN(200)))
	key := keys[rng.IntN(len(keys))]
	switch rng.IntN(6) {
	case 0:
		return call{category: "registry", api: "NtOpenKey", args: []argument{{"KeyHandle", handle}, {"DesiredAccess", "0x00020019"}, {"ObjectAttributes", key}}}
	case 1:
		name := valueNames[rng.IntN(len(valueNames))]
		return call{category: "registry", api: "NtQueryValueKey", failed: rng.IntN(2) == 0, args: []argument{{"KeyHandle", handle}, {"ValueName", name}, {"FullName", key + `\` + name}}}
	case 2:
		return call{category: "system", api: "LdrLoadDll", args: []argument{{"Flags", "0x00000000"}, {"FileName", libraries[rng.IntN(len(libraries))]}, {"BaseAddress", fmt.Sprintf("0x7ff%06x000", rng.IntN(1<<24))}}}
	case 3:
		return call{category: "process", api: "NtAllocateVirtualMemory", args: []argument{{"ProcessHandle", "0xffffffff"}, {"BaseAddress", fmt.Sprintf("0x%08x", rng.IntN(1<<20)<<12)}, {"RegionSize", "0x00001000"}, {"Protection", "0x00000004"}}}
	case 4:
		return call{category: "system", api: "NtClose", args: []argument{{"Handle", handle}}}
	}
	return call{category: "synchronization", api: "NtCreateMutant", args: []argument{{"Handle", handle}, {"MutexName", ""}, {"InitialOwner", "0"}}}
}

// deeds are the calls that the scenario is about, in its order.
func (s *scenario) deeds(p *proc) (out []call) {
	for _, path := range p.opens {
		out = append(out, call{category: "filesystem", api: "NtOpenFile", args: []argument{{"DesiredAccess", "0x00100001"}, {"FileName", path}, {"ShareAccess", "3"}}})
	}
	for _, host := range p.hosts {
		out = append(out,
			call{category: "network", api: "GetAddrInfoW", args: []argument{{"NodeName", host}, {"ServiceName", ""}}},
			call{category: "network", api: "connect", args: []argument{{"socket", "0x00000b1c"}, {"ip", "192.0.2.10"}, {"port", "443"}}})
	}
	for _, path := range p.drops {
		out = append(out,
			call{category: "filesystem", api: "NtCreateFile", args: []argument{{"DesiredAccess", "0x40100080"}, {"FileName", path}, {"CreateDisposition", "5"}}},
			call{category: "filesystem", api: "NtWriteFile", args: []argument{{"HandleName", path}, {"Buffer", `MZ\x90\x00\x03\x00\x00\x00`}, {"Length", "81920"}}})
	}
	for _, c := range p.children {
		out = append(out, call{at: s.seen(c).Add(-30 * time.Millisecond), category: "process", api: "CreateProcessInternalW", args: []argument{
			{"ApplicationName", ""}, {"CommandLine", c.command}, {"CreationFlags", "0x00000004"}, {"ProcessId", strconv.Itoa(c.pid)}, {"ThreadId", strconv.Itoa(c.pid + 4)},
		}})
	}
	if p.inject != 0 {
		out = append(out,
			call{category: "process", api: "WriteProcessMemory", args: []argument{{"ProcessHandle", "0x00000a44"}, {"BaseAddress", "0x00400000"}, {"BufferLength", "0x00014000"}, {"ProcessId", strconv.Itoa(p.inject)}}},
			call{category: "threading", api: "NtResumeThread", args: []argument{{"ThreadHandle", "0x00000a48"}, {"SuspendCount", "1"}, {"ProcessId", strconv.Itoa(p.inject)}}})
	}
	return out
}
