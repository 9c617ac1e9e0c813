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

// normalImage is the program's path as it compares: on Windows in lower case,
// with backslashes and without the drive.
func (p *Program) normalImage() string {
	image := p.Image
	if image == "" {
		image = p.Base
	}
	if p.OS != event.Windows {
		return image
	}
	image = strings.ToLower(strings.ReplaceAll(image, "/", `\`))
	if len(image) > 2 && image[1] == ':' {
		image = image[2:]
	}
	return image
}
