package tree

// setting is in what a program runs: what most processes share with many others.
type setting struct{ user, audit, session, tty, cwd, container text }

// noSetting is the one of which nothing is known.
var noSetting = &setting{}

// recentSettings finds the settings that were asked for lately. Sessions come and go, so that one
// that was not asked for in a while is not worth finding again: it is then kept twice.
type recentSettings struct {
	all    slabs[setting]
	recent *[1 << 14]recentSetting
}

// recentSetting is a setting that was asked for, with its hash, by which others are told from it where it lies far off.
type recentSetting struct {
	*setting
	hash uint32
}

// setting gives one that is like s while hosts are linked side by side.
func (st *store) setting(s setting) *setting {
	st.mu.Lock()
	defer st.mu.Unlock()
	return st.settings.find(s)
}

// find gives one that is like s.
func (t *recentSettings) find(s setting) *setting {
	if s == *noSetting {
		return noSetting
	}
	if t.recent == nil {
		t.recent = new([1 << 14]recentSetting)
	}
	hash := s.hash()
	slot := &t.recent[hash%uint32(len(t.recent))]
	if slot.setting == nil || slot.hash != hash || *slot.setting != s {
		made := t.all.next()
		*made = s
		*slot = recentSetting{made, hash}
	}
	return slot.setting
}

// hash mixes the numbers of all texts.
func (s *setting) hash() uint32 {
	h := uint32(0)
	for _, t := range [...]text{s.user, s.audit, s.session, s.tty, s.cwd, s.container} {
		h = (h ^ uint32(t)) * 0x9e3779b1
		h ^= h >> 15
	}
	return h
}
