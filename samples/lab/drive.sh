#!/bin/bash
# drive.sh NAME SEED SECONDS: ordinary life that reaches a running host from outside: people at terminals over ssh,
# commands over ssh, pushes, web requests, mail, database clients. The clients run out here in the host's network
# namespace, so that the host's log holds only what a server would see. PACE is the least pause between two, in seconds.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
. "$here/work.sh"
[ $# = 3 ] || die "usage: drive.sh NAME SEED SECONDS"
name=$1 RANDOM=$2 until=$((SECONDS + $3))
dir=$HOSTS/$name roles=,$(cat "$dir/roles"),
leader=$(cat "$dir/leader.pid")
net() { nsenter -t "$leader" -n "$@"; }
client=$(client)
load_snippets
ssh_options=(-i "$LAB_DIR/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5)

# administers: a command that an administrator gives to sudo itself.
administers() {
	one_of "apt-get update -q" "apt-get install -y -q sl" "apt-get purge -y -q sl" "apt-get -s upgrade" "apt-get install -y -q --reinstall tzdata" "apt update" "apt install -y cowsay" "dpkg -i /srv/repo/figlet_*.deb" "dpkg --configure -a" \
		"vim -es -c q /etc/hosts" "vim -es -c ':!id' -c q /etc/hosts" "nano --version" "less -FX /var/log/syslog" "tail -2 /var/log/auth.log" "find /var/log -name '*.gz' -exec ls -l {} +" "find /etc -newer /etc/hostname -exec file {} ;" \
		"tar czf /var/backups/home.tgz /home/ops" "rsync -a /srv/docs/ /var/backups/docs/" "systemctl daemon-reload" "systemctl restart rsyslog" "systemctl reload ssh" "service cron restart" "journalctl -u ssh -n 3 --no-pager" \
		"logrotate -f /etc/logrotate.d/rsyslog" "python3 /srv/ops/bin/ci-agent.py --help" "python3 -c 'import os; print(os.getuid())'" "perl -v" "env LC_ALL=C ls /root" "nice du -sh /var" "timeout 5 tcpdump -D" "ionice -c3 du -s /srv" "xargs -a /etc/hostname echo" \
		"awk -F: '{print \$1}' /etc/shadow" "tee /etc/motd </etc/hostname" "cp /etc/hosts /etc/hosts.bak" "chown -R root:root /srv/docs" "make -s -C /srv/proj all" "git -C /srv/git/app.git gc -q" "strace -c -o /dev/null ls /" "crontab -l" "useradd -D" "usermod -aG adm bob" "visudo -c" \
		"man -w ls" "ansible localhost -m ping" "needrestart -b -r l" "run-parts --test /etc/cron.daily" "bash /srv/ops/jobs/job$((RANDOM % 40))" "/srv/ops/jobs/job$((RANDOM % 40))" "sh /etc/cron.daily/dpkg" "script -qc id /dev/null" "flock /tmp/l df -h" "su - carol -c id" "-u bob /srv/ops/jobs/job$((RANDOM % 40))" "-u postgres id" "certbot --version" "netstat -ltn" "ss -ltnp" "iptables -L -n" "fdisk -l" "lsof -i" "kill -0 1" "rm -f /tmp/old" "mkdir -p /srv/new" "chmod 644 /etc/motd" "sed -n 1p /etc/shadow" "cat /var/log/auth.log" "grep -c root /etc/shadow" "head -1 /etc/shadow" "du -sh /root" "ln -sf /srv/docs /srv/d" "mv /etc/hosts.bak /tmp" "sh -c id" "bash -c id" "-i id" "-s id" "mysql -e status" "psql -l" "hostnamectl status" "timedatectl" "update-alternatives --list editor" "dpkg-reconfigure -f noninteractive tzdata" "apt-cache policy bash" "apt autoremove -y" "apt-mark showhold" "snap --version" "gdb --version" "ruby -v" "node -v" "zip -q /tmp/e.zip /etc/hosts" "tmux -V" "expect -v"
}

# typed USER N: N lines a person at a terminal would type.
typed() {
	local i
	for ((i = 0; i < $2; i++)); do
		if [ "$1" = ops ] && ((RANDOM % 2)); then
			administers
			echo "sudo $REPLY"
			continue
		fi
		case $((RANDOM % 30)) in
		0) echo "cd /srv && ls -la" ;;
		1) echo "vim -es -c '%s/a/a/e' -c ':!uptime' -c 'q!' /etc/hostname" ;;
		2) echo "less -FX /etc/services | tail -2" ;;
		3) echo "man ls | head -30" ;;
		4) [ "$1" = deploy ] && echo "sudo systemctl status cron --no-pager" || echo "su - $1 -c id </dev/null" ;;
		5) if [ "$1" = ops ] || [ "$1" = alice ]; then snippet root && printf 'sudo sh -c %q\n' "$REPLY"; fi ;;
		6) if [ "$1" = ops ] || [ "$1" = alice ]; then echo "sudo -i"; snippet root; echo "$REPLY"; snippet root; echo "$REPLY"; echo exit; fi ;;
		20 | 21) if [ "$1" = ops ] || [ "$1" = alice ]; then administers && echo "sudo $REPLY"; fi ;;
		7) if [ "$1" = ops ]; then one_of journalctl\ -n5\ --no-pager "systemctl restart cron" "tail -3 /var/log/syslog" "find / -xdev -size +50M" "apt list --upgradable" "lsof -i" "ss -ltnp" "crontab -l -u root" "cat /etc/shadow | wc -l" "bash /srv/ops/jobs/job7"; echo "sudo $REPLY"; fi ;;
		8) echo "bash"; snippet u; echo "$REPLY"; snippet u; echo "$REPLY"; echo exit ;;
		9) echo "sh /srv/ops/jobs/job$((RANDOM % 40))" ;;
		10) echo "git clone -q /srv/git/app.git /tmp/app-$RANDOM; git -C /srv/git/app.git log | cat" ;;
		11) echo "mkdir -p ~/w && cd ~/w && git init -q . && echo $RANDOM >f && git add f && git commit -qm c && git log --stat | cat; cd" ;;
		12) echo "printf 'int main(void){return 0;}' >~/p.c && gcc -O1 -o ~/p ~/p.c && ~/p; gdb -batch -ex 'info files' ~/p | tail -1" ;;
		13) echo "python3 -c 'import os; os.system(\"ls /srv\")'" ;;
		14) echo "tmux -L $RANDOM new-session -d 'sh -c \"date; sleep 1\"'" ;;
		15) echo "for h in 22 80 25; do nc -z -w1 127.0.0.1 \$h && echo \$h; done" ;;
		16) echo "screen -dm bash -c 'uptime; id'" ;;
		17) echo "ps aux | grep \$USER | awk '{print \$2}' | xargs -r ps -o comm -p" ;;
		18) echo "echo 'date; id' | at now 2>/dev/null; atq" ;;
		19) echo "(crontab -l 2>/dev/null; echo '* * * * * uptime >/dev/null') | sort -u | crontab -; crontab -l" ;;
		*) wrapped "$1" && echo "$REPLY" ;;
		esac
	done
}

