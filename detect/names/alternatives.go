package names

import "strings"

// alternatives maps what Debian's update-alternatives, other distributions and
// rewrites install in a program's place to the program that users ask for.
var alternatives = lazily(pairs, `
	dash sh, ash sh, posh sh, rbash bash, static-sh sh, bash-static bash, zsh-static zsh, rzsh zsh, ksh93 ksh, mksh ksh, lksh ksh, pdksh ksh, oksh ksh, rksh ksh, loksh ksh, tcsh csh, bsd-csh csh,
	gawk awk, mawk awk, original-awk awk, nawk awk, igawk awk, goawk awk,
	ncat nc, netcat nc, nc.traditional nc, nc.openbsd nc, gnetcat nc,
	vi vim, view vim, ex vim, rview vim, rvim vim, vimdiff vim, nvim vim, vim-tiny vim, vimx vim,
	nodejs node, pico nano, rnano nano, emacs-nox emacs, emacs-gtk emacs, emacs-lucid emacs,
	gsed sed, ggrep grep, egrep grep, fgrep grep, rgrep grep, gtar tar, bsdtar tar, gmake make, bmake make,
	python-config python-config, pypy python, pdksh ksh, perl5 perl, microperl perl, jruby ruby, luajit lua, lua5 lua,
	clang++ clang, c++ g++, cc gcc, gcc-ar ar, gcc-nm nm, gcc-ranlib ranlib, ld.bfd ld, ld.gold ld, ld.lld ld, ld.mold ld, lld ld, gold ld, mold ld,
	lesspipe.sh lesspipe, pager less, most less, httpd.worker httpd, httpd.event httpd, httpd.prefork httpd, httpd-prefork httpd, apache2-bin apache2, apache apache2,
	exim4 exim, sendmail.sendmail sendmail, sendmail.postfix sendmail, sendmail.exim sendmail, msmtp-mta msmtp, nullmailer-inject sendmail, ssmtp sendmail, bsd-mailx mail, mailx mail, s-nail mail, heirloom-mailx mail, mail.mailutils mail, bsd-write write,
	xtables-nft-multi iptables, xtables-legacy-multi iptables, ebtables-nft iptables, arptables-nft iptables, iptables-nft iptables, iptables-legacy iptables,
	openjdk java, pinentry-curses pinentry, pinentry-gnome3 pinentry, pinentry-tty pinentry, soffice soffice, libreoffice soffice, oosplash soffice,
	w.procps w, w-procps w, which.debianutils which, mt-gnu mt, rcp-ssh rcp, php-cli php, php-cgi php-cgi, vim-nox vim, vim-basic vim, traceroute.db traceroute, tcptraceroute.db tcptraceroute, telnet.netkit telnet, telnet.inetutils telnet, inetutils-telnet telnet, ftp.netkit ftp, tnftp ftp, pxz xz, lbzip2 bzip2, pbzip2 bzip2, pigz gzip,
	google-chrome-stable chrome, google-chrome chrome, chromium-browser chromium, firefox-esr firefox, xpdf.real xpdf,
	mount.util-linux mount, agetty getty, mingetty getty, fgetty getty, sulogin sulogin
`)

// applets lists the names that multi-call binaries answer to, so that an
// argument is not taken for one. Source: BusyBox 1.36 and GNU coreutils 9.4,
// their own lists of commands.
var applets = lazily(set, `sh ash hush [ [[ acpid addgroup adduser adjtimex ar arch arp arping awk base32 base64 basename bc blkdiscard blkid blockdev brctl bunzip2 bzcat bzip2 cal cat chgrp chmod chown chpasswd
	chroot chvt cksum clear cmp comm cp cpio crond crontab cttyhack cut date dc dd deallocvt depmod devmem df diff dir dircolors dirname dmesg dnsdomainname dos2unix dpkg dpkg-deb du dumpkmap dumpleases echo ed egrep env
	expand expr factor fallocate false fatattr fbset fdflush fdisk fgrep find fold free freeramdisk fsfreeze fstrim ftpget ftpput getopt getty grep groups gunzip gzip halt head hexdump hostid hostname httpd
	hwclock i2cdetect id ifconfig ifdown ifup init insmod install ionice ip ipcalc ipneigh iproute iprule join kill killall killall5 klogd last less link linux32 linux64 linuxrc ln loadfont loadkmap logger login logname
	logread losetup ls lsmod lsof lsscsi lzcat lzma lzop md5sum mdev microcom mkdir mkdosfs mke2fs mkfifo mkfs.ext2 mkfs.vfat mknod mkpasswd mkswap mktemp modinfo modprobe more mount mountpoint mpstat mt mv nameif nc
	netstat nice nl nmeter nohup nologin nproc nsenter nslookup ntpd numfmt nuke od openvt partprobe passwd paste patch pathchk pidof ping ping6 pinky pivot_root poweroff pr printenv printf ps ptx pwd rdate readlink realpath reboot
	renice reset resume rev rm rmdir rmmod route rpm rpm2cpio run-init run-parts runcon sed seq setkeycodes setpriv setsid sha1sum sha224sum sha256sum sha384sum sha3sum sha512sum shred shuf sleep sort split
	ssl_client start-stop-daemon stat stdbuf strings stty su sulogin sum svc svok swapoff swapon switch_root sync sysctl syslogd tac tail tar taskset tc tee telnet telnetd test tftp time timeout top touch tr traceroute traceroute6
	true truncate tsort tty ubirename udhcpc udhcpd uevent umount uname uncompress unexpand uniq unlink unlzma unshare unxz unzip uptime users usleep uudecode uuencode vconfig vdir vi w watch watchdog wc wget which who whoami
	xargs xxd xz xzcat yes zcat`)

// pairs reads "from to" couples, separated by commas.
func pairs(s string) map[string]string {
	m := map[string]string{}
	for couple := range strings.SplitSeq(s, ",") {
		if f := strings.Fields(couple); len(f) == 2 {
			m[f[0]] = f[1]
		}
	}
	return m
}
