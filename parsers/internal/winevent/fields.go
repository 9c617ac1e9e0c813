package winevent

import "bytes"

// field is something that a record can say, whatever its dialect calls it.
type Field uint8

// The names are those of the event's template (Sysmon's manual, Microsoft's
// description of 4688 and 4689) or, with ecs before them, of the Elastic Common
// Schema.
const (
	none Field = iota

	eventID
	provider
	channel
	computer
	timeCreated
	timestamp         // @timestamp: the event's time in Beats, the receiver's in NXLog
	eventTime         // NXLog: local time of who collects, without zone
	eventReceivedTime // NXLog: the same clock when the event came in
	recordID
	message
	original   // the event as its writer had it, inside a wrapper: XML or JSON
	positional // the event data as a list without names
	startTime  // of the boot

	utcTime
	processGUID
	processID
	image
	commandLine
	currentDirectory
	user
	logonID
	terminalSessionID
	parentProcessGUID
	parentProcessID
	parentImage
	parentCommandLine
	parentUser
	sourceProcessGUID
	sourceProcessID
	sourceImage
	sourceUser
	targetProcessGUID
	targetProcessID
	targetImage
	targetUser

	newProcessID
	newProcessName
	processName
	parentProcessName
	subjectUserSID
	subjectUserName
	subjectDomainName
	subjectLogonID
	targetUserSID
	targetUserName
	targetDomainName
	targetLogonID
	sourceIP
	destinationIP
	destinationPort
	initiated
	ipAddress

	ecsCode
	ecsProvider
	ecsKind
	ecsCategory
	ecsType
	ecsAction
	ecsOutcome
	ecsHostName
	ecsHostHostname
	ecsOSType
	ecsOSFamily
	ecsOSPlatform
	ecsPID
	ecsPPID
	ecsEntityID
	ecsExecutable
	ecsName
	ecsCommandLine
	ecsArgs
	ecsCwd
	ecsParentPID
	ecsParentEntityID
	ecsParentExecutable
	ecsParentName
	ecsParentCommandLine
	ecsParentUser
	ecsUserName
	ecsUserDomain
	ecsUserID
	ecsContainerID

	fields // how many there are
)

// section is an object of a dialect and what its members mean.
type section struct {
	names names
	// self is what the value means where there stands a plain one in the object's
	// place: EventID is 1 or {"#text": 1}.
	self Field
}

// meaning of a member: a field, or an object with members of its own; neither
// is an object with the members of the one that it stands in.
type meaning struct {
	field   Field
	section *section
}

// names finds the meaning of a key. It is a hash table of its own because a
// record has dozens of keys and a log millions of records.
type names struct {
	slots []slot
}

type slot struct {
	key string
	meaning
}

func hash(key []byte) int {
	n := len(key)
	if n == 0 {
		return 0
	}
	return n*131 + int(key[0])*31 + int(key[n/2])*17 + int(key[n-1])*7 + int(key[n/4])
}

func newNames(m map[string]meaning) names {
	size := 16
	for size < 4*len(m) {
		size *= 2
	}
	t := names{slots: make([]slot, size)}
	for key, v := range m {
		i := hash([]byte(key)) & (size - 1)
		for t.slots[i].key != "" {
			i = (i + 1) & (size - 1)
		}
		t.slots[i] = slot{key, v}
	}
	return t
}

// find gives the meaning of key, if it has one.
func (t *names) find(key []byte) (meaning, bool) {
	for i := hash(key); ; i++ {
		s := &t.slots[i&(len(t.slots)-1)]
		if s.key == string(key) {
			return s.meaning, s.key != ""
		}
		if s.key == "" {
			return meaning{}, false
		}
	}
}

// find gives the meaning of key in s. A key with dots is a path, as the Elastic
// stack also writes it: "process.parent.pid".
func (s *section) find(key []byte) (meaning, bool) {
	if m, ok := s.names.find(key); ok {
		return m, ok
	}
	dot := bytes.IndexByte(key, '.')
	if dot <= 0 {
		return meaning{}, false
	}
	m, ok := s.names.find(key[:dot])
	if !ok || m.section == nil {
		return meaning{}, false
	}
	return m.section.find(key[dot+1:])
}
