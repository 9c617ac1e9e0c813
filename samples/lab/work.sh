# Random ordinary work, written by seed; sourced by host.sh and drive.sh. Set RANDOM before use.
# shellcheck shell=bash

people=(alice bob carol dave)

one_of() { local a=("$@"); REPLY=${a[RANDOM % $#]}; }

load_snippets() { # one array of commands for root, one for anybody, one for hosts with containers
	mapfile -t root_work < <(sed -n 's/^root //p' "$here/snippets.txt")
	mapfile -t any_work < <(grep -v -e '^#' -e '^root ' -e '^box ' "$here/snippets.txt")
	box_work=()
	[[ $roles != *,box,* ]] || mapfile -t box_work < <(sed -n 's/^box //p' "$here/snippets.txt")
}

# snippet USER: a random command that user may run.
snippet() {
	if ((${#box_work[@]} && RANDOM % 3 == 0)); then one_of "${box_work[@]}"; elif [ "$1" = root ] && ((RANDOM % 3 == 0)); then one_of "${root_work[@]}"; else one_of "${any_work[@]}"; fi
}

# wrapped USER: a random command in the dress people and programs give commands: a shell, a time limit, another language.
wrapped() {
	local c q
	snippet "$1"
	c=$REPLY
	printf -v q %q "$c"
	case $((RANDOM % 44)) in
	[0-9] | 1[0-3]) ;;
	14) c="bash -c $q" ;;
	15) c="sh -c $q" ;;
	16) c="timeout 20 sh -c $q" ;;
	17) c="nice -n 10 bash -c $q" ;;
	18) c="env LC_ALL=C sh -c $q" ;;
	19) c="flock -w 5 /tmp/job.lock sh -c $q" ;;
	20) c="ionice -c 3 nice sh -c $q" ;;
	21) c="script -qec $q /dev/null" ;;
	22) c="python3 -c 'import subprocess,sys; subprocess.call(sys.argv[1],shell=True)' $q" ;;
	23) c="python3 -c 'import os,sys; os.system(sys.argv[1])' $q" ;;
	24) c="perl -e 'system(\$ARGV[0])' $q" ;;
	25) c="perl -e 'print \`\$ARGV[0]\`' $q" ;;
	26) c="ruby -e 'system(ARGV[0])' $q" ;;
	27) c="node -e 'require(\"child_process\").execSync(process.argv[1])' $q" ;;
	28) c="printf '%s\\n' 1 2 | xargs -I{} sh -c $q" ;;
	29) c="find /srv -maxdepth 0 -exec sh -c $q \\;" ;;
	30) c="setsid sh -c $q" ;;
	31) c="chrt -o 0 sh -c $q" ;;
	32) c="( $c ) | tee -a /tmp/work.log | tail -2" ;;
	33) c="x=\$($c); echo \"\$x\" | wc -l" ;;
	34) c="nohup sh -c $q >/dev/null 2>&1" ;;
	35) c="stdbuf -oL sh -c $q | cat" ;;
	36) c="bash -lc $q" ;;
	37) c="printf 'all:\\n\\t@%s\\n' ${q//\$/\$\$} | make -s -f -" ;;
	38) c="tmux -L w$RANDOM new-session -d $q; sleep 0.3" ;;
	39) c="strace -f -o /dev/null sh -c $q" ;;
	40) c="parallel --will-cite -j1 ::: $q" ;;
	41) [ "$1" != root ] || c="sudo -u bob sh -c $q" ;;
	42) [ "$1" != root ] || c="su - carol -c $q" ;;
	43) [ "$1" != root ] || c="systemd-run -q --wait --pipe sh -c $q" ;;
	esac
	REPLY=$c
}

# script USER FILE: a job of a few commands in a random language.
script() {
	local user=$1 file=$2 i n=$((2 + RANDOM % 5)) q
	case $((RANDOM % 6)) in
	0 | 1) echo '#!/bin/bash' >"$file" ;;
	2 | 3) echo '#!/bin/sh' >"$file" ;;
	4) printf '#!/usr/bin/python3\nimport subprocess\n' >"$file" ;;
	5) printf '#!/usr/bin/perl\nuse strict;\n' >"$file" ;;
	esac
	for ((i = 0; i < n; i++)); do
		wrapped "$user"
		q=${REPLY//\\/\\\\}
		q=${q//\'/\\\'}
		case $(head -1 "$file") in
		*python3) printf "subprocess.run('%s', shell=True)\n" "$q" ;;
		*perl) printf "system('%s');\n" "$q" ;;
		*) echo "$REPLY" ;;
		esac >>"$file"
	done
	chmod 755 "$file"
}

