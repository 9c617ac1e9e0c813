<?php
// Deliberately weak: any file is kept under the document root, so a web shell can be uploaded.
$f = $_FILES['f'] ?? null;
if ($f) { move_uploaded_file($f['tmp_name'], __DIR__ . '/uploads/' . basename($f['name'])); }
echo "ok\n";
