package tree

// Rule is a rule by which a parent was worked out, the reason why there is none, or why a recorded
// one may not be the one that made it.
// String says it for a reader.
type Rule uint8

// Which applies is decided in the order of this list.
const (
	noRule Rule = iota
	// A process was named as parent and later executed itself: until then it ran the
	// program of the parent that this record names.
	ruleExecsLater
	// A daemon forks and lets its first process end; an init is left as its parent.
	ruleDaemon
	// A start names an init as parent but carries an audit session, which no init gives.
	ruleOrphaned
	// The pid's last known owner, although the allocation of pids has come round since.
	ruleStill
	// Systemd alone runs its generators, and forks for that.
	ruleManager
	// See guesser.nearest.
	ruleNearest
	// See guesser.starter.
	ruleStarter
	// See guesser.service.
	ruleService
	// See resolver.isContained.
	ruleContained

	// A start names an init as parent, which may have been handed to it; see resolver.mayBeHandedOn.
	ruleInitOrOrphan

	reasonBeforeLog
	reasonUnstated
	reasonSelf
	reasonCycle
)

var ruleTexts = [...]string{
	noRule:         "",
	ruleExecsLater: "forked by the parent that its own later start names",
	ruleDaemon:     "a daemon: runs what that start ran, whose process ended",
	ruleOrphaned:   "handed to init: the process of its session that was at work then",
	ruleStill:      "the last known owner of its pid, which may have been reused",
	ruleManager:    "the service manager, which alone runs generators",
	ruleContained:  "handed to the subreaper of its container by the runtime that made it and has ended",
	ruleNearest:    "the process of its session and user that was at work then",
	ruleStarter:    "the shell of its session and user that was at work then and started that program before",
	ruleService:    "a worker of the service started with the nearest pid",

	ruleInitOrOrphan: "named init, to which orphans are handed, and no record tells of its birth",

	reasonBeforeLog: "its start is not on record",
	reasonUnstated:  "the record names no parent",
	reasonSelf:      "the record names the process itself as parent",
	reasonCycle:     "its ancestors lead back to it",
}

// String gives the rule in words; empty for none.
func (r Rule) String() string { return ruleTexts[r] }

// Reasons of warnings.
const (
	reasonClockStep = "clock set back: what follows is ordered by serial"
	reasonTooMany   = "more than half a thousand million events of one host: this one and those after it are left out"
	reasonManyBoots = "serials begin anew more than 256 times, and clocks were behind: boots are told apart by time alone"
	reasonMixed     = "a serial is given at two times: records of several boots or machines lie among each other, and nothing tells which are whose"
	reasonTwoHosts  = "two folders' logs of one host name have serials that do not fit together: two machines of one name? Their processes are mixed up then; analyze the folders apart"
	reasonTwoLogs   = "two logs of one folder, which name no host, have serials that do not fit together: two machines? Their processes are mixed up then; put the logs of each into a folder of its own"
	reasonNoBoot    = "boot record although the serials run on: not taken for a boot of the host"
)
