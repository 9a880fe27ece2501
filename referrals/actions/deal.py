"""Opening a deal, and asking others into it."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.actions.customers import ask_match
from portal.models import Company, Person
from portal.workflow import NotAllowed, Refused, Stale, created, lock, move
from referrals import mail
from referrals.actions.opening import (
    Contact,
    Invitation,
    Opening,
    barred,
    problems,
    unfit,
)
from referrals.actions.routing import location_for
from referrals.actions.team import add_members
from referrals.lifecycle.referral import Status
from referrals.models import Deal, Draft, Referral, ReferralSolution, Solution

DRAFTS_MAX = 100  # of one person, not opened yet; the page of drafts reads them all
COMMON = ("name", "value", "currency", "close_on", "solution_area", "solution_play")


@transaction.atomic
def open(opening: Opening, *, by: Person, draft: Draft | None = None) -> Referral:
    """Open a partner's own deal; it starts accepted at 10 % (decision 1).

    With a draft it happens once: a second call returns the deal that the first one opened.
    Raises NotAllowed when the person can't open deals, Refused when a rule is not met.
    """
    if draft is not None:
        draft = lock(draft)
        if draft.deal_id:
            return Referral.objects.get(deal_id=draft.deal_id, company=by.company_id)
    _check(opening, by)
    deal = _deal(opening)
    own = _own_leg(deal, opening, by)
    ask_match(opening.customer, by=by)
    if opening.help:
        _vendor_leg(own, help=opening.help, ask=opening.ask, by=by)
    for invitation in opening.invitations:
        _partner_leg(own, invitation, by=by)
    if draft is not None:
        Draft.objects.filter(pk=draft.pk).update(deal=deal, data={})
    return own


def _check(opening: Opening, by: Person) -> None:
    if reason := barred(by):
        raise NotAllowed(reason)
    for problem in problems(opening, by):
        raise Refused(problem.sentence, problem.code)


def _deal(opening: Opening) -> Deal:
    now = clock.now()
    return Deal.objects.create(
        created_at=now,
        updated_at=now,
        customer=opening.customer,
        motion=opening.motion,
        visible_to_vendor=opening.visible or bool(opening.help),
        **_contact(opening.contact),
    )


def _contact(contact: Contact) -> dict[str, str]:
    return {f"contact_{name}": value for name, value in asdict(contact).items()}


def _own_leg(deal: Deal, opening: Opening, by: Person) -> Referral:
    now = clock.now()
    leg = Referral(
        deal=deal,
        company=by.company,
        location=opening.location,
        status=Status.ACCEPTED,
        accepted_at=now,
        **asdict(opening.terms),
    )
    created(leg, "open", by=by)
    _offer(leg, opening.solutions)
    add_members(leg, by.company, opening.team)
    return leg


def _offer(leg: Referral, solutions: Any) -> None:
    rows = [ReferralSolution(referral=leg, solution=s) for s in dict.fromkeys(solutions)]
    ReferralSolution.objects.bulk_create(rows)


def _pending_leg(deal: Deal, company: Company, **fields: Any) -> Referral:
    """A leg for somebody else, who has ANSWER_DAYS from now, as an instant."""
    if deal.legs.filter(company=company).exists():
        raise Refused(_("%(company)s has a part in this deal already.") % {"company": company})
    due = clock.now() + timedelta(days=settings.ANSWER_DAYS)
    return Referral(deal=deal, company=company, status=Status.PENDING, due_at=due, **fields)


def _locked(deal: Deal) -> Deal:
    """Two people asking the same company in at once take turns here."""
    return Deal.objects.select_for_update().get(pk=deal.pk)


def _vendor_leg(own: Referral, *, help: str, ask: str, by: Person) -> Referral:
    common = {name: getattr(own, name) for name in COMMON}
    vendor = Company.objects.vendor()
    leg = _pending_leg(_locked(own.deal), vendor, sender=own.company, help=help, ask=ask, **common)
    created(leg, "send", by=by)
    _offer(leg, own.solutions.all())
    mail.help_requested(leg)
    return leg


def _partner_leg(own: Referral, invitation: Invitation, *, by: Person) -> Referral:
    solution = invitation.solutions[0] if invitation.solutions else None
    leg = _pending_leg(
        _locked(own.deal),
        invitation.company,
        sender=own.company,
        location=location_for(invitation.company, solution, own.deal.customer.country),
        name=own.name,
        value=invitation.value,
        currency=invitation.currency,
        close_on=invitation.close_on,
        help=invitation.help,
        ask=invitation.ask,
    )
    created(leg, "send", by=by)
    _offer(leg, invitation.solutions)
    add_members(leg, own.company, invitation.team)
    (mail.received if own.company.is_vendor else mail.invited)(leg)
    return leg


@transaction.atomic
def share(referral: Referral, *, by: Person, version: int | None = None) -> Referral:
    """Let the vendor's sellers see the deal. There is no way back (decision 4)."""
    referral = move(referral, "share", by=by, version=version)
    Deal.objects.filter(pk=referral.deal_id).update(visible_to_vendor=True)
    referral.deal.visible_to_vendor = True
    return referral


