// Package corpus holds chains of processes to learn from and to be judged by:
// what ran under what, how often, on which host, and whether it was an attack.
//
// It is for package detect and the commands that train and evaluate. It knows no
// network and reads no evidence: recordings come in as a [oddkin/tree.Forest].
//
// # The format
//
// A file is one host in one view, as text in UTF-8, one line a chain:
//
//	# oddkin chains 1
//	# host: web1
//	# role: web server
//	# os: linux
//	# split: train
//	# source: recorded in samples/lab, Debian 12 under systemd-nspawn
//	# licence: the project's own
//	# view: forks
//	42	normal	service	/usr/lib/systemd/systemd	/usr/sbin/cron	/usr/sbin/cron	/usr/bin/dash
//	7	normal	service	=2	/usr/bin/dash
//	1	attack@2 web-shell	service	=1	/usr/sbin/nginx	/usr/bin/dash	/usr/bin/id
//
// The first line names the format and its version; the header's keys are those
// of [Meta], each at most once, before the first chain. A chain is tab separated:
//
//   - how many root-to-leaf paths had this shape;
//   - "normal", or "attack@" and the index from 0 of the first hop that belongs to
//     the attack, then optionally a blank and the attack's name;
//   - how the lineage began, in [Entries]' words;
//   - "=N" where the first N hops are those of the chain above, which most are;
//   - the hops, root first: the image's path as recorded, or a bare name where the
//     record gave no path; " (deleted)" behind it if the file was gone; "|" and the
//     name it was called by for a multi-call binary ("/bin/busybox|wget").
//
// Hops are kept as recorded, so that the normalisation may evolve without a new
// recording. In any field \t, \n, \r, \\, \| and \xNN stand for a tab, line feed,
// carriage return, backslash, bar and the byte NN; control characters, bytes that
// are no UTF-8 and a leading "=" are written so.
//
// Files are deduplicated and sorted, so equal recordings give equal bytes.
package corpus
