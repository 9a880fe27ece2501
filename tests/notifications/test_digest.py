"""One mail a day for those who asked for it."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from notifications import delivery, digest, outbox
from notifications.actions import preference
from notifications.models import Message
from portal import clock
from portal.models import Person
from referrals.models import Referral

KIND = "referrals/accepted"
FACTS = {"deal": "Data platform", "customer": "Northwind", "company": "Fabrikam"}


@pytest.fixture
def waiting(own_deal: Referral, ana: Person) -> Referral:
    """Two lines wait for Ana's daily mail."""
    preference.choose({KIND: "daily"}, by=ana)
    for version in (7, 8):
        own_deal.version = version
        outbox.tell(KIND, [ana], about=own_deal, context=FACTS)
    Message.objects.exclude(kind=KIND).delete()
    return own_deal


def tomorrow() -> None:
    clock.move(timedelta(days=1))


def digests() -> list[Message]:
    return list(Message.objects.filter(kind="notifications/digest"))


def test_nothing_before_the_hour(waiting: Referral) -> None:
    assert digest.send_all() == 0
    assert digests() == []


@pytest.mark.rule("MAIL-006")
def test_one_mail_lists_what_waited(waiting: Referral, ana: Person, settings: Any) -> None:
    settings.DELIVERY_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    tomorrow()
    assert digest.send_all() == 1
    assert delivery.drain() == 1
    (sent,) = mail.outbox
    assert sent.to == [ana.email]
    assert str(sent.body).count("Fabrikam accepted: Data platform (Northwind)") == 2
    assert settings.BASE_URL + waiting.get_absolute_url() in str(sent.body)
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_repeated_sweep_adds_nothing(waiting: Referral) -> None:
    tomorrow()
    assert [digest.send_all(), digest.send_all()] == [1, 0]
    assert len(digests()) == 1


def test_each_person_gets_an_own_mail(waiting: Referral, ana: Person, bruno: Person) -> None:
    preference.choose({KIND: "daily"}, by=bruno)
    outbox.tell(KIND, [bruno], about=waiting, context=FACTS)
    tomorrow()
    assert digest.send_all() == 2
    assert {x.person: len(x.context["items"]) for x in digests()} == {ana: 2, bruno: 1}


def test_a_line_of_the_next_day_gets_the_next_mail(waiting: Referral, ana: Person) -> None:
    tomorrow()
    digest.send_all()
    waiting.version = 9
    outbox.tell(KIND, [ana], about=waiting, context=FACTS)
    assert digest.send_all() == 0
    tomorrow()
    assert digest.send_all() == 1
    assert [len(x.context["items"]) for x in digests()] == [2, 1]


def test_somebody_deactivated_meanwhile_gets_none(waiting: Referral, ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    tomorrow()
    digest.send_all()
    assert digests() == []
    assert digest.send_all() == 0


def test_lines_beyond_the_limit_are_counted(
    waiting: Referral, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(digest, "SHOWN", 1)
    tomorrow()
    digest.send_all()
    (row,) = digests()
    assert (len(row.context["items"]), row.context["more"]) == (1, 1)
