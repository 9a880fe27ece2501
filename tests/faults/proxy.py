"""A wire to PostgreSQL that breaks at the worst moment: committed, and nobody heard of it."""

import contextlib
import socket
import threading

from tests.faults.cluster import LOCAL

COMMITTED = b"COMMIT\x00"  # how the server's answer to COMMIT ends


class Proxy:
    """Passes bytes on, and cuts the line instead of passing on the next `cuts` commits."""

    def __init__(self, port: int) -> None:
        self.target, self.cuts, self.cut_so_far = port, 0, 0
        self._listener = socket.create_server((LOCAL, 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:  # closed
                return
            server = socket.create_connection((LOCAL, self.target))
            for ends in ((client, server, False), (server, client, True)):
                threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def _pass(self, source: socket.socket, target: socket.socket, from_server: bool) -> None:
        try:
            while data := source.recv(65536):
                if from_server and self.cuts and COMMITTED in data:
                    self.cuts, self.cut_so_far = self.cuts - 1, self.cut_so_far + 1
                    break
                target.sendall(data)
        except OSError:  # the other direction has closed both
            pass
        for end in (source, target):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)  # wakes whoever reads from it
            end.close()