# build FILE: a job for the build agent: real sources, real compilers.
build() {
	local d
	{
		case $((RANDOM % 9)) in
		0 | 1 | 2)
			one_of hello sed gzip tree bc time which dash
			d=$REPLY
			echo "cp -a /srv/src/$d-[0-9]*/. . && chmod -R u+w . "
			echo 'if [ -x configure ]; then timeout 150 ./configure -q >/dev/null; fi'
			one_of 'timeout 100 make -s' 'timeout 100 make -j2' 'timeout 90 make -k all'
			echo "$REPLY || true"
			echo 'timeout 40 make -s check >/dev/null 2>&1 || true'
			;;
		3) echo "git clone -q /srv/git/app.git app; cd app; make; make test; python3 -m venv --without-pip v; . v/bin/activate; python -m unittest discover -s . || true; git describe --always" ;;
		4)
			echo "mkdir g; cd g; printf 'module m\\ngo 1.15\\n' > go.mod; printf 'package main\\nfunc main(){println(1)}\\n' > m.go; export HOME=/root GOFLAGS=-mod=mod GOPROXY=off GOTOOLCHAIN=local; go vet ./... || true; go build -o m . && ./m; go test ./... || true"
			;;
		5) echo "mkdir -p src; printf 'public class A{public static void main(String[] a){System.out.println(1);}}' > src/A.java; printf '<project default=\"r\"><target name=\"r\"><mkdir dir=\"o\"/><javac srcdir=\"src\" destdir=\"o\" includeantruntime=\"false\"/><exec executable=\"uname\"/><exec executable=\"sh\"><arg value=\"-c\"/><arg value=\"date; id\"/></exec></target></project>' > build.xml; ant -q; jar cf a.jar -C o .; java -cp a.jar A" ;;
		6) echo "printf 'cmake_minimum_required(VERSION 3.10)\\nproject(p C)\\nadd_executable(p p.c)\\nenable_testing()\\nadd_test(t p)\\n' > CMakeLists.txt; echo 'int main(){return 0;}' > p.c; cmake -S . -B b >/dev/null; cmake --build b; (cd b; ctest)" ;;
		7) echo "cp -a /srv/src/hello-[0-9]*/. .; timeout 200 dpkg-buildpackage -b -us -uc -d >/dev/null 2>&1 || true" ;;
		8) echo "git clone -q /srv/git/app.git a; cd a; shellcheck *.sh || true; node -e 'console.log(1)'; tar czf ../a.tgz . ; sha256sum ../a.tgz; gpg --version | head -1; curl -s -m 2 -T ../a.tgz http://127.0.0.1/artifacts/ || true" ;;
		esac
		wrapped root
		echo "$REPLY || true"
	} >"$1"
}

# packages_job: a command that installs, removes or reinstalls packages from the image's own repository.
packages_job() {
	one_of cowsay figlet sl pv ncdu dos2unix mc zsh tcsh units sharutils colordiff stow ethtool whois memcached mosquitto dnsmasq lighttpd
	local p=$REPLY
	case $((RANDOM % 8)) in
	0 | 1 | 2) REPLY="apt-get install -y -q $p >/dev/null" ;;
	3) REPLY="apt-get purge -y -q $p >/dev/null" ;;
	4) one_of cron man-db logrotate rsyslog openssh-server bash tar vim-common nginx-light nginx-common python3-minimal ca-certificates fontconfig shared-mime-info mime-support libglib2.0-0 perl-base dbus sudo locales tzdata postfix apache2
		REPLY="apt-get install -y -q --reinstall $REPLY >/dev/null" ;;
	5) REPLY="apt-get update -q; unattended-upgrade --dry-run" ;;
	6) REPLY="apt-get -y -q autoremove >/dev/null; apt-get autoclean -q" ;;
	7) REPLY="dpkg-reconfigure -f noninteractive man-db tzdata locales" ;;
	esac
}
