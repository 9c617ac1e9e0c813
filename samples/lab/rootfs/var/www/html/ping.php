<?php
// Deliberately weak: the parameter reaches the shell (command injection).
header('Content-Type: text/plain');
echo shell_exec('ping -c 1 -W 1 ' . ($_REQUEST['host'] ?? '127.0.0.1') . ' 2>&1');
