"""The verbs on a registration: the partner's, the reviewer's and the clock's."""

from collections.abc import Iterable
from typing import Any

from django.core.files import File
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import clock, roles, workflow
from portal.actions import documents
from portal.actions.documents import Attached
from portal.actors import CLOCK
from portal.models import Document, Person
from portal.steps import problems
from portal.workflow import Batch, NotAllowed, Refused, check, created, move, move_many
from referrals.lifecycle.decisions import FILES_REFUSED, review_reasons
from referrals.lifecycle.eligibility import ELIGIBLE_SOLUTION, obstacle
from referrals.mail import registrations as mail
from referrals.models import Deal, Referral, Registration


def take_turns(deal_id: Any) -> None:
    """Two partners of one deal, or two people of one partner, register one after the other."""
    Deal.objects.select_for_update().get(pk=deal_id)


@transaction.atomic
def register(referral: Referral, *, by: Person) -> Registration:
    """Begin the registration of a deal. The same deal twice gives the one that is there.

    Raises NotAllowed, or Refused with the first criterion that is not met (facts 2.12).
    """
    take_turns(referral.deal_id)
    referral = Referral.objects.visible_to(by).with_registration().get(pk=referral.pk)
    if referral.company.is_vendor or not roles.worker(referral, by):
        raise NotAllowed(_("Your role does not allow this."))
    if begun := Registration.objects.filter(referral=referral).first():
        return begun
    if sentence := obstacle(referral):
        raise Refused(sentence)
    eligible = [one for one in referral.solutions.all() if one.status == ELIGIBLE_SOLUTION]
    registration = Registration(
        referral=referral,
        deal=referral.deal,
        company=referral.company,
        currency=referral.currency,
        solution=eligible[0] if len(eligible) == 1 else None,
    )
    return created(registration, "register", by=by)


def edit(
    registration: Registration, *, by: Person, version: int | None = None, **values: Any
) -> Registration:
    """Keep what was entered; it may still be incomplete."""
    return workflow.edit(registration, by=by, version=version, **values)


@transaction.atomic
def submit(
    registration: Registration, *, by: Person, version: int | None = None, **values: Any
) -> Registration:
    """Enter what is said and send it. What needs nobody's eyes is approved at once."""
    take_turns(registration.deal_id)
    if values:
        registration = workflow.edit(registration, by=by, version=version, **values)
        version = registration.version
    return settle(move(registration, "submit", by=by, version=version))


@transaction.atomic
def settle(registration: Registration) -> Registration:
    """Take the automatic step whose conditions hold; none while files are being scanned."""
    steps = {"ask_more": _ask_again, "verify": _verify, "select": _select, "auto_approve": _credit}
    for verb, take in steps.items():
        if not problems(registration, verb):
            return take(registration)
    return registration


def _ask_again(registration: Registration) -> Registration:
    with translation.override(None):
        question = str(FILES_REFUSED)
    registration = move(registration, "ask_more", by=CLOCK, question=question)
    mail.action_required(registration)
    return registration


def _verify(registration: Registration) -> Registration:
    registration = move(registration, "verify", by=CLOCK)
    mail.waiting(registration)
    return registration


def _select(registration: Registration) -> Registration:
    reasons = review_reasons(registration)
    registration = move(registration, "select", by=CLOCK, reasons=reasons)
    mail.selected(registration)
    mail.waiting(registration)
    return registration


def _credit(registration: Registration) -> Registration:
    registration = move(registration, "auto_approve", by=CLOCK)
    mail.approved(registration)
    return registration


def settle_scanned(limit: int = Batch.FULL) -> int:
    """Go on with submitted registrations whose files have left the quarantine. How many."""
    waiting = Document.objects.to_scan().values("record_id")
    rows = Registration.objects.to_check().exclude(pk__in=waiting).order_by("pending_at")
    settled = 0
    for pk in list(rows.values_list("pk", flat=True)[:limit]):
        settled += _settle_one(pk)
    return settled


@transaction.atomic
def _settle_one(pk: Any) -> bool:
    rows = Registration.objects.to_check().select_for_update(skip_locked=True)
    found = rows.filter(pk=pk).first()
    return found is not None and settle(found).status != found.status


def forgo(registration: Registration, *, by: Person, version: int | None = None) -> Registration:
    """Close the deal for good without registering it."""
    return move(registration, "forgo", by=by, version=version)


@documents.together()
def attach(registration: Registration, *, by: Person, files: Iterable["File[bytes]"]) -> Attached:
    """Add files that prove the contract. What was refused is in the result, file by file."""
    fresh = check(registration, "attach", by=by)
    attached = documents.attach(fresh, files, by=by, company=fresh.company)
    if attached.kept:
        names = ", ".join(one.name for one in attached.kept)
        move(fresh, "attach", by=by, note=names)
    return attached


@transaction.atomic
def detach(registration: Registration, document: Document, *, by: Person) -> Registration:
    """Take a file out again, before anything was submitted."""
    registration = move(registration, "detach", by=by, note=document.name)
    documents.detach(document, by=by)
    return registration


@transaction.atomic
def ask_more(
    registration: Registration, *, by: Person, question: str, version: int | None = None
) -> Registration:
    """Ask the partner to send or correct something; it is the partner's turn."""
    registration = move(
        registration, "ask_more", by=by, version=version, note=question, question=question
    )
    mail.action_required(registration)
    return registration


@transaction.atomic
def approve(
    registration: Registration, *, by: Person, override: str = "", version: int | None = None
) -> Registration:
    """The review is passed. `override` says why an early win is accepted (decision 9)."""
    registration = move(
        registration, "approve", by=by, version=version, reviewer=by, override=override
    )
    mail.approved(registration)
    return registration


@transaction.atomic
def fail(
    registration: Registration,
    *,
    by: Person,
    fail_reason: str,
    fail_note: str = "",
    version: int | None = None,
) -> Registration:
    """The review is failed, for a reason."""
    registration = move(
        registration,
        "fail",
        by=by,
        version=version,
        reviewer=by,
        fail_reason=fail_reason,
        fail_note=fail_note,
    )
    mail.failed(registration)
    return registration


@transaction.atomic
def pull_back(
    registration: Registration, *, by: Person, note: str, version: int | None = None
) -> Registration:
    """Have an automatic approval reviewed after all, by another reviewer (D27)."""
    registration = move(
        registration, "pull_back", by=by, version=version, note=note, pulled_back_by=by
    )
    mail.selected(registration)
    mail.waiting(registration)
    return registration


@transaction.atomic
def close_decided(limit: int = Batch.FULL) -> int:
    """Close up to `limit` registrations whose decision has stood long enough. How many."""
    rows = Registration.objects.to_close(clock.now()).order_by("due_at")
    return len(move_many(rows, "close", by=CLOCK, limit=limit).records)
