package detect

import (
	"errors"
	"fmt"
	"slices"

	"oddkin/detect/corpus"
	"oddkin/detect/internal/lstm"
	"oddkin/parsers/event"
)

// system is what a model has learned of the chains of one sort of operating system: words,
// networks and calibration. A program of Windows runs on no Linux, so what is recorded of
// the one has no say in the other.
type system struct {
	windows  bool
	words    vocabulary
	networks []*lstm.Weights // alike but for their start; their logits are averaged
	next     *successors     // nil if it was left out
	fit      calibration
}

// name is what files call it.
func (s *system) name() string { return systemName(s.windows) }

// title is what people call it.
func (s *system) title() string {
	if s.windows {
		return "Windows"
	}
	return "Linux"
}

func systemName(windows bool) string {
	if windows {
		return event.Windows.String()
	}
	return event.Linux.String()
}

// system is what reads chains of os. What is no Windows is a Unix. A model that has learned
// of one system alone reads all chains by that.
func (m *Model) system(os event.OS) *system { return m.systems[m.systemAt(os)] }

func (m *Model) systemAt(os event.OS) int {
	return max(0, slices.IndexFunc(m.systems, func(s *system) bool { return s.windows == (os == event.Windows) }))
}

// files are those whose chains the i-th system reads.
func (m *Model) files(i int, all []*corpus.File) []*corpus.File {
	var own []*corpus.File
	for _, f := range all {
		if m.systemAt(f.OS) == i {
			own = append(own, f)
		}
	}
	return own
}

// systemsOf are those that files teach, with nothing learned: both if normal and abnormal
// chains are there of each, else one for all.
func systemsOf(files []*corpus.File) []*system {
	var has [2][2]bool // by windows and by attack
	for _, f := range files {
		at := &has[bit(f.OS == event.Windows)]
		for i := range f.Chains {
			at[bit(f.Chains[i].Attack)] = true
		}
	}
	if has == [2][2]bool{{true, true}, {true, true}} {
		return []*system{{}, {windows: true}}
	}
	return []*system{{windows: has[0] == [2]bool{}}}
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// headerSystem is a system in a model file's header.
type headerSystem struct {
	System      string
	Networks    int
	Words       []string
	Calibration calibration
	Next        [][]int `json:",omitempty"` // groups of classes, see successors
}

// header gives the system as a file's header has it.
func (s *system) header() headerSystem {
	h := headerSystem{System: s.name(), Networks: len(s.networks), Words: s.words.words, Calibration: s.fit}
	if s.next != nil {
		h.Next = s.next.groups
	}
	return h
}

// tensors are those of all its networks, under names that tell them from another system's.
func (s *system) tensors() []lstm.Tensor {
	var list []lstm.Tensor
	add := func(prefix string, own []lstm.Tensor) {
		for _, t := range own {
			t.Name = s.name() + "." + prefix + t.Name
			list = append(list, t)
		}
	}
	for i, n := range s.networks {
		add(member(i), n.Tensors())
	}
	if s.next != nil {
		add(nextPrefix, s.next.net.Tensors())
	}
	return list
}

// loadSystem rebuilds a system from a file's header and tensors.
func loadSystem(h *headerSystem, tensors []lstm.Tensor, without Parts) (*system, error) {
	s := &system{windows: h.System == systemName(true), words: newVocabulary(h.Words, without), fit: h.Calibration}
	if h.System != s.name() {
		return nil, fmt.Errorf("no system is called %.40q", h.System)
	}
	if len(s.words.row) != len(h.Words) {
		return nil, errors.New("a word stands twice in the vocabulary")
	}
	tensors = tensorsOf(tensors, s.name()+".")
	var err error
	if s.networks, err = networks(tensors, h.Networks); err != nil {
		return nil, err
	}
	for _, n := range s.networks {
		if got, want := n.Shape.Rows, s.words.rows(); got != want {
			return nil, fmt.Errorf("the table has %d rows, the vocabulary needs %d", got, want)
		}
	}
	if s.next, err = loadSuccessors(s.words, h.Next, tensors); err != nil {
		return nil, fmt.Errorf("next process: %w", err)
	}
	if s.fit.Next == 0 {
		s.next = nil
	}
	return s, s.fit.check()
}

// loadSystems rebuilds all that a file has: one of each sort at most.
func loadSystems(list []headerSystem, tensors []lstm.Tensor, without Parts) ([]*system, error) {
	var systems []*system
	for i := range list {
		s, err := loadSystem(&list[i], tensors, without)
		if err != nil {
			return nil, fmt.Errorf("%.40s: %w", list[i].System, err)
		}
		if slices.ContainsFunc(systems, func(other *system) bool { return other.windows == s.windows }) {
			return nil, fmt.Errorf("%s stands twice", s.name())
		}
		systems = append(systems, s)
	}
	if len(systems) == 0 {
		return nil, errors.New("it has learned of no system")
	}
	return systems, nil
}
