"""A receiver, and a company that is told of its changes there."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from notifications import topics
from notifications.actions import subscription as verbs
from notifications.models import Subscription
from notifications.webhooks import delivering, telling
from portal.models import Person
from tests.notifications.webhooks.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    with receiving() as found:
        settings.WEBHOOK_TEST_TARGETS = [f"127.0.0.1:{found.port}"]
        yield found


Subscribe = Callable[..., Subscription]


@pytest.fixture
def subscribe(settings: Any) -> Subscribe:
    """Subscribe somebody's company; to everything, unless said."""

    def make(person: Person, receiver: Receiver, **changed: Any) -> Subscription:
        target = f"127.0.0.1:{receiver.port}"
        settings.WEBHOOK_TEST_TARGETS = [*settings.WEBHOOK_TEST_TARGETS, target]
        wish = {"url": receiver.url, "events": tuple(topics.names())} | changed
        found, secret = verbs.subscribe(verbs.Wish(**wish), by=person)
        found.told_secret = secret
        return found

    return make


def carry() -> None:
    """Everything that the timetable would do, once."""
    telling.tell_all()
    delivering.drain()
