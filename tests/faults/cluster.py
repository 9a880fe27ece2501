"""A PostgreSQL of the tests' own, made to be stopped."""

import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path

LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.create_server((LOCAL, 0)) as server:
        return int(server.getsockname()[1])


def _programs() -> Path:
    """The directory of the newest server that the machine has."""
    found = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(found, key=lambda one: int(one.parts[-3]), default=None)
    return newest.parent if newest else Path(shutil.which("initdb") or "initdb").parent


@dataclass(frozen=True)
class Cluster:
    """One server with its files in `home`; whoever calls from this machine is let in."""

    home: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgres://postgres:none@{LOCAL}:{self.port}/portal"

    def create(self) -> None:
        """Make the files, start, and make an empty database."""
        if os.getuid() == 0:  # the server refuses to run as root
            shutil.chown(self.home, "postgres", "postgres")
        self._run("initdb", "--pgdata", self._data, "--auth=trust", "--username=postgres")
        self.start()
        self._run("createdb", "--host", LOCAL, "--port", str(self.port), "-U", "postgres", "portal")

    def start(self) -> None:
        """Start and wait until it answers: after a crash, until it has recovered."""
        # The machine itself never loses power here, so that fsync would only cost time.
        said = {"listen_addresses": LOCAL, "unix_socket_directories": self.home, "fsync": "off"}
        options = " ".join(f"-c {name}={value}" for name, value in said.items())
        log = str(self.home / "log")
        self._control("start", "--log", log, "-o", f"-p {self.port} {options}", "--timeout=60")

    def stop(self, mode: str = "immediate") -> None:
        """Stop. `immediate` ends every backend where it stands, like a power cut."""
        self._control("stop", "--mode", mode)

    @property
    def _data(self) -> str:
        return str(self.home / "data")

    def _control(self, word: str, *options: str) -> None:
        self._run("pg_ctl", word, "--wait", "--silent", "--pgdata", self._data, *options)

    def _run(self, program: str, *options: str) -> None:
        as_owner = ("runuser", "--user", "postgres", "--") if os.getuid() == 0 else ()
        command = [*as_owner, str(_programs() / program), *options]
        quiet = subprocess.DEVNULL  # the server keeps its outputs open: pipes would never end
        subprocess.run(command, check=True, cwd=self.home, stdout=quiet, timeout=90)
