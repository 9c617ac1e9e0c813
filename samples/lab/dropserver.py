"""The intruder's server: hands out files of a folder and swallows uploads. Arguments: port, folder."""
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer


class Drop(SimpleHTTPRequestHandler):
    def do_PUT(self):
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(204)
        self.end_headers()

    do_POST = do_PUT


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), partial(Drop, directory=sys.argv[2])).serve_forever()
