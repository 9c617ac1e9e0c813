"""A small service in Python. /health and /disk are ordinary; /lookup is deliberately weak (command injection)."""
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlparse

JOBS = {
    "/disk": ["df", "-h", "/"],
    "/git": ["git", "-C", "/srv/git/app.git", "log", "--oneline", "-2"],
    "/pack": ["tar", "-C", "/srv", "-czf", "/tmp/docs.tgz", "docs"],
    "/text": ["pdftotext", "/srv/docs/guide.pdf", "-"],
    "/sum": ["sha256sum", "/srv/docs/guide.pdf"],
}


class App(BaseHTTPRequestHandler):
    def do_GET(self):
        u = urlparse(self.path)
        out = b"ok\n"
        if u.path in JOBS:
            out = subprocess.run(JOBS[u.path], capture_output=True).stdout
        elif u.path == "/lookup":
            name = parse_qs(u.query).get("name", ["localhost"])[0]
            out = subprocess.run("getent hosts " + name, shell=True, capture_output=True).stdout
        self.send_response(200)
        self.end_headers()
        self.wfile.write(out)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", 5000), App).serve_forever()
