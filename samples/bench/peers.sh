#!/bin/sh
# Fills a folder with what "compare" can measure beside the system's own commands:
# oddkin's reader alone, go-libaudit, and LAUREL from Debian where apt has it.
# The reader of EVTX in Rust comes from PyPI, where pip has it.
# ausearch and aureport are in Debian's auditd, jq in jq; grep and python3 are taken
# as they are. Nothing is installed.
#
#   sh samples/bench/peers.sh DIR      (from the repository's root)
set -eu
dir=$1
mkdir -p "$dir"
go build -pgo=cmd/oddkin/default.pgo -o "$dir/read" samples/bench/peers/read.go
go build -o "$dir/libaudit" samples/bench/peers/libaudit.go
if command -v apt-get >/dev/null && (cd "$dir" && apt-get download laurel >/dev/null 2>&1); then
	dpkg -x "$dir"/laurel_*.deb "$dir/unpacked"
	mv "$dir/unpacked/usr/sbin/laurel" "$dir/laurel"
	mkdir -p "$dir/laurel.out"
	printf 'directory = "%s/laurel.out"\ninput = "stdin"\n[auditlog]\nfile = "audit.log"\nsize = 100000000000\n' "$(cd "$dir" && pwd)" >"$dir/laurel.toml"
	rm -r "$dir/unpacked" "$dir"/laurel_*.deb
else
	echo "LAUREL cannot be had here" >&2
fi
if python3 -m pip install -q --target "$dir/python" evtx >/dev/null 2>&1; then
	here=$(cd "$dir" && pwd)
	printf '#!/bin/sh\nPYTHONPATH="%s/python" exec python3 -c "import evtx,sys\nprint(sum(1 for r in evtx.PyEvtxParser(sys.argv[1]).records_json()))" "$@"\n' "$here" >"$dir/evtx"
	chmod +x "$dir/evtx"
else
	echo "the Rust reader of EVTX cannot be had here" >&2
fi
