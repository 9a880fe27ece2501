"""A daemon that speaks ClamAV's INSTREAM protocol over a real socket, and misbehaves if told to."""

import socket
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


def _exactly(line: socket.socket, size: int) -> bytes:
    heard = b""
    while len(heard) < size:
        more = line.recv(size - len(heard))
        if not more:
            raise EOFError
        heard += more
    return heard


class Clamd:
    """Answers each conversation in a thread of its own; `url` is where."""

    def __init__(self, path: Path | None = None, limit: int = 1_000_000) -> None:
        self.limit = limit
        self.answer: bytes | None = None  # said instead of a verdict
        self.delay = 0.0  # seconds before the answer
        self.piecemeal = False  # one byte a tenth of a second, for ever
        self.cuts = False  # hangs up in the middle of the file
        self.meanwhile: Callable[[], object] | None = None
        self.seen: list[bytes] = []
        if path is not None:
            self.server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            self.server.bind(str(path))
            self.server.listen()
            self.url = f"unix://{path}"
        else:
            self.server = socket.create_server(("127.0.0.1", 0))
            self.url = f"tcp://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self.server.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self.server.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=[line], daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line:
            try:
                self._say(line, self._verdict(line))
            except (EOFError, OSError):
                return

    def _verdict(self, line: socket.socket) -> bytes:
        command = _exactly(line, 10)
        if command != b"zINSTREAM\0":
            return b"UNKNOWN COMMAND\0"
        content = b""
        while size := struct.unpack("!L", _exactly(line, 4))[0]:
            if self.cuts:
                raise EOFError
            if len(content) + size > self.limit:
                return b"INSTREAM size limit exceeded. ERROR\0"
            content += _exactly(line, size)
        self.seen.append(content)
        if self.meanwhile:
            self.meanwhile()
        if self.answer is not None:
            return self.answer
        return b"stream: Eicar-Test-Signature FOUND\0" if EICAR in content else b"stream: OK\0"

    def _say(self, line: socket.socket, answer: bytes) -> None:
        time.sleep(self.delay)
        if not self.piecemeal:
            line.sendall(answer)
        while self.piecemeal:
            line.sendall(b"x")
            time.sleep(0.1)
