<?php
// The site's front page: no other program is started.
header('Content-Type: text/plain');
echo "inventory, ", date('c'), "\n";
foreach (glob('/etc/*.conf') as $f) { echo basename($f), ' ', filesize($f), "\n"; }
