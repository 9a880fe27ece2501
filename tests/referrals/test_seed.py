"""The demonstration: believable, true to the rules, the same for the same number."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.test import RequestFactory

from notifications.models import Message
from portal import clock
from portal.models import Account, Company, Event, Person, Role
from referrals.actions.opening import barred
from referrals.choices import DealType, Stage
from referrals.demo import people, world
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import WAITING
from referrals.management.commands.seed import table
from referrals.models import (
    Comment,
    Deal,
    ExceptionRequest,
    Favourite,
    Referral,
    Registration,
    RoutingRule,
    Solution,
)

HAS_NO_REFERRALS = {"helena", "duarte"}  # manage people, and money: their pages are elsewhere


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """One whole demonstration for all tests that only look at it."""
    with django_db_blocker.unblock(), transaction.atomic():
        world.make(2026)
        yield
        transaction.set_rollback(True)


def _main(code: str) -> Person:
    return Person.objects.get(email=next(m.email for m in people.MAINS if m.code == code))


def _what_there_is() -> list[Any]:
    """All that a reader could compare, without ids."""
    legs = Referral.objects.order_by("created_at", "company__name", "name")
    fields = ("name", "company__name", "location__partner_id", "value", "status", "stage")
    return [
        list(Account.objects.order_by("name", "duns").values_list("name", "duns", "tpid", "city")),
        list(Person.objects.order_by("email").values_list("email", "name", "phone", "title")),
        list(Solution.objects.order_by("code").values_list("code", "name", "status")),
        list(legs.values_list(*fields, "close_on", "due_at", "reason", "deal__customer__name")),
        list(Event.objects.order_by("at", "actor_label", "verb").values_list("at", "verb", "note")),
        list(Comment.objects.order_by("at", "text").values_list("at", "text", "internal")),
    ]


def _made(seed: int) -> list[Any]:
    now = clock.now().replace(minute=0, second=0, microsecond=0)
    with transaction.atomic():
        world.make(seed, now, every=12)
        found = _what_there_is()
        transaction.set_rollback(True)
    return found


@pytest.mark.django_db
def test_same_number_same_world() -> None:
    assert _made(7) == _made(7)


@pytest.mark.django_db
def test_command_passes_the_number_on(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(world, "make", asked.append)
    call_command("seed", "--seed", "8", stdout=StringIO())
    assert asked == [8]


def test_there_is_enough_of_everything(demo: None) -> None:
    assert Company.objects.partners().count() == 12
    assert Account.objects.count() == 3000
    assert Deal.objects.count() == 150
    assert 55 <= Solution.objects.count() <= 70
    assert Counter(Solution.objects.values_list("status", flat=True)).keys() == set(
        Solution.Status.values
    )
    held = set(Person.objects.values_list("memberships__role", flat=True))
    assert held == set(Role.values)
    assert Comment.objects.filter(internal=True).exists()
    assert Favourite.objects.exists()
    defaults = RoutingRule.objects.filter(country="", solution=None)
    assert defaults.count() == 12


def test_deals_are_in_every_kind_status_and_stage(demo: None) -> None:
    deals = Deal.objects.prefetch_related(*Deal.LEGS)
    assert {deal.type for deal in deals} == set(DealType)
    assert set(Referral.objects.values_list("status", flat=True)) == set(Status.values)
    running = Referral.objects.filter(status="accepted")
    assert set(running.values_list("stage", flat=True)) == set(Stage.values)


def test_history_is_whole_and_in_the_past(demo: None) -> None:
    assert clock.offset() == timedelta(0)
    now = clock.now()
    assert not Event.objects.filter(at__gt=now).exists()
    for leg in Referral.objects.all():
        events = list(Event.objects.filter(record_id=leg.pk).order_by("version"))
        assert [e.version for e in events] == list(range(1, leg.version + 1))
        assert events[-1].after == leg.status
        moments = [e.at for e in events]
        assert moments == sorted(moments)
        assert leg.created_at == moments[0]
    oldest = Referral.objects.earliest("created_at").created_at
    assert timedelta(days=300) < now - oldest < timedelta(days=370)


def test_rules_of_the_database_and_the_fields_hold(demo: None) -> None:
    connection.check_constraints()
    machine, empty = {"status"}, {"sender", "location"}  # protected; may be null, not by hand
    wrong = []
    rows = [*Person.objects.all(), *Solution.objects.all(), *Referral.objects.all()]
    for record in [*rows, *Deal.objects.all(), *Account.objects.all()[::10]]:
        try:
            record.clean_fields(exclude=machine | empty)
            record.validate_constraints()
        except ValidationError as error:
            wrong.append((record, error))
    assert wrong == []


@pytest.mark.parametrize("code", [m.code for m in people.MAINS])
def test_each_main_person_finds_something(demo: None, code: str) -> None:
    person = _main(code)
    assert person.memberships.count() == 1
    seen = Referral.objects.visible_to(person)
    assert seen.exists() is (code not in HAS_NO_REFERRALS)


@pytest.mark.parametrize("code", ["marta", "caio", "grace", "sofia", "bruna"])
def test_something_waits_for_those_who_answer(demo: None, code: str) -> None:
    person, now = _main(code), clock.now()
    waiting = Referral.objects.visible_to(person).filter(company=person.company, status="pending")
    left = sorted(leg.due_at - now for leg in waiting if leg.due_at)
    assert timedelta(0) < left[0] < timedelta(hours=9)
    assert left[-1] > timedelta(days=3)
    assert 1 <= Message.objects.notices_of(person).unread().count() <= 6


def test_one_partner_has_nothing_to_sell_together(demo: None) -> None:
    assert "co-sell ready" in str(barred(_main("zofia")))
    assert barred(_main("marta")) == ""
    assert barred(_main("rui")) == ""


def test_nothing_is_mailed(demo: None) -> None:
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.SILENT}


def test_main_people_can_sign_in(demo: None) -> None:
    request = RequestFactory().post("/")
    for main in people.MAINS:
        found = authenticate(request, email=main.email, password=people.PASSWORD)
        assert found == _main(main.code)


def test_second_call_changes_nothing(demo: None) -> None:
    out = StringIO()
    call_command("seed", stdout=out)
    assert "nothing was changed" in out.getvalue()
    assert Deal.objects.count() == 150


def test_sign_ins_are_a_table(demo: None) -> None:
    out = StringIO()
    call_command("seed", "--sign-ins", stdout=out)
    lines = out.getvalue().splitlines()
    assert out.getvalue().strip() == table()
    assert len(lines) == 2 + len(people.MAINS)
    starts = {line.find(people.PASSWORD) for line in lines[2:]}
    assert starts == {lines[0].find("Password")}


@pytest.mark.django_db
def test_sign_ins_need_somebody() -> None:
    with pytest.raises(CommandError, match="nobody yet"):
        call_command("seed", "--sign-ins")


@pytest.mark.django_db
def test_outside_a_sandbox_nothing_is_made(settings: Any) -> None:
    settings.SANDBOX = False
    with pytest.raises(CommandError, match="SANDBOX=1"):
        call_command("seed")
    with pytest.raises(RuntimeError):
        world.make(1)
    with pytest.raises(CommandError, match="SANDBOX=1"):
        call_command("move_clock", "1d")
    assert not Company.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("15d", timedelta(days=15)),
        ("-2h", timedelta(hours=-2)),
        ("1d12h", timedelta(hours=36)),
        ("+30m", timedelta(minutes=30)),
    ],
)
def test_clock_moves_and_comes_back(text: str, span: timedelta) -> None:
    out = StringIO()
    call_command("move_clock", text, stdout=out)
    assert clock.offset() == span
    assert f"{clock.now():%Y-%m-%d %H:%M}" in out.getvalue()
    call_command("move_clock", "reset", stdout=out)
    assert clock.offset() == timedelta(0)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["soon", "d", "12", "2w", ""])
def test_clock_wants_a_span(text: str) -> None:
    with pytest.raises(CommandError, match="how far"):
        call_command("move_clock", text)
    assert clock.offset() == timedelta(0)


@pytest.mark.django_db
def test_a_clock_that_stands_goes_on_afterwards() -> None:
    before = clock.now()

    def fail_in_the_past() -> None:
        with clock.standing() as stand:
            stand(before - timedelta(days=100))
            assert clock.now() == before - timedelta(days=100)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_in_the_past()
    assert timedelta(0) <= clock.now() - before < timedelta(seconds=30)


def test_registrations_wait_for_partners_and_reviewers(demo: None) -> None:
    """Marta has one to begin, one to finish and one to answer; Rita has a queue."""
    found = Counter(Registration.objects.values_list("status", flat=True))
    assert found.keys() >= {"draft", "action", "review", "validation", "failed", "closed"}
    own = Registration.objects.visible_to(_main("marta"))
    assert {"draft", "action", "failed"} <= set(own.values_list("status", flat=True))
    assert ExceptionRequest.objects.filter(status="asked").exists()
    queue = Registration.objects.visible_to(_main("rita")).filter(status__in=WAITING)
    assert {r for one in queue for r in one.reasons} >= {"pulled", "large", "payg"}
    assert all(one.is_ready for record in queue for one in record.documents)
    assert Registration.objects.count() < Referral.objects.filter(status="won").count()
