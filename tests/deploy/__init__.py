"""What deploy/ offers to who hosts the site, tried with the programs that it is for."""

import contextlib
import http.server
import os
import shutil
import threading
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
DEPLOY = ROOT / "deploy"
NAME = "programme.exemple.fr"


def needs(program):
    """Skips where a program of Debian is not installed, and says which."""
    path = shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin")
    return pytest.mark.skipif(path is None, reason=f"{program} n’est pas installé")


@contextlib.contextmanager
def serving(handler):
    """A server for the time of a test; gives its port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()


class Echo(http.server.BaseHTTPRequestHandler):
    """In the place of the site: answers with what the proxy told it."""

    def do_GET(self):
        names = ("Host", "X-Forwarded-For", "X-Forwarded-Proto")
        said = "|".join(",".join(self.headers.get_all(name, [])) for name in names).encode()
        self.send_response(500 if "panne" in self.path else 200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *args):
        pass
