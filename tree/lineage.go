package tree

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"oddkin/parsers/event"
)

// Lineage names the chain of programs from the root to n, the same on every host:
// sha256 over the parent's lineage, a line feed and the program, in
// hexadecimal, after Assemblyline's process tree id. It is computed in time linear in the depth.
func (n *Node) Lineage() string {
	var sum []byte
	for _, hop := range (Path{n}).Hops(nil) {
		h := sha256.New()
		h.Write(sum)
		h.Write([]byte{'\n'})
		h.Write([]byte(hop.prog.normalImage()))
		sum = h.Sum(nil)
	}
	return hex.EncodeToString(sum)
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
