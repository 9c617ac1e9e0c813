#!/bin/bash
# Deploys the checked-out application: what a post-receive hook usually does.
set -e
t=$(mktemp -d)
git -C /srv/git/app.git archive HEAD | tar -x -C "$t"
[ ! -f "$t/Makefile" ] || make -s -C "$t"
rsync -a --delete "$t/" /srv/proj/live/
find /srv/proj/live -type f -name '*.sh' -exec chmod 755 {} +
rm -rf "$t"
logger -t deploy "deployed $(git -C /srv/git/app.git rev-parse --short HEAD)"
