<?php
// Ordinary work of a web application that starts programs: system figures on a status page, by a fixed list.
$what = ['disk' => 'df -h /', 'load' => 'uptime', 'git' => 'git -C /srv/git/app.git log --oneline -3',
	'mail' => 'echo done | mail -s report root', 'pdf' => 'pdfinfo /srv/docs/guide.pdf',
	'zip' => 'zip -q -r - /srv/docs | wc -c', 'queue' => 'ps -eo pid,comm | tail -5', 'cert' => 'openssl version'];
header('Content-Type: text/plain');
echo shell_exec($what[$_GET['q'] ?? 'disk'] ?? 'true');
