#!/bin/bash
# boot.sh start NAME | stop NAME: boots a prepared host in a container without a network, or shuts it down.
# Its nspawn process is noted with the time, so that the recording's descendants of it can be told apart.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
[ $# = 2 ] || die "usage: boot.sh start|stop NAME"
dir=$HOSTS/$2

leader() { pgrep -P "$(cat "$dir/nspawn.pid")" | head -1; }

start() {
	# Containers inside the container need what nspawn withholds from one that has none.
	local inner=()
	! grep -q '\bbox\b' "$dir/roles" || inner=(--capability=all '--system-call-filter=add_key keyctl request_key bpf')
	# Releases that dropped the old control group layout need the unified one.
	SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 nice -n 12 systemd-nspawn --register=no --keep-unit -q -M "$(basename "$dir")" -D "$dir/root" -b --private-network \
		--resolv-conf=off --timezone=off --link-journal=no --console=read-only "${inner[@]}" </dev/null >"$dir/console" 2>&1 &
	echo $! >"$dir/nspawn.pid"
	date +%s.%N >"$dir/booted"
	for _ in $(seq 120); do
		if [ -n "$(leader)" ] && nsenter -t "$(leader)" -n ss -ltn 2>/dev/null | grep -q ':22 '; then break; fi
		sleep 0.5
	done
	leader >"$dir/leader.pid"
}

stop() {
	local l
	l=$(cat "$dir/leader.pid")
	date +%s.%N >"$dir/stopped"
	kill -s RTMIN+4 "$l" 2>/dev/null || true # systemd: power off
	for _ in $(seq 60); do
		kill -0 "$l" 2>/dev/null || return 0
		sleep 0.5
	done
	kill -KILL "$l"
}

"$1"
