package tree

import "strings"

// habit is how programs of a kind make processes that execute nothing themselves.
type habit uint8

const (
	otherProgram habit = iota
	spawner            // starts programs without a process between
	interpreter        // may fork
	shell              // forks for pipelines, substitutions and subshells
	switcher           // forks and may change the user
	opener             // the same, to open a session
)

var habits = map[string]habit{
	"sh": shell, "bash": shell, "dash": shell, "ash": shell, "zsh": shell, "ksh": shell, "mksh": shell, "ksh93": shell,
	"busybox": shell, "fish": shell, "csh": shell, "tcsh": shell, "rbash": shell,
	"perl": interpreter, "ruby": interpreter, "make": interpreter, "node": spawner, "java": spawner,
	"sshd": opener, "sshd-session": opener, "dropbear": opener, "cron": opener, "crond": opener, "atd": opener,
	"login": opener, "gdm-session-worker": opener, "lightdm": opener, "sddm-helper": opener, "xrdp-sesman": opener,
	"su": switcher, "sudo": switcher, "runuser": switcher, "screen": switcher, "tmux": switcher, "script": switcher,
	"systemd": switcher, "dbus-launch": interpreter, // see profile.mayStem
}

func habitOf(base string) habit {
	if h, ok := habits[base]; ok {
		return h
	}
	if strings.HasPrefix(base, "python") || strings.HasPrefix(base, "php") {
		return interpreter
	}
	return otherProgram
}

// reapers are programs to which the kernel hands orphans.
var reapers = map[string]bool{
	"systemd": true, "init": true, "tini": true, "dumb-init": true, "catatonit": true, "docker-init": true, "runit": true,
	"s6-svscan": true, "containerd-shim": true, "containerd-shim-runc-v2": true, "conmon": true,
}

// subreapers are those of them that stand over a container: a runtime starts its first
// process, and each that is started into it later, and ends.
var subreapers = map[string]bool{"containerd-shim": true, "containerd-shim-runc-v2": true, "conmon": true}

// dropsUser reports whether a service that is started as root has workers of other
// users.
func dropsUser(base string) bool {
	switch base {
	case "apache2", "httpd", "nginx", "lighttpd", "haproxy", "uwsgi", "master", "exim4", "dovecot", "procmail", "inetd", "xinetd", "smbd", "squid",
		"vsftpd", "proftpd", "named", "in.ftpd", "supervisord", "monit", "munin-node", "atd", "cron", "crond":
		return true
	}
	return strings.HasPrefix(base, "php-fpm") || strings.HasPrefix(base, "gunicorn")
}

// startsNothing reports whether a server of that name passes requests on and runs no program for them.
func startsNothing(base string) bool {
	return base == "nginx" || base == "haproxy" || base == "memcached"
}

// userDaemons are daemons that lie where users' programs do.
var userDaemons = map[string]bool{
	"dbus-daemon": true, "dbus-broker": true, "dbus-broker-launch": true, "containerd": true, "dockerd": true, "vmtoolsd": true,
}

// isDaemon reports whether a service manager is what starts p, by where its file lies
// (hier(7), file-hierarchy(7)) or by what it does.
func (p *Program) isDaemon() bool {
	a := p.plays()
	if a.listens != EntryUnknown || a.begins != EntryUnknown || a.broker != noBroker || a.runtime || dropsUser(p.Base) || reapers[p.Base] || userDaemons[p.Base] {
		return true
	}
	for _, dir := range [...]string{"/usr/sbin/", "/sbin/", "/usr/lib/", "/lib/", "/usr/libexec/", "/usr/local/sbin/"} {
		if strings.HasPrefix(p.Image, dir) {
			return true
		}
	}
	return false
}
