package auditd

import (
	"encoding/binary"
	"net/netip"

	"oddkin/parsers/event"
)

// einprogress is the result of a connect that goes on in the background.
const einprogress = 115

// connection is where a connect went to, if to another address of the internet; then the
// event tells of it. A connect to anything else tells no more than any call.
func (s *scan) connection(p *pending) *event.Remote {
	if !p.connects {
		return nil
	}
	remote := sockaddr(field(p.find(classSockaddr), "saddr"))
	switch {
	case remote != nil:
		p.sight = true
	case !p.sight && p.kind == 0: // its SYSCALL record was counted as used
		s.in.Account.Used--
		s.in.Account.NotNeeded++
	}
	return remote
}

// sockaddr reads a struct sockaddr_in or sockaddr_in6 in hexadecimal, as the kernel lays it
// out: the family in the machine's byte order, which is told by its value, then the port
// and the address in the network's (ip(7), ipv6(7)). Nil for other families.
func sockaddr(value []byte) *event.Remote {
	const inet, inet6 = 2, 10
	b := decode(value)
	if len(b) < 8 {
		return nil
	}
	family := b[0] | b[1] // one of them is zero
	port := binary.BigEndian.Uint16(b[2:])
	var a netip.Addr
	switch {
	case family == inet:
		a = netip.AddrFrom4([4]byte(b[4:8]))
	case family == inet6 && len(b) >= 24:
		a = netip.AddrFrom16([16]byte(b[8:24])).Unmap()
	}
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() || port == 0 {
		return nil
	}
	return &event.Remote{Address: a.String(), Port: port}
}
