#!/bin/bash
# publish.sh NAME HOST... reduces a finished recording and brings out/INDEX.txt up to date.
set -euo pipefail
here=$(dirname "$(readlink -f "$0")")
. "$here/lab.env"
run=$1
shift
mkdir -p "$OUT/.new"
nice -n 10 "$LAB_DIR/bin/reduce" -rec "$REC/$run" -out "$OUT/.new" -forbid "$LAB_DIR/forbid" "${@/#/$HOSTS/}"
mv "$OUT"/.new/* "$OUT/"
rmdir "$OUT/.new"
{
	printf '#host\trelease\troles\tseconds\tevents\texecutions\tnormal shapes\tattack shapes\tattacks run\tattacks seen\n'
	for m in "$OUT"/*.meta; do
		awk -F'\t' '{ v[$1] = $2 } END { OFS = "\t"; print v["host"], v["release"], v["roles"], v["seconds"], v["events"], v["executions"], v["normal shapes"], v["attack shapes"], v["attacks run"], v["attacks seen"] }' "$m"
	done
	cat "$OUT"/*.shapes.tsv | awk -F'\t' '{ n[$1 FS $3] } END { for (k in n) { split(k, a, FS); c[a[1]]++ } printf "# distinct shapes over all hosts: %d normal, %d attack\n", c["normal"], c["attack"] }'
} >"$OUT/.INDEX"
mv "$OUT/.INDEX" "$OUT/INDEX.txt"
