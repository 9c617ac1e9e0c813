package auditd

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// The tests run where another zone is local: what reads or shows a time by the analyst's
// clock fails them.
func init() { time.Local = time.FixedZone("analyst", 5*3600+45*60) }

// read parses text and checks what holds for every input: the account balances,
// every byte was seen, and every warning yielded was noted.
func read(t testing.TB, f ingest.Format, text string) ([]event.Event, *event.Account) {
	t.Helper()
	return readFrom(t, f, strings.NewReader(text), false)
}

func readFrom(t testing.TB, f ingest.Format, r io.Reader, keepRaw bool) ([]event.Event, *event.Account) {
	t.Helper()
	account := &event.Account{}
	counted := &counter{r: r}
	var events []event.Event
	var warnings int64
	for ev, err := range f.Events(&ingest.Input{Name: "audit.log", R: counted, KeepRaw: keepRaw, Account: account}) {
		if err != nil {
			if !errors.As(err, new(event.Warning)) {
				t.Fatalf("input ended: %v", err)
			}
			warnings++
			continue
		}
		events = append(events, ev)
	}
	if !account.Balanced() {
		t.Errorf("account does not balance: %+v", account)
	}
	if account.First.Location() != time.UTC || account.Last.Location() != time.UTC {
		t.Errorf("from %v to %v, want UTC", account.First, account.Last)
	}
	if account.Bytes != counted.n {
		t.Errorf("%d bytes read, %d accounted for", counted.n, account.Bytes)
	}
	if account.Events != int64(len(events)) {
		t.Errorf("%d events, %d accounted for", len(events), account.Events)
	}
	if noted := int64(len(account.Warnings)) + account.Suppressed; noted != warnings {
		t.Errorf("%d warnings yielded, %d noted", warnings, noted)
	}
	return events, account
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	c.n += int64(n)
	return n, err
}

// readAll parses r and keeps no event.
func readAll(t testing.TB, r io.Reader) *event.Account {
	t.Helper()
	account := &event.Account{}
	for range Log.Events(&ingest.Input{Name: "audit.log", R: r, Account: account}) {
	}
	if !account.Balanced() {
		t.Errorf("account does not balance: %+v", account)
	}
	return account
}

// show writes an event as the scenarios in testdata state it: one line, what is
// absent left out.
func show(ev event.Event) string {
	var b strings.Builder
	b.WriteString(ev.Kind.String())
	put := func(key, value string) {
		if value != "" {
			fmt.Fprintf(&b, " %s=%s", key, value)
		}
	}
	quoted := func(key, value string) {
		if value != "" {
			put(key, fmt.Sprintf("%q", value))
		}
	}
	number := func(key string, n uint32) {
		if n != 0 {
			put(key, fmt.Sprint(n))
		}
	}
	p := ev.Proc
	number("pid", p.PID)
	number("ppid", ev.Parent.PID)
	put("exe", p.Image)
	if p.Deleted {
		b.WriteString(" deleted")
	}
	put("comm", p.Name)
	if p.Argv != nil {
		put("argv", fmt.Sprintf("%q", p.Argv))
	}
	quoted("cmd", p.CommandLine)
	put("cwd", p.Cwd)
	if r := ev.Remote; r != nil {
		if r.Inbound {
			put("from", r.Address)
		} else {
			put("to", fmt.Sprintf("%s port %d", r.Address, r.Port))
		}
	}
	put("user", p.User)
	put("auid", p.AuditUser)
	put("ses", p.Session)
	put("tty", p.TTY)
	put("host", ev.Host)
	put("at", ev.Time.Format("15:04:05.000"))
	put("serial", fmt.Sprint(ev.Source.Serial))
	put("offset", fmt.Sprint(ev.Source.Offset))
	return b.String()
}
