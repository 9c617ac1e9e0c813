#!/bin/bash
# sample.sh HOST full|execonly BYTES DIR cuts a sample from a reduced host: the log from its first record on, whole events
# up to BYTES, and what.txt, which tells the attacks within. A full sample becomes a rotated set of three files.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
[ $# = 4 ] || die "usage: sample.sh HOST full|execonly BYTES DIR"
host=$1 dir=$4
case $2 in full) log=$OUT/$host.log ;; execonly) log=$OUT/$host.execonly.log ;; *) die "full or execonly" ;; esac
mkdir -p "$dir"
# Whole events only; a full sample's parts are cut between events too.
LC_ALL=C awk -v limit="$3" -v parts="$([ "$2" = full ] && echo 3 || echo 1)" -v dir="$dir" '
	function flush() {
		if (n + length(event) > limit) exit
		printf "%s", event > (dir "/" (part == parts - 1 ? "audit.log" : "audit.log." (parts - 1 - part)))
		n += length(event)
		event = ""
		if (part < parts - 1 && n >= limit * 0.4 * (part + 1)) part++ # the newest file of a set is seldom full
	}
	match($0, /audit\([0-9.]+:[0-9]+\)/) { k = substr($0, RSTART, RLENGTH) }
	k != last && NR > 1 { flush() }
	{ last = k; event = event $0 "\n" }' "$log"
first=$(head -1 "$dir/$(ls "$dir" | grep '^audit' | sort -r | head -1)" | sed 's/.*audit(\([^)]*\)).*/\1/')
end=$(tail -1 "$dir/audit.log" | sed 's/.*audit(\([^)]*\)).*/\1/')
{
	echo "Host $host, $(awk -F'\t' '$1 == "release" { print $2 }' "$OUT/$host.meta"), roles $(awk -F'\t' '$1 == "roles" { print $2 }' "$OUT/$host.meta"), recorded in the lab (samples/lab)."
	echo "Events $first to $end: the boot, the start of the services, ordinary work, and the attacks below."
	echo "Every chain that is not below is ordinary work."
	echo
	awk -F'\t' -v end="${end%:*}" 'FNR == NR { if ($1 + 0 <= end) { c[$2] = c[$2] "    " $1 "  " $3 "\n" }; next }
		$1 + 0 <= end && !seen[$2]++ { printf "%s (from event %s)\n  %s\n%s\n", $2, $1, $3, c[$2] }' "$OUT/$host.chains.tsv" "$OUT/$host.labels.tsv"
} >"$dir/what.txt"
