"""Real deliverers, on PostgreSQL, against a real mail server."""

import os
import signal
import subprocess
import sys
import time
from collections import Counter
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.db import connection

from notifications.models import Message
from tests.notifications.conftest import Server, make_message

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]
MANY = 120


def deliverer(settings: Any, lease: int = 300) -> subprocess.Popen[bytes]:
    """`manage.py deliver` on the test database."""
    known = connection.settings_dict
    server = f"{known['USER']}:{known['PASSWORD']}@{known['HOST']}:{known['PORT'] or 5432}"
    environment = os.environ | {
        "SANDBOX": "1",
        "DATABASE_URL": f"postgres://{server}/{known['NAME']}",
        "EMAIL_URL": f"smtp://127.0.0.1:{settings.EMAIL_PORT}",
        "MAIL_LEASE_SECONDS": str(lease),
        "MAIL_BATCH": "20",
        "DJANGO_SETTINGS_MODULE": "portal.settings",
    }
    environment.pop("EMAIL_BACKEND", None)
    return subprocess.Popen(
        [sys.executable, "manage.py", "deliver"],
        cwd=portal_settings.BASE_DIR,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@pytest.fixture
def many() -> list[Message]:
    return [make_message(f"p{n}@contoso.example") for n in range(MANY)]


def test_two_at_once_send_each_mail_once(smtp: Server, settings: Any, many: list[Message]) -> None:
    smtp.pause = 0.01
    both = [deliverer(settings) for _ in range(2)]
    assert [process.wait(90) for process in both] == [0, 0]
    assert Counter(smtp.readers) == {row.address: 1 for row in many}
    assert set(Message.objects.values_list("state", "attempts")) == {("sent", 1)}


def test_a_killed_deliverer_loses_nothing(smtp: Server, settings: Any, many: list[Message]) -> None:
    smtp.pause = 0.02
    for enough in (10, 45, 80):
        victim = deliverer(settings, lease=1)
        _wait_for(smtp, enough)
        victim.send_signal(signal.SIGKILL)
        victim.wait(10)
    time.sleep(1.2)  # the lease of the last one
    assert deliverer(settings).wait(90) == 0
    times = Counter(smtp.readers)
    assert set(times) == {row.address for row in many}
    assert sum(times.values()) - MANY <= 3  # at most the mail in hand, once a kill
    ids = {(mail["To"], mail["Message-ID"]) for mail in smtp.taken}
    assert len(ids) == MANY  # a doubled mail carries the same Message-ID
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def _wait_for(smtp: Server, enough: int) -> None:
    end = time.monotonic() + 60
    while len(smtp.taken) < enough:
        assert time.monotonic() < end
        time.sleep(0.005)
