package report

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"time"

	"oddkin/parsers/event"
)

// EventLine is one event as it was read, before any tree is built: a line of
// 'oddkin events'.
type EventLine struct {
	Kind string    `json:"kind"`
	Host string    `json:"host,omitempty"`
	Time time.Time `json:"time,omitzero"`
	PID  uint32    `json:"pid,omitempty"`
	GUID string    `json:"guid,omitempty"`
	// Name is what to call the process, Image the path of its program.
	Name        string   `json:"name,omitempty"`
	Image       string   `json:"image,omitempty"`
	Deleted     bool     `json:"image_deleted,omitempty"`
	Argv        []string `json:"argv,omitempty"`
	CommandLine string   `json:"command_line,omitempty"`
	Cwd         string   `json:"cwd,omitempty"`
	User        string   `json:"user,omitempty"`
	AuditUser   string   `json:"audit_user,omitempty"`
	Session     string   `json:"session,omitempty"`
	TTY         string   `json:"tty,omitempty"`
	Container   string   `json:"container,omitempty"`
	Parent      *Parent  `json:"parent,omitempty"`
	Remote      *Remote  `json:"remote,omitempty"`
	Source      Source   `json:"source"`
	// Summary and Raw are there if they were asked for: see [event.Event].
	Summary string          `json:"summary,omitempty"`
	Raw     json.RawMessage `json:"raw,omitempty"`
}

// Parent is what a record says of the parent.
type Parent struct {
	PID         uint32 `json:"pid,omitempty"`
	GUID        string `json:"guid,omitempty"`
	Image       string `json:"image,omitempty"`
	Name        string `json:"name,omitempty"`
	CommandLine string `json:"command_line,omitempty"`
	User        string `json:"user,omitempty"`
}

// Remote is the other end of a connection or login: see [event.Remote].
type Remote struct {
	Address string `json:"address,omitempty"`
	Port    uint16 `json:"port,omitempty"`
	Local   string `json:"local,omitempty"`
	Inbound bool   `json:"inbound"`
	Session string `json:"session,omitempty"`
}

// NewEventLine takes over an event. Text is treated as in [New]; Raw that cannot
// be written as JSON is left out.
func NewEventLine(e *event.Event) EventLine {
	p := &e.Proc
	l := EventLine{
		Kind: e.Kind.String(), Host: text(e.Host), Time: stamp(e.Time), PID: p.PID, GUID: text(p.GUID),
		Image: text(p.Image), Deleted: p.Deleted, Argv: texts(p.Argv), CommandLine: text(p.CommandLine),
		Cwd: text(p.Cwd), User: text(p.User), AuditUser: text(p.AuditUser), Session: text(p.Session),
		TTY: text(p.TTY), Container: text(p.Container), Source: source(e.Source), Summary: text(e.Summary),
	}
	if name := p.Base(); name != "?" {
		l.Name = text(name)
	}
	if r := (event.Ref{}); e.Parent != r {
		l.Parent = &Parent{
			PID: e.Parent.PID, GUID: text(e.Parent.GUID), Image: text(e.Parent.Image), Name: text(e.Parent.Name),
			CommandLine: text(e.Parent.CommandLine), User: text(e.Parent.User),
		}
	}
	if r := e.Remote; r != nil {
		l.Remote = &Remote{Address: text(r.Address), Port: r.Port, Local: text(r.Local), Inbound: r.Inbound, Session: text(r.Session)}
	}
	if e.Raw != nil {
		if raw, err := e.Raw.MarshalJSON(); err == nil && json.Valid(raw) {
			l.Raw = raw
		}
	}
	return l
}

// WriteEvents writes lines of JSON to w with the returned function, one a call. Runes
// that do not show are written as JSON escapes.
func WriteEvents(w io.Writer) func(*event.Event) error {
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	out := bufio.NewWriter(w)
	return func(e *event.Event) error {
		line.Reset()
		if err := enc.Encode(NewEventLine(e)); err != nil {
			return err
		}
		escapeJSON(out, bytes.TrimSuffix(line.Bytes(), []byte("\n")))
		out.WriteByte('\n')
		return out.Flush()
	}
}
