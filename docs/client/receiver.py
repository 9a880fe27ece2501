"""The door at which the portal's webhooks knock. A knock carries no data that is believed: it
wakes the reader of the feed, who asks the portal what changed. One that is lost costs time only.
"""

import base64
import hashlib
import hmac
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread

LARGEST = 65_536  # bytes
OLDEST = 300  # seconds


def is_signed(headers: dict[str, str], body: bytes, secret: str) -> bool:
    """Is it from somebody who knows the secret (Standard Webhooks), and not an old one again?"""
    moment, names = headers.get("webhook-timestamp", ""), headers.get("webhook-signature", "")
    if not moment.isdecimal() or abs(time.time() - int(moment)) > OLDEST:
        return False
    key = base64.b64decode(secret.removeprefix("whsec_"))
    said = b".".join([headers.get("webhook-id", "").encode(), moment.encode(), body])
    mark = "v1," + base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(mark, one) for one in names.split())


def listen(address: tuple[str, int], secret: str, wake: Event) -> ThreadingHTTPServer:
    """Start the door; whoever knocks rightly sets `wake`."""

    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = self.headers.get("Content-Length", "")
            body = self.rfile.read(min(int(size), LARGEST)) if size.isdecimal() else b""
            named = {name.lower(): value for name, value in self.headers.items()}
            signed = is_signed(named, body, secret)
            if signed:
                wake.set()
            self.send_response(204 if signed else 401)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(address, Door)
    Thread(target=server.serve_forever, daemon=True).start()
    return server
