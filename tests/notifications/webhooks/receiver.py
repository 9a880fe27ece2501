"""A receiver of webhooks on this machine that answers as told."""

import json
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Taken:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    raw: bytes
    at: float

    @property
    def body(self) -> dict[str, Any]:
        return json.loads(self.raw)


@dataclass
class Receiver:
    """`answers` are given to the next requests, then `usual`: a status, or a name of a manner."""

    port: int = 0
    usual: int | str = 200
    answers: list[int | str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    words: str = "thanks"
    taken: list[Taken] = field(default_factory=list)
    certificate: str = ""  # a file; then it speaks https
    written: int = 0  # bytes of a huge answer that went out

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def names(self) -> list[str]:
        return [one.body["EventName"] for one in self.taken]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        size = int(handler.headers["Content-Length"])
        raw = handler.rfile.read(size)
        self.taken.append(Taken(handler.path, dict(handler.headers), raw, time.monotonic()))
        manner = self.answers.pop(0) if self.answers else self.usual
        if isinstance(manner, str):
            getattr(self, manner)(handler)
            return
        handler.send_response(manner)
        for name, value in self.headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(self.words.encode())

    def hang(self, handler: BaseHTTPRequestHandler) -> None:
        time.sleep(4)

    def drip(self, handler: BaseHTTPRequestHandler) -> None:
        """A line of headers, again and again, never an end."""
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(60):
            handler.wfile.write(f"X-{number}: drip\r\n".encode())
            handler.wfile.flush()
            time.sleep(0.1)

    def huge(self, handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(10**9))
        handler.end_headers()
        part = b"x" * 65536
        while self.written < 10**9:
            handler.wfile.write(part)
            self.written += len(part)

    def cut(self, handler: BaseHTTPRequestHandler) -> None:
        handler.connection.close()


@contextmanager
def receiving(**told: Any) -> Iterator[Receiver]:
    """A receiver that listens on a free port of 127.0.0.1."""
    receiver = Receiver(**told)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                receiver.answer(self)
            except OSError:  # the other side had enough
                self.close_connection = True

        def log_message(self, *_said: Any) -> None:
            """Quiet."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_about: Any) -> None:
            """Quiet: a cut connection is what some tests are about."""

    server = Server(("127.0.0.1", 0), Handler)
    if receiver.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(receiver.certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    receiver.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()
