#!/bin/sh
# Mail alias target: files a message as a ticket. Deliberately weak: the subject reaches the shell.
m=$(mktemp /tmp/ticket.XXXXXX)
cat >"$m"
s=$(sed -n 's/^Subject: //p' "$m" | head -1)
eval "echo received: $s" | logger -t ticket
rm -f "$m"
