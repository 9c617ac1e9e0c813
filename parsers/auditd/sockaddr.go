package auditd

import (
	"oddkin/parsers/event"
	"oddkin/parsers/internal/sockaddr"
)

// einprogress is the result of a connect that goes on in the background.
const einprogress = 115

// connection is where a connect went to, if to another address of the internet; then the
// event tells of it. A connect to anything else tells no more than any call.
func (s *scan) connection(p *pending) *event.Remote {
	if !p.connects {
		return nil
	}
	remote := sockaddr.Remote(decode(field(p.find(classSockaddr), "saddr")))
	switch {
	case remote != nil:
		p.sight = true
	case !p.sight && p.kind == 0: // its SYSCALL record was counted as used
		s.in.Account.Used--
		s.in.Account.NotNeeded++
	}
	return remote
}
