"""Who hears of a registration and its exception, and what the mails say (facts 2.8)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from django.db import transaction
from django.utils import translation

from notifications.actions import preference
from notifications.models import Message
from notifications.rendering import Mail, render
from portal import clock
from portal.formats import moment
from portal.models import Document, Person, Role
from referrals.actions import exception, registration
from referrals.actions.opening import Member
from referrals.actions.team import add_member
from referrals.lifecycle.decisions import FILES_REFUSED
from referrals.mail import registrations as mail
from referrals.models import ExceptionRequest, Referral, Registration, TeamMember
from tests.conftest import accept, make_person
from tests.referrals.registering import LARGE, asked, at, reviewer, submitted, won

GUEST = Member("Gil Guest", "+351210000001", "gil@else.example")
TO_TEAM = {
    "review": {mail.SELECTED},
    "validation": set(),
    "action": {mail.SELECTED, mail.ACTION_REQUIRED},
    "approved": {mail.APPROVED},
    "passed": {mail.SELECTED, mail.APPROVED},
    "failed": {mail.SELECTED, mail.FAILED},
    "closed": {mail.SELECTED, mail.FAILED},
}


@pytest.fixture
def leg(own_deal: Referral, ana: Person, sam: Person, rita: Person) -> Referral:
    """Ana's own deal, won, with a guest on its team; a seller and a reviewer look on."""
    add_member(own_deal, GUEST, by=ana)
    found = won(own_deal, ana)
    Message.objects.all().delete()
    return found


def told(kind: str) -> list[str]:
    """Who got this kind of message, by address, each as often as it was written."""
    return sorted(Message.objects.filter(kind=kind).values_list("address", flat=True))


def read(kind: str, person: Person, language: str = "en") -> Mail:
    """What this person reads of the one message of a kind."""
    row = Message.objects.get(kind=kind, person=person)
    assert row.person is not None
    row.person.language = language
    return render(row)


@pytest.mark.rule("MAIL-007")
@pytest.mark.parametrize("status", TO_TEAM)
def test_the_team_hears_of_each_event_once(leg: Referral, ana: Person, status: str) -> None:
    at(status, leg, ana)
    rows = Message.objects.filter(address__in=[ana.email, GUEST.email])
    assert set(rows.values_list("kind", flat=True)) == TO_TEAM[status]
    for kind in TO_TEAM[status]:
        assert told(kind) == [ana.email, GUEST.email]


@pytest.mark.rule("MAIL-007")
@pytest.mark.parametrize("status", ["draft", "pending"])
def test_what_only_the_partner_did_is_no_news(leg: Referral, ana: Person, status: str) -> None:
    at(status, leg, ana)
    assert not Message.objects.exists()


@pytest.mark.rule("MAIL-007")
def test_only_the_leg_that_registers_is_told(
    own_deal: Referral, invited_leg: Referral, ana: Person, carla: Person, sam: Person
) -> None:
    add_member(accept(invited_leg, carla), GUEST, by=carla)
    leg = won(Referral.objects.get(pk=own_deal.pk), ana)
    make_person("Other Admin", ana.company, Role.REFERRALS_ADMIN)  # not on the team
    Message.objects.all().delete()
    at_review = submitted(leg, ana, holds_contract=True)
    assert at_review.reasons == ["partners"]
    registration.fail(at_review, by=reviewer(), fail_reason="unsigned")
    assert {*told(mail.SELECTED), *told(mail.FAILED)} == {ana.email}
    assert not Message.objects.filter(person__in=[carla, sam]).exists()


def test_a_team_of_nobody_falls_back_to_those_in_charge(leg: Referral, ana: Person) -> None:
    TeamMember.objects.filter(company=ana.company).delete()
    make_person("Bea Admin", ana.company, Role.REFERRALS_ADMIN)
    make_person("User Only", ana.company, Role.REFERRALS_USER)
    submitted(leg, ana)
    assert told(mail.APPROVED) == sorted([ana.email, "bea@contoso.example"])


def test_somebody_without_an_account_gets_words_and_no_link(leg: Referral, ana: Person) -> None:
    found = at("failed", leg, ana)
    words = render(Message.objects.get(kind=mail.FAILED, address=GUEST.email))
    assert "http" not in words.body + words.html
    assert "Hello Gil Guest," in words.body
    assert found.get_absolute_url() in read(mail.FAILED, ana).body


