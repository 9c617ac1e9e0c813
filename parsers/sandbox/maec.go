package sandbox

import (
	"time"

	"oddkin/parsers/event"
	"oddkin/parsers/internal/ingest"
)

// maec reads one MAEC 5 package. Its process tree names processes by reference
// and parents by the action that started them.
type maec struct {
	*observables
	parents map[string]string // the action that started a process, by process
	actor   map[string]string // the process that performed an action
}

// readMAEC reads MAEC 5 packages.
func readMAEC(in *ingest.Input, yield func(event.Event, error) bool) {
	c := newCollector(in, yield)
	c.each(func(start int64) {
		m := maec{newObservables(c), map[string]string{}, map[string]string{}}
		sections := map[string]func(){"maec_objects": m.instances, "observable_objects": m.observed}
		for key := range c.Members() {
			if read := sections[string(key)]; read != nil {
				c.section(string(key), read)
			}
		}
		c.mend(1, sections)
		c.hand(start, guest{}, m.linked(), 0)
	})
}

// instances reads the objects of the package.
func (m *maec) instances() {
	for range m.Elements() {
		m.instance()
	}
}

// observed reads the observables, which are named by their keys.
func (m *maec) observed() {
	m.named(func(ref string) { m.object(ref, nil) })
}

// instance reads the process tree of a malware instance.
func (m *maec) instance() {
	for key := range m.Members() {
		if string(key) != "dynamic_features" {
			continue
		}
		for key := range m.Members() {
			if string(key) == "process_tree" {
				for range m.Elements() {
					m.node()
				}
			}
		}
	}
}

// node reads a node of the process tree.
func (m *maec) node() {
	if m.full(len(m.parents) + len(m.actor)) {
		return
	}
	var ref, parent string
	var actions []string
	for key := range m.Members() {
		switch string(key) {
		case "process_ref":
			ref, _ = clip(m.Text())
		case "parent_action_ref":
			parent, _ = clip(m.Text())
		case "initiated_action_refs":
			for range m.Elements() {
				action, _ := clip(m.Text())
				actions = append(actions, action)
				m.kept += len(action)
			}
		}
	}
	m.kept += len(ref) + len(parent)
	m.parents[ref] = parent
	for _, a := range actions {
		m.actor[a] = ref
	}
}

// linked gives the processes with their parents. Those in the tree were started
// by the action above them; the rest were only met.
func (m *maec) linked() []process {
	for ref, action := range m.parents {
		if o := m.byRef[ref]; o != nil {
			o.started = true
			fill(&o.parent, m.actor[action])
		}
	}
	return m.processes(time.Time{}, true)
}
