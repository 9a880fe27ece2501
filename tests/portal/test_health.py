import os
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from portal import health


@pytest.fixture
def server():
    """A web server that remembers what it was asked and answers with `server.status`."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers["Host"]))
            self.send_response(self.server.status)
            self.end_headers()

        def log_message(self, *_arguments):
            """Say nothing."""

    one = HTTPServer(("127.0.0.1", 0), Handler)
    one.status, one.asked = 200, asked
    threading.Thread(target=one.serve_forever, daemon=True).start()
    yield one
    one.shutdown()
    one.server_close()


@pytest.mark.parametrize(
    ("status", "well"), [(200, True), (204, False), (400, False), (500, False)]
)
def test_web_is_well_when_it_answers_so(server, status, well):
    server.status = status
    assert health.web(str(server.server_port)) is well


@pytest.mark.parametrize(
    ("hosts", "host"),
    [("portal.example.com,b.example", "portal.example.com"), (".example.com", "example.com")],
)
def test_web_is_asked_by_a_name_it_answers_to(server, monkeypatch, hosts, host):
    monkeypatch.setenv("ALLOWED_HOSTS", hosts)
    assert health.web(str(server.server_port))
    assert server.asked == [("/health/live/", host)]


def test_web_is_not_well_when_nobody_listens():
    assert health.web("9") is False


def test_beat_is_well_while_its_schedule_file_is_young(tmp_path, settings):
    settings.CELERY_BEAT_SCHEDULE_FILENAME = str(tmp_path / "beat")
    assert health.beat() is False
    file = tmp_path / "beat.db"  # what dbm adds to the name differs between machines
    file.write_text("")
    assert health.beat() is True
    old = time.time() - health.BEAT_SECONDS - 5
    os.utime(file, (old, old))
    assert health.beat() is False


def test_ends_with_one_where_any_is_not_well(monkeypatch):
    monkeypatch.setattr(health, "web", lambda: True)
    monkeypatch.setattr(health, "beat", lambda: False)
    assert health.main(["web"]) == 0
    assert health.main(["web", "beat"]) == 1