@pytest.mark.rule("MAIL-008")
@pytest.mark.parametrize("status", ["review", "validation"])
def test_the_reviewers_hear_of_what_waits(
    leg: Referral, ana: Person, rita: Person, otto: Person, status: str
) -> None:
    second = reviewer("Second Reviewer")
    make_person("Gone Reviewer", rita.company, Role.REVIEWER, is_active=False)
    found = at(status, leg, ana)
    assert told(mail.WAITING) == sorted([rita.email, second.email])
    assert found.get_absolute_url() in read(mail.WAITING, rita).body
    assert Registration.objects.visible_to(rita).filter(pk=found.pk).exists()


@pytest.mark.rule("MAIL-008")
def test_what_was_approved_by_itself_waits_for_nobody(leg: Referral, ana: Person) -> None:
    submitted(leg, ana)
    assert told(mail.WAITING) == []


@pytest.mark.rule("MAIL-008")
def test_an_answer_waits_anew(leg: Referral, ana: Person, rita: Person) -> None:
    found = at("action", leg, ana)
    registration.submit(found, by=ana)
    assert told(mail.WAITING).count(rita.email) == 2
    assert told(mail.SELECTED).count(ana.email) == 2
    last = Message.objects.filter(kind=mail.WAITING, person=rita).order_by("id").last()
    assert last is not None
    assert "* The partner answered what was asked" in render(last).body


@pytest.mark.rule("MAIL-008")
def test_who_may_not_decide_is_not_asked_to(leg: Referral, ana: Person, rita: Person) -> None:
    second, sold = reviewer("Second Reviewer"), reviewer("Terry Team")
    TeamMember.objects.create(
        referral=leg, company=sold.company, person=sold, name=sold.name, email=sold.email
    )
    approved = submitted(leg, ana)
    registration.pull_back(approved, by=second, note="The date looks odd.")
    assert told(mail.WAITING) == [rita.email]
    assert "was approved automatically and is now reviewed" in read(mail.SELECTED, ana).body


@pytest.mark.rule("MAIL-009")
def test_an_exception_goes_to_reviewers_with_fresh_eyes(
    leg: Referral, ana: Person, rita: Person
) -> None:
    failed = at("failed", leg, ana)  # by Ruth
    request = asked(failed, ana)
    assert told(mail.EXCEPTION_ASKED) == [rita.email]
    words = read(mail.EXCEPTION_ASKED, rita)
    assert request.get_absolute_url() in words.body
    for said in (
        "Partner: Contoso",
        "The notary was late.",
        f"Answer by: {moment(request.due_at)}",
    ):
        assert said in words.body


@pytest.mark.rule("MAIL-009")
@pytest.mark.parametrize("decide", [exception.grant, exception.refuse])
def test_the_team_hears_the_decision_and_the_reviewers_words(
    leg: Referral, ana: Person, rita: Person, decide: Any
) -> None:
    request = asked(at("failed", leg, ana), ana, total_value=2_000_000)
    decide(request, by=rita, note="The notary's letter\nis enough.")
    assert told(mail.EXCEPTION_DECIDED) == [ana.email, GUEST.email]
    words = read(mail.EXCEPTION_DECIDED, ana)
    assert "The notary's letter\nis enough." in words.body
    assert "This decision is final" in words.body
    granted = decide is exception.grant
    assert ("Exception granted" if granted else "Exception refused") in words.subject
    assert ("USD\xa02,000,000.00" if granted else "USD\xa03,000,000.00") in words.body
    assert ("The registration closes by itself" in words.body) is granted


@pytest.mark.rule("MAIL-009")
def test_a_failure_says_until_when_an_exception_can_be_asked(leg: Referral, ana: Person) -> None:
    found = at("failed", leg, ana)
    assert found.submitted_at is not None
    last = moment(found.submitted_at + timedelta(days=60))
    words = read(mail.FAILED, ana).body
    assert f"within 60 days of the first registration: until {last}," in words
    assert "The reason given: The contract is not signed." in words


