#!/usr/bin/python3
# Deliberately weak: the query reaches the shell (command injection).
import os
from urllib.parse import parse_qs

q = parse_qs(os.environ.get("QUERY_STRING", "")).get("name", ["localhost"])[0]
print("Content-Type: text/plain\n", flush=True)
os.system("getent hosts " + q)
