// Command generate writes the Windows samples, which are made and not recorded:
// Sysmon needs Windows. It reads the scenes, plays each on a made-up machine that
// hands out pids, GUIDs, record numbers and times as Windows and Sysmon do, and
// writes what would have been logged, in the shape of one exporter each:
//
//	workstation.json.gz  Sysmon, flat JSON Lines as NXLog and Mordor write it
//	webserver.json       Security 4688 and 4689 as Winlogbeat 8 writes them
//	management.json      Sysmon as evtx_dump writes it
//
// and beside each NAME.attack.txt, the chains of the attack, root first, one a
// line, and NAME.attack.tsv, the attack's processes one by one. The same scenes
// give the same bytes.
//
//	go run ./samples/windows/generate -dir samples/windows
//
// # Notation of a scene
//
//	TIME PARENT > PROGRAM [= LABEL] [for SECONDS] [by USER] [: COMMAND LINE]
//	TIME LABEL connects IP:PORT
//	TIME LABEL opens LABEL
//
// TIME is hh:mm:ss in UTC, or +seconds after the line before. PARENT is a label.
// PROGRAM is a name out of programs.txt or a path. A process without "for" runs
// to the end. In the command line $ stands for the program's path. A leading "!"
// marks what belongs to the attack. "routine NAME" begins lines, up to a blank
// one, that "do NAME 5 times 08:00 to 17:00" plays at random moments.
package main