@pytest.mark.rule("MAIL-009")
@pytest.mark.parametrize("why", ["used", "late"])
def test_a_failure_offers_no_exception_that_is_not_to_be_had(
    leg: Referral, ana: Person, rita: Person, why: str
) -> None:
    approved = submitted(leg, ana)
    if why == "used":
        exception.refuse(asked(approved, ana), by=rita, note="No.")
    under_review = registration.pull_back(approved, by=reviewer("Ruth Pulls"), note="Odd.")
    if why == "late":
        clock.move(timedelta(days=60, seconds=1))
    registration.fail(under_review, by=rita, fail_reason="dates", fail_note="Page 3 & 4")
    words = read(mail.FAILED, ana).body
    assert "An exception can’t be requested for this deal any more." in words
    assert "60 days" not in words
    assert "Page 3 & 4" in words


@pytest.mark.parametrize("automatic", [True, False])
def test_only_an_automatic_approval_may_be_pulled_back(
    leg: Referral, ana: Person, automatic: bool
) -> None:
    found = at("approved" if automatic else "passed", leg, ana)
    words = read(mail.APPROVED, ana).body
    assert ("may still pull it back" in words) is automatic
    assert f"The registration closes by itself: {moment(found.due_at)}," in words


QUESTION = "Please send:\n  1) page 3 & 4,\n  2) the <annex>."


@pytest.fixture
def _portuguese(settings: Any, tmp_path: Path) -> None:
    """A catalogue that knows the portal's question, and by chance the words of a reviewer."""
    catalogue = Catalog(locale="pt_BR")
    catalogue.add(str(FILES_REFUSED), "Nenhum arquivo serve.")
    catalogue.add(QUESTION, "Outra coisa.")
    place = tmp_path / "pt_BR" / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / "django.mo").open("wb") as file:
        write_mo(file, catalogue)
    settings.LOCALE_PATHS = [tmp_path]


@pytest.mark.usefixtures("_portuguese")
def test_the_question_is_told_word_for_word(leg: Referral, ana: Person) -> None:
    found = at("review", leg, ana)
    registration.ask_more(found, by=reviewer("Ruth Asks"), question=QUESTION)
    words = read(mail.ACTION_REQUIRED, ana, "pt-br")
    assert QUESTION in words.body
    assert "page 3 &amp; 4,\n  2) the &lt;annex&gt;." in words.html


def _refuse_all(found: Registration) -> None:
    rows = Document.objects.of(found)
    rows.update(state="refused", reason="Not clean", scan_at=None, scanned_at=clock.now())


@pytest.mark.usefixtures("_portuguese")
@pytest.mark.parametrize("worker_speaks", ["en", "pt-br"])
def test_the_portals_own_question_is_translated(
    leg: Referral, ana: Person, worker_speaks: str
) -> None:
    found = at("pending", leg, ana)
    _refuse_all(found)
    with translation.override(worker_speaks):
        assert registration.settle_scanned() == 1
    assert str(FILES_REFUSED) in read(mail.ACTION_REQUIRED, ana, "en").body
    assert "Nenhum arquivo serve." in read(mail.ACTION_REQUIRED, ana, "pt-br").body


@pytest.mark.rule("MAIL-004")
def test_what_is_rolled_back_is_never_told(leg: Referral, ana: Person) -> None:
    with transaction.atomic():
        submitted(leg, ana, **LARGE)
        assert told(mail.WAITING) != []
        transaction.set_rollback(True)
    assert not Message.objects.exists()


@pytest.mark.rule("MAIL-004")
def test_the_same_event_is_one_message(leg: Referral, ana: Person, rita: Person) -> None:
    found = at("failed", leg, ana)
    request = asked(found, ana)
    before = Message.objects.count()
    with transaction.atomic():
        mail.failed(found)
        mail.exception_asked(ExceptionRequest.objects.get(pk=request.pk))
    assert Message.objects.count() == before


@pytest.mark.rule("MAIL-006")
@pytest.mark.parametrize(("how", "state"), [("daily", "digest"), ("never", "silent")])
def test_choices_are_honoured(
    leg: Referral, ana: Person, rita: Person, how: str, state: str
) -> None:
    preference.choose({mail.SELECTED: how}, by=ana)
    preference.choose({mail.WAITING: how}, by=rita)
    at("review", leg, ana)
    rows = Message.objects.filter(kind__in=[mail.SELECTED, mail.WAITING], person__isnull=False)
    assert set(rows.values_list("state", flat=True)) == {state}
    assert Message.objects.get(kind=mail.SELECTED, person=None).state == "queued"
