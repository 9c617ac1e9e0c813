package tree

// Rules and reasons, as [Link.Rule] gives them. Which applies is decided in the
// order of this list.
const (
	// A process was named as parent and later executed itself: until then it ran the
	// program of the parent that this record names.
	ruleExecsLater = "forked by the parent that its own later start names"
	// A daemon forks and lets its first process end; an init is left as its parent.
	ruleDaemon = "a daemon: runs what that start ran, whose process ended"
	// A start names an init as parent but carries an audit session, which no init gives.
	ruleOrphaned = "handed to init: the process of its session that was at work then"
	// The pid's last known owner, although the allocation of pids has come round since.
	ruleStill = "the last known owner of its pid, which may have been reused"
	// See guesser.nearest.
	ruleNearest = "the process of its session and user that was at work then"
	// See guesser.service.
	ruleService = "a worker of the service started with the nearest pid"

	reasonBeforeLog = "its start is not on record"
	reasonUnstated  = "the record names no parent"
	reasonSelf      = "the record names the process itself as parent"
	reasonCycle     = "its ancestors lead back to it"
	reasonClockStep = "clock set back: what follows is ordered by serial"
	reasonNoBoot    = "boot record although the serials run on: not taken for a boot of the host"
)
