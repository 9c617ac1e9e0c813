// Bench measures oddkin and its peers on the same evidence, side by side.
//
//	go run ./samples/bench generate -kind forks -size 1GB -seed 1 > audit.log
//	go run ./samples/bench compare -oddkin ./oddkin -peers DIR audit.log
//	go run ./samples/bench curve -oddkin ./oddkin -sizes 10MB,100MB,1GB -svg curve.svg
//
// It is for whoever changes a reader or doubts a figure. It judges no result:
// that peers and oddkin agree on what a log says is held by the conformance
// tests of the packages.
//
// # Evidence
//
// generate writes a log of about the size asked for, the same for the same seed.
// The kinds are "execs" (auditd with rules for starts alone), "forks" (starts,
// forks and exits, interleaved records, failed starts, and what PAM and systemd
// report), "winlogbeat", "flat" and "evtxdump" (Sysmon's starts in three dialects of
// JSON), "evtx" (the same as an event log of Windows), "sysmon" (a workstation's
// whole log in flat JSON, nearly all of which tells of no start) and "cape" (one
// sandbox report). Proportions, fields and lengths follow recordings of busy servers;
// names, arguments and times are made up.
//
// # Measures
//
// Every command runs in rounds, one after the other within a round, so that what
// else the machine does falls on all of them; in each for two seconds, again and
// again if it is done sooner. Shown are the median of the rounds with the least and
// the most, in wall time and in processor time (user and system), and the peak of
// resident memory. Ratios are of medians from one run. The log is read once before
// the first round: all find it in the page cache. Each also finds memory that was in
// use just before, as on a machine of one's own: a virtual one gives what is free for
// some seconds back to its host, and what is then taken again costs many times as
// much, by what ran before.
//
// curve also tells what a line takes of a processor, without what the first three
// megabytes take: starting, results that are as large however much they are made
// from, tables that fill. Each size is read in turn with a yardstick, evidence of one
// size for all, and with those first megabytes, again and again for four seconds a
// round, the yardstick for as long as the size takes; of each the median counts. Each
// size is then told once more in yardsticks of its own round: the speed of a shared
// machine moves by half within minutes, and falls out. It is so for all time of
// processors, and for the command's own without the system's, most of which is memory
// that a virtual machine has to get from its host. Below 30 MB that is the difference
// of two times that are near each other: tell it from many rounds.
//
// go test -bench Stages ./samples/bench measures each stage by itself, on every kind.
package main
