"""The same weakness behind gunicorn and uwsgi: /lookup hands its parameter to a shell; /disk is ordinary."""
import subprocess
from urllib.parse import parse_qs


def application(environ, start_response):
    out = b"ok\n"
    if environ["PATH_INFO"] == "/disk":
        out = subprocess.run(["df", "-h", "/"], capture_output=True).stdout
    elif environ["PATH_INFO"] == "/lookup":
        name = parse_qs(environ["QUERY_STRING"]).get("name", ["localhost"])[0]
        out = subprocess.run("getent hosts " + name, shell=True, capture_output=True).stdout
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [out]
