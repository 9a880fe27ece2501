"""Fifty who write while five read: nothing missed, nothing told twice. Real processes."""

import pytest

from portal import feed
from portal.models import Event
from referrals.actions import deal, referral
from referrals.models import Referral
from tests.calling import client_of, token_of
from tests.conftest import opening, terms
from tests.feeding import settle
from tests.follower import END
from tests.processes import start

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS, PROCESSES, READERS = 50, 5, 5


@pytest.fixture
def legs(ana, customer) -> list[str]:
    return [
        str(deal.open(opening(ana, customer, terms=terms(f"Deal {n}")), by=ana).pk)
        for n in range(WRITERS)
    ]


@pytest.mark.rule("API-136")
def test_fifty_write_and_five_read_and_each_line_is_read_once_in_one_order(ana, legs) -> None:
    settle()
    cursor = feed.latest()
    before = set(Event.objects.values_list("pk", flat=True))
    tokens = [token_of(client_of(ana), ana) for _ in range(READERS)]
    readers = [start("-m", "tests.follower", "read", token, cursor) for token in tokens]
    assert all(process.stdout.readline() == "ready\n" for process in readers if process.stdout)
    own = WRITERS // PROCESSES
    writers = [
        start("-m", "tests.follower", "write", str(ana.pk), "1", *legs[n * own : (n + 1) * own])
        for n in range(PROCESSES)
    ]
    ended = [process.communicate(timeout=90) for process in writers]
    assert all(process.returncode == 0 for process in writers), ended
    referral.edit(Referral.objects.get(pk=legs[0]), by=ana, notes=END)
    outputs = [process.communicate(timeout=60) for process in readers]
    assert all(process.returncode == 0 for process in readers), outputs
    written = set(Event.objects.values_list("pk", flat=True)) - before
    assert len(written) > WRITERS * 9
    first, *others = [out.split() for out, _err in outputs]
    assert len(first) == len(set(first)) == len(written)
    assert set(first) == {str(pk) for pk in written}
    assert all(other == first for other in others)
