// Package sockaddr reads the addresses of sockets in audit records, for the readers of
// audit logs in all their forms.
package sockaddr

import (
	"encoding/binary"
	"net/netip"
	"strconv"

	"oddkin/parsers/event"
)

// Remote reads a struct sockaddr_in or sockaddr_in6, as the kernel lays it out: the family in the machine's byte order, which is told by its value, then the port
// and the address in the network's (ip(7), ipv6(7)). Nil for other families, and for
// addresses of the host itself or of none.
func Remote(b []byte) *event.Remote {
	const inet, inet6 = 2, 10
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
		a = netip.AddrFrom16([16]byte(b[8:24]))
	}
	return remote(a, port)
}

// Named reads an address and a port as text. Nil as [Remote] says, and for what is no
// such text.
func Named(address, port string) *event.Remote {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return nil
	}
	n, _ := strconv.ParseUint(port, 10, 16)
	return remote(a.WithZone(""), uint16(n))
}

func remote(a netip.Addr, port uint16) *event.Remote {
	a = a.Unmap()
	if !a.IsValid() || a.IsUnspecified() || a.IsLoopback() || port == 0 {
		return nil
	}
	return &event.Remote{Address: a.String(), Port: port}
}
