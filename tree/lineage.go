package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"oddkin/parsers/event"
)

// Lineage names a chain of programs, the same on every host: sha256 over the lineage
// above, a line feed and the program's normalised image (see "Lineages" in the package
// comment), after Assemblyline's process tree id. The zero value is what stands above a root.
type Lineage [sha256.Size]byte

// Then is the lineage of a program that follows l.
func (l Lineage) Then(p *Program) Lineage {
	h := sha256.New()
	if l != (Lineage{}) {
		h.Write(l[:])
	}
	h.Write([]byte{'\n'})
	h.Write([]byte(p.lineageImage()))
	var next Lineage
	h.Sum(next[:0])
	return next
}

// String is l in hexadecimal.
func (l Lineage) String() string { return hex.EncodeToString(l[:]) }

// Lineage names the chain of programs from the root to n. It is computed in time linear
// in the depth; whoever wants it for many nodes carries it along from parent to child.
func (n *Node) Lineage() Lineage {
	var l Lineage
	for _, hop := range (Path{n}).Hops(nil) {
		l = l.Then(hop.prog)
	}
	return l
}

// interpreters are programs that hosts have in several versions, whose number is part of the
// name or of a folder's; by their names without it.
var interpreters = map[string]bool{
	"python": true, "pythonw": true, "pypy": true, "perl": true, "php": true, "php-fpm": true, "php-cgi": true, "ruby": true, "irb": true,
	"node": true, "nodejs": true, "lua": true, "luajit": true, "tclsh": true, "wish": true, "guile": true, "java": true, "javaw": true,
}

// inits are the images of process 1 on Linux as logs name it: by its file where they hold its
// start, by what it is called where they do not.
var inits = map[string]bool{
	"systemd": true, "init": true, "/usr/lib/systemd/systemd": true, "/usr/bin/systemd": true, "/usr/sbin/init": true,
}

// lineageImage is normalImage without the version of an interpreter: of python3.11 and
// python3.9 one is as good as the other for what it is a link in. Every init is init.
func (p *Program) lineageImage() string {
	image := p.normalImage()
	if p.OS == event.Linux && inits[image] {
		return "init"
	}
	separator := "/"
	if p.OS == event.Windows {
		separator = `\`
	}
	parts := strings.Split(image, separator)
	last := len(parts) - 1
	name, suffix := parts[last], ""
	if p.OS == event.Windows {
		name, suffix = strings.TrimSuffix(name, ".exe"), ".exe"
	}
	if name = unversioned(name); !interpreters[name] {
		return image
	}
	parts[last] = name + suffix
	for i := range parts[:last] {
		switch folder := unversioned(parts[i]); {
		case i > 0 && parts[i] != "bin" && (parts[i-1] == "jvm" || parts[i-1] == "java"):
			parts[i] = "*" // named after vendor, version and architecture
		case interpreters[folder]:
			parts[i] = folder
		}
	}
	return strings.Join(parts, separator)
}

// unversioned is name without the version at its end: python of python3.11, node of node-v18.2.
func unversioned(name string) string {
	stem := strings.TrimRight(name, "0123456789.")
	if stem == name {
		return name
	}
	if s := strings.TrimSuffix(strings.TrimSuffix(stem, "v"), "-"); s != "" && s != stem && interpreters[s] {
		return s
	}
	return stem
}

// normalImage is the program's path as it compares on all hosts: without the user whose
// home it lies in; on Linux with what was moved to /usr named there; on Windows in lower
// case, with backslashes and without the drive or volume.
func (p *Program) normalImage() string {
	image := p.Image
	if image == "" {
		image = p.Base
	}
	if p.OS != event.Windows {
		if moved(image) {
			image = "/usr" + image
		}
		return anyUser(image, "/home/", '/')
	}
	image = strings.ToLower(strings.ReplaceAll(image, "/", `\`))
	image = strings.TrimPrefix(image, `\??\`)
	if len(image) > 2 && image[1] == ':' {
		image = image[2:]
	}
	if volume, ok := strings.CutPrefix(image, `\device\harddiskvolume`); ok {
		if i := strings.IndexByte(volume, '\\'); i > 0 {
			image = volume[i:]
		}
	}
	return anyUser(image, `\users\`, '\\')
}

// moved reports whether a path lies where Linux kept its programs before they were
// moved to /usr; it names the same file there (file-hierarchy(7)).
func moved(image string) bool {
	for _, dir := range []string{"/bin/", "/sbin/", "/lib/", "/lib64/"} {
		if strings.HasPrefix(image, dir) {
			return true
		}
	}
	return false
}

// anyUser puts a star for the user's name behind the folder of homes.
func anyUser(image, homes string, separator byte) string {
	rest, ok := strings.CutPrefix(image, homes)
	if !ok {
		return image
	}
	i := strings.IndexByte(rest, separator)
	if i < 0 {
		return image
	}
	return homes + "*" + rest[i:]
}
