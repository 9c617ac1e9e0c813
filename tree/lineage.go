package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"oddkin/parsers/event"
)

// Lineage names a chain of programs, the same on every host: sha256 over the lineage
// above, a line feed and the program's normalised image, after Assemblyline's process tree
// id. The zero value is what stands above a root.
type Lineage [sha256.Size]byte

// Then is the lineage of a program that follows l.
func (l Lineage) Then(p *Program) Lineage {
	h := sha256.New()
	if l != (Lineage{}) {
		h.Write(l[:])
	}
	h.Write([]byte{'\n'})
	h.Write([]byte(p.normalImage()))
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
