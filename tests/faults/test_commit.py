"""The line is cut after COMMIT and before its answer: done, and whoever asked asks again."""

from uuid import uuid4

import pytest

from portal.models import Event
from referrals.actions import deal
from referrals.models import Comment, Deal, Draft
from tests.conftest import opening
from tests.faults.programs import finish, until
from tests.faults.proxy import Proxy
from tests.faults.rows import assert_no_gaps
from tests.faults.web import say, session_of

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def wire(cluster, programs):
    """Between the programs and PostgreSQL."""
    proxy = Proxy(cluster.port)
    direct = programs.env["DATABASE_URL"]
    programs.env["DATABASE_URL"] = direct.replace(f":{cluster.port}/", f":{proxy.port}/")
    yield proxy
    proxy.close()


def test_a_deal_opened_again_is_the_same(wire, programs, ana, customer, sam) -> None:
    draft = deal.save_draft(Draft(), by=ana, step="details", data={"name": "Data"})
    wire.cuts = 1
    words = ("open", str(draft.pk), str(ana.pk))
    tries, opened = finish(programs.python("-m", "tests.faults.client", *words)).split()
    assert (wire.cut_so_far, tries) == (1, "2")
    assert str(Deal.objects.get().pk) == opened
    assert Event.objects.filter(verb="open").count() == 1
    assert Event.objects.filter(verb="send").count() == 1
    assert str(Draft.objects.get().deal_id) == opened


def test_a_comment_sent_again_is_the_same(wire, programs, ana, customer, sam) -> None:
    own = deal.open(opening(ana, customer), by=ana)
    session, id = session_of(ana), uuid4()
    programs.start("web")
    until(programs.answers, 60, "web answers")
    wire.cuts = 1
    first = say(programs.port, session, own, id)
    again = say(programs.port, session, own, id)
    assert (wire.cut_so_far, first.status, again.status) == (1, 500, 303)
    assert [one.pk for one in Comment.objects.all()] == [id]
    assert Event.objects.filter(verb="comment").count() == 1
    assert_no_gaps([own.pk])