person() { # someone logs in at a terminal, types for a while and leaves
	one_of alice bob carol dave ops ops deploy
	local user=$REPLY lines=$dir/typed.$BASHPID
	typed "$user" $((3 + RANDOM % 6)) >"$lines"
	{
		sleep 1
		while read -r l; do
			echo "$l"
			sleep "0.$((3 + RANDOM % 7))"
		done
		echo exit
		sleep 0.3
	} <"$lines" | timeout 60 nsenter -t "$leader" -n ssh -tt "${ssh_options[@]}" "$user@127.0.0.1" >/dev/null 2>&1
	rm -f "$lines"
}

remote_command() {
	one_of root alice bob ops deploy
	local user=$REPLY
	case $((RANDOM % 7)) in
	6)
		one_of alice ops
		user=$REPLY
		administers
		timeout 40 nsenter -t "$leader" -n ssh "${ssh_options[@]}" "$user@127.0.0.1" "sudo -n $REPLY" </dev/null ;;
	0) echo data >"$dir/file" && timeout 20 nsenter -t "$leader" -n scp -q "${ssh_options[@]}" "$dir/file" "$user@127.0.0.1:/tmp/in-$RANDOM" ;;
	1) timeout 20 nsenter -t "$leader" -n rsync -a -e "ssh ${ssh_options[*]}" "$user@127.0.0.1:/srv/docs/" "$dir/docs/" ;;
	2) echo 'ls -l' | timeout 20 nsenter -t "$leader" -n sftp -q "${ssh_options[@]}" "$user@127.0.0.1" ;;
	3) script "$user" "$dir/piped" && timeout 30 nsenter -t "$leader" -n ssh "${ssh_options[@]}" "$user@127.0.0.1" 'f=$(mktemp); cat >$f; chmod 700 $f; $f; rm -f $f' <"$dir/piped" ;;
	*) wrapped "$user" && timeout 30 nsenter -t "$leader" -n ssh "${ssh_options[@]}" "$user@127.0.0.1" "$REPLY" </dev/null ;;
	esac >/dev/null 2>&1
}

