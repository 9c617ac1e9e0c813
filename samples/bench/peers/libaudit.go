//go:build ignore

// Libaudit is the usual work with elastic/go-libaudit: lines parsed, records of one
// serial put together by its reassembler, each event normalised by aucoalesce.
package main

import (
	"bufio"
	"fmt"
	"os"
	"time"

	"github.com/elastic/go-libaudit/v2"
	"github.com/elastic/go-libaudit/v2/aucoalesce"
	"github.com/elastic/go-libaudit/v2/auparse"
)

type stream struct{ events, execs int }

func (s *stream) ReassemblyComplete(messages []*auparse.AuditMessage) {
	ev, err := aucoalesce.CoalesceMessages(messages)
	if err != nil {
		return
	}
	s.events++
	if ev.Process.Exe != "" && len(ev.Process.Args) > 0 {
		s.execs++
	}
}

func (s *stream) EventsLost(int) {}

func main() {
	f, err := os.Open(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	s := &stream{}
	r, err := libaudit.NewReassembler(50, 2*time.Second, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if m, err := auparse.ParseLogLine(lines.Text()); err == nil {
			r.PushMessage(m)
		}
	}
	r.Close()
	fmt.Println(s.events, s.execs)
}
