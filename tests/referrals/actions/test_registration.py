"""What follows from the verbs on a registration."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from portal import clock
from portal.models import Document, Event, ExchangeRate
from portal.workflow import NotAllowed, Refused, Stale
from referrals.actions import deal, referral, registration
from referrals.models import Referral, Registration, Solution
from tests.conftest import invitation
from tests.referrals.registering import (
    MARKETPLACE,
    at,
    begun,
    close,
    contract,
    reviewer,
    said,
    submitted,
    won,
)


@pytest.fixture
def leg(own_deal, ana) -> Referral:
    return won(own_deal, ana)


def verbs(record: Registration) -> list[str]:
    rows = Event.objects.filter(record_id=record.pk).order_by("version")
    return list(rows.values_list("verb", flat=True))


@pytest.mark.rule("REG-001")
def test_register_begins_once(leg, ana) -> None:
    first = registration.register(leg, by=ana)
    assert first.status == "draft"
    assert first.solution == leg.solutions.get()
    assert registration.register(leg, by=ana) == first
    assert verbs(first) == ["register"]


def test_register_is_for_those_who_work_on_the_deal(leg, carla, sam, rita) -> None:
    for person in (sam, rita):
        with pytest.raises((NotAllowed, Referral.DoesNotExist)):
            registration.register(leg, by=person)
    with pytest.raises(Referral.DoesNotExist):
        registration.register(leg, by=carla)
    assert not Registration.objects.exists()


@pytest.mark.rule("REG-002")
def test_what_is_not_eligible_is_not_begun(own_deal, ana) -> None:
    with pytest.raises(Refused, match="still open"):
        registration.register(own_deal, by=ana)
    referral.win(own_deal, by=ana)
    with pytest.raises(Refused, match="private"):
        registration.register(own_deal, by=ana)
    assert not Registration.objects.exists()


@pytest.mark.rule("REG-002")
def test_what_is_no_longer_eligible_is_not_submitted(leg, ana) -> None:
    draft = begun(leg, ana)
    Solution.objects.filter(referral_rows__referral=leg).update(status="ready")
    with pytest.raises(Refused, match="No solution of this deal is eligible"):
        registration.submit(draft, by=ana)
    assert Registration.objects.get(pk=draft.pk).status == "draft"


@pytest.mark.rule("REG-024")
def test_a_plain_registration_is_approved_at_once(leg, ana) -> None:
    found = submitted(leg, ana)
    assert (found.status, found.outcome, found.reasons) == ("approved", "approved", [])
    assert found.due_at == found.approved_at + timedelta(days=14)
    assert verbs(found) == ["register", "attach", "edit", "submit", "auto_approve"]


@pytest.mark.rule("REG-025")
@pytest.mark.parametrize(("total", "reasons"), [("1000000.00", []), ("1000000.01", ["large"])])
def test_more_than_a_million_a_year_is_reviewed(total, reasons, leg, ana) -> None:
    found = begun(leg, ana)
    found = registration.submit(
        found, by=ana, total_value=Decimal(total), ends_on=found.starts_on + timedelta(days=30)
    )
    assert found.reasons == reasons
    assert found.status == ("review" if reasons else "approved")


@pytest.mark.rule("REG-025")
def test_the_million_is_counted_by_the_year_and_in_dollars(leg, ana) -> None:
    month = leg.closed_at.date().replace(day=1)
    ExchangeRate.objects.create(
        month=month, currency="GBP", in_usd=Decimal("1.25"), loaded_at=clock.now()
    )
    found = submitted(
        leg, ana, currency="GBP", term="perpetual", ends_on=None, total_value=Decimal("4800000")
    )
    assert found.status == "approved"  # 800,000 pounds a year are a million dollars


@pytest.mark.rule("REG-025")
def test_pay_as_you_go_is_reviewed(leg, ana) -> None:
    ends = said()["starts_on"] + timedelta(days=200)
    found = submitted(leg, ana, pricing="payg", ends_on=ends)
    assert (found.status, found.reasons) == ("review", ["payg"])


@pytest.mark.rule("REG-025")
def test_several_partners_are_reviewed(own_deal, ana, carla) -> None:
    deal.invite(own_deal, invitation(carla.company), by=ana)
    found = submitted(won(own_deal, ana), ana, holds_contract=True)
    assert (found.status, found.reasons) == ("review", ["partners"])


@pytest.mark.rule("REG-025")
def test_a_partner_that_declined_is_no_partner(own_deal, ana, carla) -> None:
    leg = deal.invite(own_deal, invitation(carla.company), by=ana)
    referral.decline(leg, by=carla, reason="timeline")
    assert submitted(won(own_deal, ana), ana).status == "approved"


@pytest.mark.rule("REG-009")
def test_an_early_win_is_refused_unless_a_reviewer_says_why(own_deal, ana, rita) -> None:
    found = submitted(won(own_deal, ana, opened=timedelta(hours=71)), ana)
    assert (found.status, found.reasons) == ("review", ["early"])
    for override in ("", "   "):
        with pytest.raises(Refused, match="won too soon"):
            registration.approve(found, by=rita, override=override)
    passed = registration.approve(found, by=rita, override="The tender was older.")
    assert (passed.status, passed.override) == ("passed", "The tender was older.")


@pytest.mark.rule("REG-026")
def test_what_was_asked_for_comes_back_to_the_reviewer(leg, ana, rita) -> None:
    found = at("action", leg, ana)
    registration.attach(found, by=ana, files=[contract("page-3.pdf", more=b"3")])
    found = registration.submit(found, by=ana, total_value=Decimal("80000"))
    assert (found.status, found.reasons) == ("review", ["answered"])  # never approved by itself
    assert found.submitted_at < found.pending_at
    assert registration.approve(found, by=rita).status == "passed"


@pytest.mark.rule("REG-021")
def test_the_marketplace_is_asked_and_not_the_contract(leg, ana, rita) -> None:
    draft = registration.register(leg, by=ana)
    found = registration.submit(draft, by=ana, **MARKETPLACE)
    assert (found.status, found.documents) == ("validation", [])
    assert registration.approve(found, by=rita).status == "passed"


@pytest.mark.rule("REG-027")
def test_nothing_is_decided_while_files_are_scanned(leg, ana) -> None:
    found = at("pending", leg, ana)
    assert registration.settle_scanned() == 0
    Document.objects.of(found).update(state="ready", scan_at=None, scanned_at=clock.now())
    assert registration.settle_scanned() == 1
    assert registration.settle_scanned() == 0
    assert Registration.objects.get(pk=found.pk).status == "approved"


@pytest.mark.rule("REG-027")
def test_a_contract_that_the_scanner_refused_is_asked_for_again(leg, ana) -> None:
    found = at("pending", leg, ana)
    Document.objects.of(found).update(state="refused", reason="gone", scan_at=None)
    registration.settle_scanned()
    found = Registration.objects.get(pk=found.pk)
    assert (found.status, found.question) == ("action", str(registration.FILES_REFUSED))
    with pytest.raises(Refused, match="Attach the contract"):
        registration.submit(found, by=ana)
    registration.attach(found, by=ana, files=[contract(more=b"clean")])
    assert registration.submit(found, by=ana).status == "review"


@pytest.mark.rule("REG-028")
def test_a_decision_is_closed_when_its_days_are_over(leg, ana) -> None:
    found = submitted(leg, ana)
    assert registration.close_decided() == 0
    close(found)
    assert registration.close_decided() == 0
    found = Registration.objects.get(pk=found.pk)
    assert (found.status, found.outcome, found.due_at) == ("closed", "approved", None)
    assert verbs(found)[-1] == "close"


@pytest.mark.rule("REG-029")
@pytest.mark.parametrize("status", ["pending", "review", "approved", "failed", "closed"])
def test_what_was_sent_is_not_edited(status, leg, ana) -> None:
    found = at(status, leg, ana)
    before = Registration.objects.filter(pk=found.pk).values().get()
    for write in (
        lambda: registration.edit(found, by=ana, total_value=Decimal(1)),
        lambda: registration.attach(found, by=ana, files=[contract(more=b"late")]),
        lambda: registration.detach(found, found.documents[0], by=ana),
        lambda: registration.submit(found, by=ana),
        lambda: registration.forgo(found, by=ana),
    ):
        with pytest.raises(Refused):
            write()
    assert Registration.objects.filter(pk=found.pk).values().get() == before
    assert Document.objects.of(found).count() == 1


@pytest.mark.rule("REG-033")
def test_a_deal_can_be_closed_without_registration(leg, ana) -> None:
    found = registration.forgo(registration.register(leg, by=ana), by=ana)
    assert (found.status, found.outcome) == ("closed", "forgone")
    assert registration.register(leg, by=ana) == found  # there is no second one
    with pytest.raises(Refused):
        registration.edit(found, by=ana, deployment="azure")


def test_a_draft_may_lose_a_file_again(leg, ana) -> None:
    draft = begun(leg, ana)
    registration.detach(draft, draft.documents[0], by=ana)
    assert not Document.objects.of(draft).exists()
    assert verbs(draft)[-1] == "detach"


def test_who_edits_an_old_version_is_told(leg, ana) -> None:
    draft = registration.register(leg, by=ana)
    registration.edit(draft, by=ana, version=draft.version, tenant="customer")
    with pytest.raises(Stale):
        registration.submit(draft, by=ana, version=draft.version, tenant="partner")
    assert Registration.objects.get(pk=draft.pk).tenant == "customer"


def test_a_submission_that_is_refused_keeps_nothing_of_itself(leg, ana) -> None:
    draft = begun(leg, ana)
    with pytest.raises(Refused, match="runs on Azure"):
        registration.submit(draft, by=ana, deployment="other", tenant="partner")
    fresh = Registration.objects.get(pk=draft.pk)
    assert (fresh.deployment, fresh.tenant) == ("azure", "customer")


@pytest.mark.rule("REG-008")
def test_the_database_knows_one_registration_of_a_deal(own_deal, ana, carla) -> None:
    theirs = deal.invite(own_deal, invitation(carla.company), by=ana)
    first = submitted(won(own_deal, ana), ana, holds_contract=True)
    fields = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields}
    fields |= {"id": theirs.pk, "referral_id": theirs.pk, "company_id": carla.company_id}
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration(**fields).save(force_insert=True)


@pytest.mark.rule("REG-050")
def test_who_sold_or_doubted_does_not_decide(leg, ana, vendor, rita) -> None:
    seller = reviewer("Rosa Sells")
    leg.team.create(company=vendor, person=seller, name="R", phone="+1", email=seller.email)
    found = submitted(leg, ana)
    with pytest.raises(Refused, match="Another reviewer"):
        registration.pull_back(found, by=seller, note="Odd.")
    found = registration.pull_back(found, by=rita, note="Odd.")
    assert (found.status, found.outcome, found.reasons) == ("review", "", ["pulled"])
    for person in (seller, rita):
        with pytest.raises(Refused, match="Another reviewer"):
            registration.approve(found, by=person)
        with pytest.raises(Refused, match="Another reviewer"):
            registration.fail(found, by=person, fail_reason="other_fail")
    assert registration.approve(found, by=reviewer()).status == "passed"
