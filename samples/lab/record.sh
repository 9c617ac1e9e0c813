#!/bin/bash
# record.sh start NAME | stop NAME: records the whole machine's process starts with the audit daemon, with rules for forks
# and exits, and beside it the kernel's process events. Nothing is excluded here; reduce picks out the containers later.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
[ $# = 2 ] || die "usage: record.sh start|stop NAME"
dir=$REC/$2

start() {
	mkdir -p "$dir/etc/plugins.d" "$dir/log"
	cat >"$dir/etc/auditd.conf" <<-E
		local_events = yes
		log_file = $dir/log/audit.log
		log_format = ${LOG_FORMAT:-RAW}
		log_group = root
		write_logs = yes
		flush = INCREMENTAL_ASYNC
		freq = 500
		num_logs = 0
		max_log_file = 100000
		max_log_file_action = IGNORE
		name_format = NONE
		q_depth = 20000
		plugin_dir = $dir/etc/plugins.d
		end_of_event_timeout = 2
		space_left = 500
		space_left_action = SYSLOG
		admin_space_left = 100
		admin_space_left_action = SYSLOG
		disk_full_action = SYSLOG
		disk_error_action = SYSLOG
	E
	"$LAB_DIR/bin/procrec" "$dir/events.txt" &
	echo $! >"$dir/procrec.pid"
	auditctl -s >"$dir/before"
	auditctl -D >/dev/null
	auditctl -b 65536 --backlog_wait_time 60000 -r 0 >/dev/null
	auditctl --reset-lost >/dev/null
	# ENRICHED logs carry names from the user database the daemon sees: PASSWD and GROUP let it see a container's.
	unshare -m sh -c '
		[ -z "$1" ] || mount --bind "$1" /etc/passwd
		[ -z "$2" ] || mount --bind "$2" /etc/group
		exec auditd -n -s nochange -c "$3"' sh "${PASSWD:-}" "${GROUP:-}" "$dir/etc" </dev/null >"$dir/auditd.out" 2>&1 &
	echo $! >"$dir/auditd.pid"
	for _ in $(seq 50); do auditctl -s | grep -q '^pid [1-9]' && break || sleep 0.1; done
	for arch in b64 b32; do
		auditctl -a "always,exit" -F "arch=$arch" -S execve,execveat,fork,vfork,clone,clone3,exit_group -k proc
	done
	auditctl -e 1 >/dev/null
}

setting() { awk -v n="$1" '$1 == n { print $2 }' "$dir/before"; }

stop() {
	auditctl -s >"$dir/status"
	auditctl -D >/dev/null
	sleep 2
	kill -TERM "$(cat "$dir/auditd.pid")" "$(cat "$dir/procrec.pid")"
	auditctl -e "$(setting enabled)" -b "$(setting backlog_limit)" --backlog_wait_time "$(setting backlog_wait_time)" >/dev/null
	grep -E '^(lost|backlog) ' "$dir/status"
}

"$1"
