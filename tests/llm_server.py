"""A language model on this machine: speaks the protocol, says what the test wants."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SAYS = "The customer's data sits in nine places. Please bring an architect to a workshop."


def completion(text: str) -> bytes:
    """An answer as OpenAI-compatible servers give it."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"id": "1", "object": "chat.completion", "choices": [choice]}).encode()


class Model:
    """Its address, what it was asked, and how it answers: status, bytes, delays in seconds."""

    def __init__(self) -> None:
        self.status, self.answer = 200, completion(SAYS)
        self.delay, self.drip = 0.0, 0.0
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.url = ""


def _handler(model: Model) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            model.asked.append(json.loads(body))
            model.headers.append(dict(self.headers))
            model.paths.append(self.path)
            time.sleep(model.delay)
            try:
                self._answer()
            except OSError:
                self.close_connection = True  # who asked has gone

        def _answer(self) -> None:
            self.send_response(model.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Connection", "close")
            if model.status in (301, 302, 307, 308):
                self.send_header("Location", model.url + "/chat/completions")
            self.end_headers()
            if not model.drip:
                self.wfile.write(model.answer)
                return
            for byte in model.answer:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(model.drip)

        def log_message(self, *args: Any) -> None:
            """Quiet."""

    return Handler


@contextmanager
def serving() -> Iterator[Model]:
    """A model on a free port of the loopback."""
    model = Model()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(model))
    server.daemon_threads = True
    model.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
