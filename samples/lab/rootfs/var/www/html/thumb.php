<?php
// Ordinary work of a web application that starts programs: a thumbnail through ImageMagick.
$n = (int)($_GET['n'] ?? 1);
$out = "/tmp/thumb-$n.png";
exec("convert -size 64x64 xc:blue -fill white -draw 'circle 32,32 8," . ($n % 32) . "' $out 2>&1", $o, $rc);
header('Content-Type: text/plain');
echo "$rc\n";
