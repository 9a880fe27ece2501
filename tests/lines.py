"""A line between a program and the portal that can be cut, for the tests."""

import http.client
from http.server import BaseHTTPRequestHandler
from typing import Any


class Line(BaseHTTPRequestHandler):
    """The line between client and portal. `cuts` answers to writes never arrive."""

    target = ""
    cuts = 0
    writes = 0

    def pass_on(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        sent = self.rfile.read(size)
        portal = http.client.HTTPConnection(self.target, timeout=30)
        portal.request(self.command, self.path, sent, dict(self.headers))
        answer = portal.getresponse()
        said = answer.read()
        portal.close()
        if self.command in ("POST", "PATCH") and self.path.startswith("/v1.0/"):
            Line.writes += 1
            if Line.cuts:
                Line.cuts -= 1
                self.close_connection = True
                return
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "content-length"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_POST = do_PATCH = pass_on  # noqa: N815 — the library's names

    def log_message(self, *_said: Any) -> None:
        """Quiet."""
