#!/bin/bash
# run.sh NAME SECONDS PLAN records the hosts of a plan together: makes them, boots them, lets life and attacks run for the
# given time, shuts them down and reduces the recording to one set of files a host in $LAB_DIR/out.
# PLAN is a file of lines "HOST RELEASE ROLES SEED normal|attack".
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
[ $# = 3 ] || die "usage: run.sh NAME SECONDS PLAN"
run=$1 seconds=$2 plan=$3
mkdir -p "$REC" "$OUT" "$LAB_DIR/bin" "$HOSTS"
[ -e "$LAB_DIR/key" ] || ssh-keygen -q -t ed25519 -N '' -C admin -f "$LAB_DIR/key"
for p in procrec reduce; do (cd "$here/../.." && CGO_ENABLED=0 go build -o "$LAB_DIR/bin/$p" "./samples/lab/$p") || die "build $p"; done
client >/dev/null
# What must not be in the output: this machine's name, archive and kernel, and the lab's own paths and programs.
{
	echo "$LAB_DIR"
	echo procrec
	echo nspawn
	readlink -f "$here/../.."
	uname -r
	for l in Debian Debian-Security; do mirror_of $l | cut -d/ -f3; done
	[ "$(hostname | wc -c)" -lt 6 ] || hostname # a shorter name would match by chance
} | sort -u >"$LAB_DIR/forbid"

# A small share of the processors, where control groups allow it: the recording is in no hurry, others may be.
if mkdir -p /sys/fs/cgroup/cpu/lab 2>/dev/null && echo 1024 >/sys/fs/cgroup/cpu/lab/cpu.shares; then
	echo $$ >/sys/fs/cgroup/cpu/lab/cgroup.procs
fi

hosts=()
while read -r name release roles seed kind; do
	nice -n 10 "$here/host.sh" "$name" "$release" "$roles" "$seed" || { echo "$name: not made" >&2; continue; }
	hosts+=("$name:$seed:$kind")
done < <(grep -v -e '^#' -e '^$' "$plan")

"$here/record.sh" start "$run" || exit 1
trap '"$here/record.sh" stop "$run"' EXIT
for h in "${hosts[@]}"; do "$here/boot.sh" start "${h%%:*}" & pids="${pids:-} $!"; done
# shellcheck disable=SC2086
wait $pids
pids=
for h in "${hosts[@]}"; do
	IFS=: read -r name seed kind <<<"$h"
	nice -n 10 "$here/drive.sh" "$name" "$seed" "$seconds" >/dev/null 2>&1 & pids+=" $!"
	[ "$kind" != attack ] || { nice -n 10 "$here/attack.sh" "$name" "$seed" "$seconds" >"$HOSTS/$name/attack.out" 2>&1 & pids+=" $!"; }
done
# shellcheck disable=SC2086
wait $pids
pids=
for h in "${hosts[@]}"; do "$here/boot.sh" stop "${h%%:*}" & pids+=" $!"; done
# shellcheck disable=SC2086
wait $pids
trap - EXIT
"$here/record.sh" stop "$run"
"$here/publish.sh" "$run" $(printf '%s\n' "${hosts[@]}" | cut -d: -f1)
for h in "${hosts[@]}"; do umount "$HOSTS/${h%%:*}/root"; done
umount "$HOSTS/.client/root"
if [ -d /sys/fs/cgroup/cpu/lab ]; then
	echo $$ >/sys/fs/cgroup/cpu/cgroup.procs
	rmdir /sys/fs/cgroup/cpu/lab || echo "processes are left in the control group lab" >&2
fi
