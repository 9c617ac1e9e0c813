#!/bin/bash
# image.sh RELEASE builds the root file system every host of that release is cloned from: one tree with the software of
# all roles installed and no service enabled. The archive's address comes from this machine's apt and is removed again.
# LAB_NO_SECURITY=1 leaves the security archive out, for a release whose security archive lost files its index still names.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
release=${1:?usage: image.sh RELEASE}
root=$IMG/$release
mirror=$(mirror_of Debian) security=$(mirror_of Debian-Security)
[ -n "$mirror" ] || die "apt of this machine names no Debian archive"

inside() { systemd-nspawn --register=no --keep-unit -q -D "$root" --setenv=DEBIAN_FRONTEND=noninteractive "$@"; }

packages() { # one name a line in packages.txt; "name [release ...]" limits it to those releases
	awk -v r="$release" '/^#|^$/ { next } NF == 1 { print $1; next } { for (i = 2; i <= NF; i++) if ($i == r) print $1 }' "$here/packages.txt"
}

if [ ! -e "$root/etc/debian_version" ]; then
	mkdir -p "$IMG"
	debootstrap --variant=minbase --include=systemd-sysv,dbus,ca-certificates,eatmydata "$release" "$root" "$mirror"
fi
{
	echo "deb $mirror $release main"
	echo "deb-src $mirror $release main"
	[ -z "$security" ] || [ -n "${LAB_NO_SECURITY:-}" ] || echo "deb $security $release-security main"
} >"$root/etc/apt/sources.list"
printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
chmod 755 "$root/usr/sbin/policy-rc.d"
echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/lab"
printf 'APT::Install-Recommends "false";\nBinary::apt::APT::Keep-Downloaded-Packages "true";\nAPT::Keep-Downloaded-Packages "true";\n' >"$root/etc/apt/apt.conf.d/99lab"
rm -f "$root/etc/apt/apt.conf.d/docker-clean"
inside apt-get update -q
# A name this release does not have is reported and left out: the list serves several releases.
packages | while read -r p; do
	if [ -n "$(chroot "$root" apt-cache policy "$p" 2>/dev/null | awk '/Candidate:/ && $2 != "(none)" { print $2 }')" ]; then
		echo "$p"
	else
		echo "$release has no $p" >&2
	fi
done >"$root/root/packages"
inside sh -c 'eatmydata apt-get install -y -q $(cat /root/packages)'
# Sources to build and packages to install again and again, offline.
mkdir -p "$root/srv/src" "$root/srv/repo"
inside sh -c 'cd /srv/src && for s in hello sed gzip dash tree diffutils bzip2 lua5.4 bc time; do apt-get source -q -y $s || true; done; chown -R root:root /srv/src; chmod -R a+rX /srv/src'
inside sh -c 'cd /srv/repo && apt-get download -q hello cowsay figlet sl pv ncdu moreutils dos2unix mc zsh fish tcsh ksh lsscsi units sharutils psutils stress-ng apt-file vsftpd proftpd-core tinyproxy stunnel4 memcached mosquitto lighttpd dnsmasq whois traceroute iperf3 ethtool nmap xinetd stow colordiff 2>/dev/null || for p in hello cowsay figlet sl pv ncdu moreutils dos2unix mc zsh tcsh units sharutils memcached mosquitto lighttpd dnsmasq whois traceroute ethtool stow colordiff; do apt-get download -q $p || true; done'
inside sh -c 'cd /srv/repo && cp -n /var/cache/apt/archives/*.deb . && dpkg-scanpackages -m . >Packages 2>/dev/null; rm -f /var/cache/apt/archives/*.deb'
# What the containers on a host are made of.
box=$(mktemp -d -p "$LAB_DIR")
debootstrap --variant=minbase --include=python3,procps,curl "$release" "$box" "$mirror"
rm -rf "$box"/var/lib/apt/lists/* "$box"/var/cache/apt/archives/*.deb
: >"$box/etc/apt/sources.list"
tar -C "$box" -cf "$root/srv/box.tar" .
rm -rf "$box"
rm -rf "$root"/var/lib/apt/lists/* "$root/usr/sbin/policy-rc.d" "$root/root/packages"
: >"$root/etc/apt/sources.list"
rm -f "$root"/etc/apt/sources.list.d/*
echo 'deb [trusted=yes] file:/srv/repo ./' >"$root/etc/apt/sources.list"
echo "built $release"
