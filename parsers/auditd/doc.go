// Package auditd reads the logs of the Linux audit daemon into what they say of
// the lives of processes: starts, failed starts, forks, exits, and sightings.
// It is for package parsers; it links no process to another and judges nothing.
//
// # Format
//
// The kernel reports one event in several records, one a line, which share time
// and serial:
//
//	type=SYSCALL msg=audit(1626611363.720:348501): arch=c000003e syscall=59 success=yes exit=0 a0=.. ppid=1 pid=9 .. comm="id" exe="/usr/bin/id" key=(null)
//	type=EXECVE msg=audit(1626611363.720:348501): argc=2 a0="id" a1="-u"
//	type=CWD msg=audit(1626611363.720:348501): cwd="/root"
//	type=PATH msg=audit(1626611363.720:348501): item=0 name="/usr/bin/id" ..
//	type=PROCTITLE msg=audit(1626611363.720:348501): proctitle=6964002D75
//
// [Log] reads such lines as auditd writes them and ausearch prints them without
// -i: raw or enriched (the byte 0x1d and interpreted fields at the end, or those
// fields alone where it was stripped), with node= or without, with line ends of
// either kind. [Syslog] reads them behind the headers of syslog files, of the
// kernel's own log and of kubelet's files of what containers printed, and with them the
// events that Sysmon for Linux writes to the same syslog. JSON made of audit records (LAUREL, Auditbeat, go-audit,
// journald) is not read, and neither is the output of ausearch -i.
//
// The sources are the kernel's kernel/auditsc.c, kernel/audit.c, kernel/fork.c
// and include/uapi/linux/audit.h; audit-userspace's audit-records.h, its
// documentation of fields and auparse's interpretation; and, for the tables in
// ztables.go, elastic/go-libaudit, which generates its own from those. The
// tables hold x86-64 (with x32), i386, aarch64, arm, ppc, s390, RISC-V and
// LoongArch, those of arches.go MIPS, SPARC, PA-RISC, Alpha, m68k and SuperH. On
// others a start is known by its EXECVE record or by the name that an enriched log
// adds, and forks and ends by that name alone, which a warning says.
//
// # Events
//
// Exec is a successful execve or execveat, ExecFailed one that failed. Fork is a
// successful fork, vfork, clone or clone3; Exit an exit_group, or a process that
// dies of a signal (ANOM_ABEND). Boot is SYSTEM_BOOT, or the point where the
// serials begin anew; whichever comes first, the other then adds nothing.
// DAEMON_START is auditd's start and not the host's.
//
// Every other SYSCALL record, of whatever rule and of a failed call too, is a
// Snapshot: the process had this program and this parent at that time. So is
// what programs report through libaudit (USER_, CRED_, SERVICE_ and the like),
// which names the sender's pid and exe but no parent, and its real user instead
// of the effective one. A Snapshot is told when it differs from what was told of
// the pid before, in program, parent, user, audit user or session; of a caller
// that is new, also ahead of its Fork, Exit or ExecFailed, with the same serial.
//
// # Values
//
// Numbers stay numbers and no user is looked up; a name is given where the log
// carries one. Untrusted strings are hexadecimal when bare and text when quoted;
// their bytes are kept, UTF-8 or not. Argument vectors are joined from any
// number of records and parts, by number. Unset ids, "(none)" and "(null)" are
// empty; " (deleted)" becomes a mark. PROCTITLE is cut at 128 bytes, can be
// written by the process and may be its predecessor's: it is the command line of
// a Snapshot, and of an Exec only where no EXECVE record is. Of a failed start
// the kernel logs no arguments; the path that was tried is the command line.
//
// # Reassembly
//
// An event is held open until 4,096 others of its host were opened, so records
// may be interleaved, out of order or backwards, and EOE records may be missing.
// Events come out by serial as far as that reaches. The key is host, serial,
// second and millisecond. A record that comes twice within that reach counts as
// duplicate. The same event further away, or in another file, comes out again,
// equal but for its source; a Snapshot and the event behind it share a serial.
//
// A start that then lacks its arguments, directory or path, a connect that lacks its
// address, and records that lack their SYSCALL record are put by, in 32 MiB an input,
// and taken up again when one of the others comes: so a log may be sorted by record
// type, or shuffled. Such a start comes out late, ahead of the next boot and at the end
// of the input at the latest. What still lacks something is counted and warned of,
// once a host, unless its log has no record of the kind at all.
//
// auditd turns its log over between any two records. Where the caller joins
// inputs, what was put by waits for what other inputs of its folder hold, in
// whatever order they are read. The join also tells of boots and of missing serials
// between two of them, unless their records are in no order. The command line as the
// process shows it is not waited for.
//
// # Speed
//
// The input is cut into blocks of half a megabyte at line ends. Workers read them
// in turn and digest them side by side: lines, headers, the values of each record
// (as many as the input asks for). What needs the records before goes in
// the order of the input, on one goroutine: which event a record belongs to,
// duplicates, what a sighting adds, boots, gaps. What is yielded, counted and
// warned of therefore depends neither on the number of workers nor on where the
// blocks begin. Texts that repeat, which is nearly all of a log, are read once
// and looked up after that, in bounded tables. Every byte is searched for line
// ends, NULs and brackets once, whatever the lines are.
//
// # Damage
//
// NUL bytes, garbage before a record and lines without one are skipped and
// counted, and reading goes on at the next record, even on the same line. A
// record cut short is malformed, unless all of it that is needed is there. Text
// between a record's own quotes is never taken for a record: the kernel leaves no
// blank in a quoted value. Behind a syslog header there is no such assurance,
// since every user may write to syslog.
//
// # Limits
//
//   - clone3 keeps its flags in memory: a thread made by it is told as a Fork,
//     whose pid never turns up again. A call named exit ends a thread that may or
//     may not be the last; it is a Snapshot.
//   - The result of fork and clone is numbered in the caller's pid namespace;
//     pid and ppid always in the host's.
//   - Old kernels (before task_tgid_nr came into audit_log_task_info, 2016) log the thread's id as pid.
//   - A log that was shuffled over a boot may tell of the boot more than once.
//   - EXECVE records without their SYSCALL record, as of an extract that holds no
//     others, name no process; each is a warning and no event.
//   - Missing serials are reported once for each host, and cannot be told from
//     those that an extract left out. In a log in no order they are right as far as a
//     million serials go.
package auditd
