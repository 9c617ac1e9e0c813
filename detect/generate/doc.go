// Package generate makes chains of processes that nobody recorded: abnormal ones
// to learn from, and the normal life of systems that cannot be recorded here.
//
// It is for package detect's training. Everything follows from a seed, and what
// is made is declared as made: the files it returns say so in their header.
//
// # What it makes
//
//   - Random: orders of real program names that no system shows (ls starting
//     chown), drawn from the programs that the normal chains and the table of
//     package names hold.
//   - Attacks: chains after documented techniques, from a grammar a system:
//     services made to start a shell, documents that start script hosts, signed
//     programs that run another's code, utilities that spawn a shell, sudo
//     escapes, dropped and renamed binaries, miners. On Linux half of the ways in
//     are cut from recorded normal chains, so that an attack differs from normal
//     life in the attack alone.
//   - Normal: lineages of Windows, and of what no lab has of Linux, from
//     documented facts: boot, services and their helpers, monitoring and management agents, backups, containers
//     and their health checks, desktops, browsers, Office, updates, installers, build servers, administration
//     and development.
//
// # Grammars
//
// A grammar (folder grammars) is text. A rule is "name = alternative | ...",
// continued on indented lines; "3*" in front of an alternative is its weight. An
// alternative is a sequence of:
//
//	word         a program in the system's own folder
//	a,b,$c       one of them; a list may name rules
//	app/word     an installed application; user/, tmp/, mem/, web/ likewise
//	@kind        a program of that kind of package names' table; app/@kind ...
//	%word        a name as somebody might call a program of their own
//	%odd         a name made of letters nobody would choose
//	%random      a name drawn at random
//	%installer   a name as of a setup program
//	$rule        what that rule gives; ?$rule or ?word half the time
//	service:     how the lineage begins
//	!            the attack begins with the next hop
//
// Two facts hold of every chain of Linux that is made: a program that is a script (grammars/scripts.txt) goes
// by its interpreter three times in four, as the kernel has it; and in one chain of three sh is bash, as it is on
// Fedora, SUSE and Arch.
//
// Facts: which programs start others, fetch files or run another's code is from
// GTFOBins (https://gtfobins.github.io) and LOLBAS
// (https://lolbas-project.github.io), names and functions only; the techniques'
// shapes from the public descriptions in MITRE ATT&CK; Windows' own lineages
// from Microsoft's documentation; what programs start from their manuals.
//
// # How much
//
// [Options] give a seed and, for each operating system, how many distinct chains of
// each sort to make: the shipped model learned from [DefaultNormal] normal ones,
// [DefaultAttacks] attacks and [DefaultRandom] random orders on Linux and on Windows,
// made with the seed of its training ('oddkin train --seed, --made-normal,
// --made-attacks, --made-random'). One in ten of them, by shape, is kept to choose the
// best epoch; none is ever of the split "test", so no evaluation counts one.
//
// # What it is not
//
// A grammar knows what its author knew. The chains of hosts that training must not see
// are never made ([Options.HeldOut]), nor is an attack that was made as normal life. Captures
// that a corpus does not hold cannot be held out: what a grammar was written to know may be
// in them.
package generate
