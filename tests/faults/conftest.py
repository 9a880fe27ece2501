"""The servers that are hurt, and the portal's own programs that must not mind."""

import os
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from django.db import connections

from tests.faults.broker import Broker
from tests.faults.cluster import LOCAL, Cluster, free_port
from tests.faults.programs import Programs
from tests.notifications.conftest import Server


@pytest.fixture
def dice(request: pytest.FixtureRequest) -> random.Random:
    """The chances of this test, the same for the same FAULTS_SEED."""
    return random.Random(f"{os.environ['FAULTS_SEED']} {request.node.name}")


@pytest.fixture
def cluster(transactional_db: None) -> Iterator[Cluster]:
    """The PostgreSQL that these tests run on and may stop."""
    port = urlsplit(os.environ["DATABASE_URL"]).port
    assert port, "started by: make faults"
    connections.close_all()
    yield Cluster(Path(os.environ["FAULTS_CLUSTER"]), port)
    connections.close_all()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    server = Broker(tmp_path)
    yield server
    server.close()


class Mailbox(Server):
    """A mail server that remembers under which Message-ID it took what."""

    port = 0

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.taken]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    handler = Mailbox()
    handler.port = free_port()
    controller = Controller(handler, hostname=LOCAL, port=handler.port)
    controller.start()
    yield handler
    controller.stop()


@pytest.fixture
def programs(
    transactional_db: None, broker: Broker, mailbox: Mailbox, tmp_path: Path, request: Any
) -> Iterator[Programs]:
    """Nothing runs yet; what a test starts is stopped, and its logs are shown on failure."""
    url = f"smtp://{LOCAL}:{mailbox.port}"
    started = Programs(tmp_path, REDIS_URL=broker.url, EMAIL_URL=url)
    yield started
    print(started.tails())
    started.close()
