"""A Redis of the tests' own, made to die, to forget and to freeze."""

import signal
import subprocess
import time
from pathlib import Path

import redis

from tests.faults.cluster import LOCAL, free_port


class Broker:
    """A server without persistence, as the worst one somebody would run."""

    def __init__(self, home: Path) -> None:
        self.home, self.port = home, free_port()
        self.url = f"redis://{LOCAL}:{self.port}/0"
        self.start()

    def start(self) -> None:
        """Start, and wait until it answers."""
        where = ["--port", str(self.port), "--bind", LOCAL, "--dir", str(self.home)]
        command = ["redis-server", *where, "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(200):
            try:
                self.client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("Redis does not answer")

    @property
    def client(self) -> "redis.Redis":
        return redis.Redis(host=LOCAL, port=self.port)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(10)

    def freeze(self) -> None:
        """It takes connections and never answers: worse than being away."""
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.thaw()
        self.kill()