@transaction.atomic
def ask_help(
    referral: Referral,
    *,
    by: Person,
    help: str,
    ask: str,
    contact: Contact | None = None,
    version: int | None = None,
) -> Referral:
    """Ask the vendor's sellers for help: the deal becomes a co-sell (facts 2.1)."""
    whole = contact is not None and contact.is_whole
    referral = move(referral, "ask_help", by=by, version=version, note=help, contact_given=whole)
    values: dict[str, Any] = {"visible_to_vendor": True}
    if contact is not None and whole:
        values |= _contact(contact)
    Deal.objects.filter(pk=referral.deal_id).update(**values)
    _vendor_leg(referral, help=help, ask=ask, by=by)
    return Referral.objects.get(pk=referral.pk)


@transaction.atomic
def set_contact(
    referral: Referral, contact: Contact, *, by: Person, agreed: bool, version: int | None = None
) -> Referral:
    """Enter the customer's contact, who `agreed` to be named; it stays once others saw it."""
    referral = move(referral, "set_contact", by=by, version=version, agreed=agreed)
    Deal.objects.filter(pk=referral.deal_id).update(**_contact(contact))
    return Referral.objects.get(pk=referral.pk)


@transaction.atomic
def invite(
    referral: Referral, invitation: Invitation, *, by: Person, version: int | None = None
) -> Referral:
    """Ask another partner into the deal; its leg is its own from then on (facts 2.5)."""
    if refusal := unfit(invitation, referral.company):
        raise Refused(refusal)
    name = invitation.company.name
    referral = move(referral, "invite", by=by, version=version, note=name)
    return _partner_leg(referral, invitation, by=by)


@transaction.atomic
def set_solutions(
    referral: Referral, *, by: Person, solutions: list[UUID], version: int | None = None
) -> Referral:
    """Replace the solutions of a leg by others that its company may offer."""
    found = list(Solution.objects.offered_to(by).filter(pk__in=solutions, is_assessment=False))
    if len(found) != len(set(solutions)):
        raise Refused(_("One of the solutions is not offered to your company."))
    note = ", ".join(s.name for s in found)
    referral = move(
        referral, "set_solutions", by=by, version=version, note=note, solutions=solutions
    )
    referral.solution_rows.all().delete()
    _offer(referral, found)
    return referral


@transaction.atomic
def save_draft(draft: Draft, *, by: Person, step: str, data: dict[str, Any]) -> Draft:
    """Keep what was entered in one step of the wizard. Raises Refused for one draft too many."""
    if not draft.version and by.drafts.filter(deal=None).count() >= DRAFTS_MAX:
        raise Refused(_("You have too many drafts. Open or discard some of them first."))
    draft = lock(draft) if draft.version else draft
    if draft.deal_id:
        raise Stale(_("This deal was opened already."))
    draft.data = {**draft.data, step: data}
    if not draft.version:
        draft.person, draft.version = by, 1
        draft.save(force_insert=True)
        return draft
    draft.version += 1
    draft.updated_at = clock.now()
    draft.save()
    return draft


def discard_draft(draft: Draft, *, by: Person) -> None:
    """Throw a draft away. It was nobody else's, so nothing is told."""
    Draft.objects.filter(pk=draft.pk, person=by, deal=None).delete()
