// Package tree rebuilds who started whom.
//
// [Build] takes the events of any number of hosts in any order and returns a
// [Forest]: one [Node] for each program that a process ran, joined to the node that
// started it, with the kind of evidence for each join. Every root-to-leaf
// [Path] of the forest is one chain for package detect to score.
//
// The package is pure: it reads no file, knows no format and no model, and the
// same events give the same forest whatever order they arrive in. It draws
// nothing; package report does.
//
// # What is a node
//
// A node is one program run by one process, not a process. A shell that executes
// python in place has two nodes, the second with the first as its PreviousSelf and
// Parent, because "bash -c program" executes in place and the shell would
// otherwise vanish from the chain. A child hangs under the program that ran when
// it was born.
//
// A process that was forked and never executes anything has no node: it runs its
// parent's program, and its children hang under that program's node. So a web
// server, its worker and the worker's shell are two nodes, server and shell,
// whether or not the log records forks. If such a process is seen running
// something else, then a start is missing and it gets a node (Seen).
//
// A process that only a child's record names gets a placeholder (Named), with
// what that record tells of it, shared by all children that can mean the same.
// Its [Node.Proc] may hold nothing but a pid; then its name is "?". Process 1
// of a Linux host is called systemd if the host runs any of systemd's own programs, and
// init otherwise; process 2 is kthreadd; process 4 of Windows is System.
//
// # Memory
//
// A forest holds millions of processes, so a node is a few numbers (120 bytes)
// and what nodes share stands beside them: programs, texts (by number; see texts), command lines end to
// end in pages (lines) and what records say of parents once each, settings (users, session, directory; see
// recentSettings) once for those that run beside each other. [Node.Proc] spells a process out again. Children are a list
// through the nodes themselves.
//
// What linking needs besides is nearly twice as much: records in the order of time (24
// bytes each), starts and forks (32), the processes that owned pids (80), and for each pid the indices of its
// records. It is let go once a host is linked. Long lists of it lie outside of the heap that Go
// collects (internal/column), where they grow without being copied and cost the collector nothing; with
// [Options].Lasting the nodes do too. With [Options].Spill all of that lies in a file, of which the system keeps in
// memory what it has room for; what stays in memory are the texts and command lines. Hosts, boots, and shares of the pids of
// one boot are linked side by side; what is shared out, and how, depends on the evidence
// alone.
//
// # Hosts and boots
//
// Hosts are told apart by name, without case. A short name is the host whose one
// full name begins with it; if two full names do, it is a host of its own.
//
// Records that name no host go by the folder or archive that their file lies in: one
// folder is one host, so that a rotated log stays whole. Folders that share a start
// (time, serial, pid, parent, program and arguments) hold copies of one log and are one host; one that shares a start
// with a single named host is that host's. Where that leaves several hosts, each is called after its folder; see [Host]. A log whose rotated parts lie in
// several folders and do not overlap is taken apart. Two machines of one name are one
// host; a warning says so where their serials fall and rise from folder to folder.
//
// Within a host nothing passes from one boot to the next. A boot begins where the
// kernel's serials begin anew, where process 1 executes for the first time, or at
// a [event.Boot] record, unless the serials run on across it: then a container
// booted. A gap in time alone is no boot. Where no recorder gives processes ids, a boot of
// Windows also begins where the system process starts the session manager; where one does, a
// number alone names no process from before that. A clock that is
// behind after a boot mixes the times of two; the order in a file parts them, where the
// later boot begins within a file, and the serials, where it begins with one (epochs.go).
// For that a file counts only if its records stand as they were written, so that the serial
// of one in four at most is lower than that of the one above. Nowhere else does a record's place in
// its file, or the file it is in, change the forest.
//
// Of sightings that say the same of a process the earliest in each [event.SightingSpan]
// counts, with a GUID the earliest of all, and none that follows a start in its span: as
// many as are needed to see who still has a number, however much is audited.
//
// # Order
//
// Records are ordered by time, then by serial, then (and on Windows first) by
// kind. Where a boot's serials go on while its times fall back by a second or
// more, and stay back for five records, or for three starts, or for the two starts
// with which the log ends, the clock was set back: later records are moved on for
// ordering, counted in [Counts].ClockSteps and warned of. Node.Start keeps the time in
// the log. A clock set forward changes no order.
//
// # One start, several records
//
// Records that agree in host, time, serial, kind, pids and program are copies and
// count once, with what any of them says. A recorder with GUIDs and one without (Sysmon 1 and Security 4688)
// that report the same pid and program within two seconds are two views of one
// start, unless an end lies between; on Windows, where parent and command line agree too, also within ten
// seconds, or if their times differ by a time zone to the second, for
// forwarders write local time as UTC.
//
// A Windows start may also follow other records of its process, for each is stamped by
// itself. It completes the process of the same pid that has its GUID; where either has
// none, one seen to run that program in the two seconds before, if no end came between. Sysmon's
// starts on Linux do so under the same GUID, with the same program and within two seconds. The node is
// then Started, with all that the start says and the start's own time, and children recorded
// before it count as [Counts].Skewed. A sighting after the pid has a new owner is bound by
// its GUID to the old one, unless that runs another program: then the GUID is stale,
// as those of Sysmon 10's targets may be, and is left out.
//
// # How parents are found
//
// All records of one pid are read in order, with those that name it as parent
// among them, and each is bound to the owner of the pid at that time. A new owner
// begins with a believed fork, with any start on Windows, with a record after the
// end of the last owner, and with a start or sighting whose parent, session or GUID
// cannot be the last owner's. The order in which Linux hands out pids tells whether the number
// has come round since the owner's last sign of life (see pidclock.go). Where no ends are on record, it is
// then in doubt, until it is seen to be what it was. Where ends are, it is believed to live, for it has none;
// but a signal ends processes without a record, so not if it makes no others.
// A Windows parent must also run the program that the child's record names; a GUID
// is believed for one pid at one time.
//
// The rules, in order; the first that applies gives a node its parent and
// [Link]:
//
//  1. An exec in the same process: the program before. Observed.
//  2. A believed fork: the program that the caller ran then. Observed. It beats
//     the parent that the start itself names, which may be an init that
//     inherited the child. The number that fork returns is of the caller's pid
//     namespace: it is believed if the next record of that pid names the caller, or if
//     the caller's other children bear the numbers its forks returned.
//  3. A sighting before the start: the parent named first, while it lived. ByPID.
//  4. The parent's GUID. ByGUID.
//  5. The parent's pid. ByPID, unless that is an init while the start belongs to an
//     audit session, which no init gives: then an inferred parent in that session. Where no forks are
//     on record an init may have been handed the child by one that ended; the link says so
//     unless the program lies where daemons do or is one by name.
//     The subreaper of a container starts nothing but runtimes: what else names it there was
//     left by one that ended, and is supposed to be under it.
//
// Where the parent so found has no program of its own on record, the program it ran
// is that of the process it came from, found by its fork, by a sighting of it, or by
// the rules for inference below, in as many steps as needed. A link is as good as its
// weakest step.
//
// # Beside the parent
//
// The physical parent stays what it is; what else is known stands in lists beside the trees:
//
//   - [Node.Entry] and [Node.EntryLeader]: how the lineage began (boot, service, timer, console,
//     ssh, WinRM, WMI, cron, task, container), and with which process. A daemon's name counts
//     only if its file lies where an administrator alone can write. Models know seven classes
//     of entries, which [Node.EntryClass] gives; telling more apart changes no score.
//   - [Forest.Boundaries]: the first process inside each container, by its runtime's command
//     line or by the id in the record; or inside a pid namespace, by the numbers that forks return.
//   - [Forest.Logical]: the process that asked a service manager, task scheduler, WMI, COM,
//     systemd, cron, at, the message bus or a container engine for a start, found by what
//     command lines name, and where they name nothing by time and user.
//   - [Forest.Crossings]: the command or connection on one host that led to the session,
//     service or task on another. A host that the command names outweighs that the times fit.
//   - [Node.Records]: the forks and sightings that a link rests on, on request.
//   - [Lineage]: a name for the chain of programs that is the same on every host.
//
// Logical parents and crossings are never recorded as such. Each names its rule and a confidence,
// which orders the rules and is not a measured rate.
//
// # Lineages
//
// A [Lineage] is a sum over normalised images, so that one chain has one name on all hosts. Of
// a path it leaves out the user in whose home it lies and, on Windows, case, drive and volume; it
// takes / and \ as one, and what Linux moved to /usr as lying there. Of interpreters (Python, Perl,
// PHP, Ruby, Node, Lua, Tcl, Guile, Java) it leaves out the version, in the name and in the folder:
// python3.9 and python3.11 are python, /usr/lib/jvm/java-17-openjdk/bin/java lies in /usr/lib/jvm/*.
// Models have a normalisation of their own, which is told in package detect.
//
// # Inference
//
// A log without fork records never shows the processes that fork and do not
// execute: workers, subshells, the two processes behind each ssh login. Such a
// parent is worked out on Linux by these rules. The link names the rule and says Inferred
// where little doubt is left, and Supposed where the parent is but the likeliest of several;
// [Options].Strict leaves both out.
//
//   - It executes later, and that record names its parent.
//   - It is seen under an init, running what it never started: a daemon whose first process
//     has ended. It descends from the last start of that program.
//   - Its pid has a known owner, but pids have come round since; session, user and
//     program fit. Of shells too few live that long: one counts if it started the same program before, or is named
//     through two rounds.
//   - Its child is one of systemd's generators: the systemd of that session and user.
//   - A program of the same session, user, container and working directory, and
//     for choice terminal, that is known to fork, was at work when the process
//     came to be, and had not begun another program by then. Only login programs and their like may work
//     elsewhere or have changed the user. A shell whose command is on record (sh -c) must be one that forks
//     subshells, and counts for more if it names the child. It is inferred if no other process
//     is nearly as likely, the child's user is the only one that the process works for and, where it is a
//     script in another language than a shell's, it is known to have lived on; else supposed.
//   - Where that leaves doubt: the one shell at work before and after that started the same program itself.
//   - A child of an unset session and a user other than root, or of a process that was there for long
//     before it made a child: the service, started by
//     an init, whose pid is nearest below. One counts for more if its command line names the directory in
//     which the child works, interpreters for what a shell runs, others for what none does. Inferred if no
//     other service can have workers of that user or comes near, else supposed.
//
// The last four do not apply where forks are on record, for then an unknown parent was
// there before the log, nor where no record names a user.
//
// How much is looked at for one record is bounded, since a log's author may make much of it: of services all up to
// 1,024, else the last 16 starts of each program (of more than 256 programs the first and the last 128); of the
// programs that one process ran the last 256, of the owners of a number the last 64.
//
// How often that is right was measured on twenty-eight recorded hosts (samples/lab; plans like those there, Debian 12 and
// 13, pids that come round every minute or two), whose starts alone were taken and whose true parents the
// kernel's process events told: 345,676 starts. Of the inferred links 98.3 % name the right program of the right process, of
// the supposed ones 64 %; 4.6 % of the starts are left without a parent, nine in ten of them on five hosts, below long
// scripts that fork one subshell after the other and start nothing themselves (a security audit, a package's configuration); 93.7 % of all stand where they belong. Without inferred
// links (strict) 67.0 % do, and 33.0 % are left without a parent. The rules were settled on twenty of the hosts. With fork
// records 99.97 % of all stand where they belong. The confidences of links are the shares by rule over these; cmd's
// TestLineageAgainstTheKernel measures them anew and fails where one is off by a twentieth (of what is supposed, three).
//
// # Side by side
//
// Hosts are linked side by side, and so are a host's boots, the shares of its pids (what is told of one pid is gone
// through in order, but by no other's records), and the pieces of its records where each is looked at by itself or beside
// the one before: repeats, order, copies. What shares and pieces are depends on the evidence alone, and what is made of them is put together
// in their order, so that a forest is the same whatever the number of processors. One after the other are numbered pids,
// parents resolved and nodes planted.
//
// # What cannot be known
//
// Two subshells of two scripts of one user, started in the same moment in the same
// directory, cannot be told apart. A process that lives through a round of pids without a
// sign of life cannot be told from a new owner of its number. A parent that was
// spoofed at its start (Windows) is taken as recorded. A systemd timer's service is told from
// others only where distributions ship it so. Two boots of which the second's clock was behind, in a
// file that does not stand as it was written (shuffled, or sorted by time): which of two records of one
// time and serial is of which boot, times and serials do not say, and both boots use the same pids. Boots
// then begin where process 1 does or where serials fall in the order of time, and a warning tells that a
// serial is given at two times. A start whose record is missing leaves its children with the program
// before it, unless a sighting shows otherwise.
package tree