push() {
	local w=$dir/clone
	export GIT_SSH_COMMAND="ssh ${ssh_options[*]}" GIT_CONFIG_GLOBAL=/dev/null
	[ -d "$w" ] || timeout 30 nsenter -t "$leader" -n git clone -q alice@127.0.0.1:/srv/git/app.git "$w"
	echo "$RANDOM" >>"$w/notes" && git -C "$w" add notes && git -C "$w" -c user.name=alice -c user.email=alice@localhost commit -qm "note" &&
		timeout 40 nsenter -t "$leader" -n git -C "$w" push -q
} >/dev/null 2>&1

get() { net curl -s -m 5 -o /dev/null "http://127.0.0.1$1"; }

service_use() {
	case $roles in *,apache,* | *,fpm,* | *,nginx,*)
		one_of /index.php "/thumb.php?n=$RANDOM" /report.php '/report.php?q=load' '/report.php?q=git' '/report.php?q=mail' '/report.php?q=pdf' '/report.php?q=zip' '/report.php?q=queue' '/report.php?q=cert' '/ping.php?host=127.0.0.1' /cgi-bin/status '/cgi-bin/lookup.py?name=localhost' '/cgi-bin/env.pl'
		get "$REPLY" ;;
	esac
	case $roles in *,box,*) one_of :5000/disk ':5000/lookup?name=localhost' :6380/ && get "$REPLY" ;; esac
	case $roles in *,app,*) one_of /disk /git /pack /text /sum '/lookup?name=localhost' && get ":5000$REPLY" ;; esac
	case $roles in *,gunicorn,*) one_of /disk '/lookup?name=localhost' && get ":5001$REPLY" ;; esac
	case $roles in *,uwsgi,*) one_of /disk '/lookup?name=localhost' && get ":5002$REPLY" ;; esac
	case $roles in *,node,*) one_of /version /zip /log && get ":3000$REPLY" ;; esac
	case $roles in *,java,*) one_of /disk /backup '/login?u=alice' && get ":8080$REPLY" ;; esac
	case $roles in *,mail,*)
		one_of alice bob tickets help
		printf 'From: carol@localhost\nTo: %s\nSubject: check %d\n\nhello\n' "$REPLY" $RANDOM | net curl -s -m 8 --mail-from carol@localhost --mail-rcpt "$REPLY@localhost" -T - smtp://127.0.0.1/localhost >/dev/null ;;
	esac
	case $roles in *,pg,*) net chroot "$client" psql -qtA -h 127.0.0.1 -U postgres -c 'select count(*) from pg_class' >/dev/null ;; esac
	case $roles in *,redis,*) net chroot "$client" redis-cli set "k$RANDOM" v >/dev/null ;; esac
	case $roles in *,mon,*) printf 'list\nfetch cpu\nfetch df\nfetch processes\nfetch memory\nquit\n' | net nc -q 2 -w 5 127.0.0.1 4949 >/dev/null ;; esac
} 2>/dev/null

while ((SECONDS < until)); do
	case $((RANDOM % 10)) in
	0 | 1 | 2) person & ;;
	3 | 4 | 5) remote_command & ;;
	6) push ;;
	esac
	service_use
	sleep "$((${PACE:-1} + RANDOM % 4))"
	while (($(jobs -pr | wc -l) > 2)); do sleep 0.5; done
done
wait
