package names

import (
	"strings"

	"oddkin/parsers/event"
)

// Place is where an image lies, by who may write there.
type Place uint8

const (
	// Nowhere: the evidence gives no path.
	Nowhere Place = iota
	// System: part of the operating system, written by its package manager.
	System
	// Application: installed software outside the operating system.
	Application
	// UserWritable: a home folder, a download, a share, a web root.
	UserWritable
	// Temporary: a folder that anyone may write to.
	Temporary
	// Memory: no file at all, or one deleted while it ran.
	Memory
)

// Places is the number of places.
const Places = int(Memory) + 1

var placeNames = [Places]string{"unknown place", "system folder", "application folder", "user-writable folder", "temporary folder", "memory or deleted file"}

// String describes the place for a reader.
func (p Place) String() string {
	if int(p) < len(placeNames) {
		return placeNames[p]
	}
	return "unknown place"
}

// PlaceOf says where the image of p lies. A deleted image counts as
// [Memory] unless it lay in a folder that updates write to: a daemon that runs
// on after its package was upgraded shows as deleted too.
func PlaceOf(p *event.Proc) Place {
	var at Place
	if p.OS == event.Windows {
		at = windowsPlace(p.Image)
	} else {
		at = unixPlace(p.Image)
	}
	if p.Deleted && at != System && at != Application {
		return Memory
	}
	return at
}

// rule gives the place for a folder and what lies below it.
type rule struct {
	prefix string
	place  Place
}

// unixRules are tried in order.
var unixRules = []rule{
	{"/memfd:", Memory},
	{"/dev/shm/", Temporary},
	{"/dev/mqueue/", Temporary},
	{"/dev/fd/", Memory},
	{"/proc/", Memory},
	{"/dev/", Temporary},
	{"/tmp/", Temporary},
	{"/var/tmp/", Temporary},
	{"/run/user/", Temporary},
	{"/run/lock/", Temporary},
	{"/var/lock/", Temporary},
	{"/run/current-system/", System},
	{"/run/wrappers/", System},
	{"/nix/store/", System},
	{"/gnu/store/", System},
	{"/run/", Temporary},
	{"/var/run/", Temporary},
	{"/usr/local/", Application},
	{"/usr/", System},
	{"/bin/", System},
	{"/sbin/", System},
	{"/lib", System},
	{"/etc/", System},
	{"/init", System},
	{"/opt/", Application},
	{"/snap/", Application},
	{"/app/", Application},
	{"/var/lib/dpkg/", System},
	{"/var/lib/", Application},
	{"/Applications/", Application},
	{"/System/", System},
	{"/Library/", Application},
	{"/private/tmp/", Temporary},
	{"/private/var/", Temporary},
	{"/home/", UserWritable},
	{"/root/", UserWritable},
	{"/Users/", UserWritable},
	{"/var/www/", UserWritable},
	{"/srv/", UserWritable},
	{"/var/spool/", UserWritable},
	{"/var/cache/", UserWritable},
	{"/var/mail/", UserWritable},
	{"/mnt/", UserWritable},
	{"/media/", UserWritable},
}

func unixPlace(path string) Place {
	if !strings.Contains(path, "/") {
		return Nowhere
	}
	for _, r := range unixRules {
		if strings.HasPrefix(path, r.prefix) {
			return r.place
		}
	}
	return Application
}

// windowsRules are tried in order on the path in lower case, with backslashes,
// without its volume.
var windowsRules = []rule{
	{`\windows\temp\`, Temporary},
	{`\windows\tasks\`, Temporary},
	{`\windows\tracing\`, Temporary},
	{`\windows\debug\`, Temporary},
	{`\windows\system32\spool\drivers\color\`, Temporary},
	{`\windows\softwaredistribution\`, System},
	{`\windows\`, System},
	{`\program files`, Application},
	{`\programdata\microsoft\`, Application},
	{`\programdata\package cache\`, Application},
	{`\programdata\chocolatey\`, Application},
	{`\programdata\`, UserWritable},
	{`\users\public\`, Temporary},
	{`\perflogs\`, Temporary},
	{`\$recycle.bin\`, Temporary},
	{`\recycler\`, Temporary},
	{`\temp\`, Temporary},
	{`\tmp\`, Temporary},
	{`\documents and settings\`, UserWritable},
	{`\users\`, UserWritable},
	{`\inetpub\`, UserWritable},
	{`\systemroot\`, System},
	{`\systemwow64\`, System},
}

func windowsPlace(path string) Place {
	p := strings.ReplaceAll(strings.ToLower(path), "/", `\`)
	if !strings.Contains(p, `\`) {
		return Nowhere
	}
	p = strings.TrimPrefix(p, `\??`)
	p = strings.TrimPrefix(p, `\\?`)
	if strings.HasPrefix(p, `\device\harddiskvolume`) {
		p = p[len(`\device\harddiskvolume`):]
		p = p[max(0, strings.IndexByte(p, '\\')):]
	}
	p = strings.Replace(p, "%systemroot%", `\windows`, 1)
	p = strings.Replace(p, "%windir%", `\windows`, 1)
	if v := volume(p); v != "" {
		p = strings.TrimPrefix(p, `\`)[len(v):]
	}
	if strings.HasPrefix(p, `\\`) {
		return UserWritable // a share
	}
	if strings.HasPrefix(p, `\users\`) || strings.HasPrefix(p, `\documents and settings\`) {
		if strings.Contains(p, `\appdata\local\temp\`) || strings.Contains(p, `\local settings\temp`) {
			return Temporary
		}
	}
	for _, r := range windowsRules {
		if strings.HasPrefix(p, r.prefix) {
			return r.place
		}
	}
	if strings.HasPrefix(p, `\`) && strings.Count(p, `\`) == 1 {
		return UserWritable // the top of a volume
	}
	return Application
}

// volume is the drive letter and colon at the start of p, after one leading
// backslash at most; empty if there is none.
func volume(p string) string {
	q := strings.TrimPrefix(p, `\`)
	if len(q) >= 2 && q[1] == ':' && isLower(q[0]) {
		return q[:2]
	}
	return ""
}
