"""The verbs on one leg of a deal."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock, workflow
from portal.actors import CLOCK
from portal.models import Person
from portal.workflow import Batch, Refused, lock, move, move_many
from referrals import mail
from referrals.actions.opening import Member
from referrals.actions.team import add_members
from referrals.lifecycle.referral import Status
from referrals.models import Comment, Favourite, Referral, TeamMember
from referrals.models.referrals import ReferralQuerySet


@transaction.atomic
def accept(
    referral: Referral,
    *,
    by: Person,
    team: Iterable[Member] = (),
    version: int | None = None,
    **terms: Any,
) -> Referral:
    """Take the referral on. Who accepts is on the team, with those who were named; a program
    is not.

    `terms` are what the receiver confirms: name, value and close_on, and what else it changes.
    """
    referral = move(referral, "accept", by=by, version=version, **terms)
    known = set(referral.team.values_list("email", flat=True))
    me = [] if by.is_program else [Member(by.name, str(by.phone or ""), by.email)]
    new = [m for m in [*me, *team] if m.email.lower() not in known]
    for row in add_members(referral, by.company, new):
        if row.person_id != by.pk:
            mail.added_to_team(referral, row)
    _answered(referral, by)
    return referral


@transaction.atomic
def decline(
    referral: Referral,
    *,
    by: Person,
    reason: str,
    reason_note: str = "",
    version: int | None = None,
) -> Referral:
    """Say no, with a reason. The sender's team is told."""
    referral = move(
        referral, "decline", by=by, version=version, reason=reason, reason_note=reason_note
    )
    _answered(referral, by)
    return referral


def _answered(referral: Referral, by: Person) -> None:
    """An answer of the vendor is an answer to a request for help; others are plain."""
    accepted = referral.status == Status.ACCEPTED
    if by.is_vendor:
        mail.help_answered(referral, accepted=accepted)
    elif accepted:
        mail.accepted(referral)
    else:
        mail.declined(referral)


@transaction.atomic
def expire_overdue(limit: int = Batch.FULL) -> int:
    """Close up to `limit` referrals whose time to answer has passed. Returns how many."""
    rows = Referral.objects.overdue(clock.now()).order_by("due_at")
    batch = move_many(_with_names(rows), "expire", by=CLOCK, limit=limit)
    mail.expired(batch.records)
    return len(batch.records)


@transaction.atomic
def remind_expiring(limit: int = Batch.FULL) -> int:
    """Remind the receivers of referrals that expire soon, once each. Returns how many."""
    rows = Referral.objects.to_remind(clock.now()).order_by("due_at")
    batch = move_many(_with_names(rows), "remind", by=CLOCK, limit=limit)
    mail.expiring(batch.records)
    return len(batch.records)


def _with_names(rows: ReferralQuerySet) -> ReferralQuerySet:
    """With the customers' names for the mails, and no more: thousands are read at once."""
    own = [field.name for field in Referral._meta.concrete_fields]
    return rows.select_related("deal__customer").only(*own, "deal__customer__name")


def move_stage(
    referral: Referral, *, by: Person, stage: int, version: int | None = None
) -> Referral:
    """Say how far the sale is, in per cent (facts 2.6)."""
    return move(referral, "move_stage", by=by, version=version, stage=stage)


def win(referral: Referral, *, by: Person, version: int | None = None) -> Referral:
    """The customer bought. Nothing changes after this."""
    return move(referral, "win", by=by, version=version)


def lose(
    referral: Referral,
    *,
    by: Person,
    reason: str,
    reason_note: str = "",
    version: int | None = None,
) -> Referral:
    """The customer did not buy, for a reason."""
    return move(referral, "lose", by=by, version=version, reason=reason, reason_note=reason_note)


def close_as_error(
    referral: Referral,
    *,
    by: Person,
    reason: str,
    reason_note: str = "",
    version: int | None = None,
) -> Referral:
    """It should never have been there; left out of insights and downloads (decision 10)."""
    return move(
        referral, "close_as_error", by=by, version=version, reason=reason, reason_note=reason_note
    )


def edit(
    referral: Referral, *, by: Person, version: int | None = None, **values: object
) -> Referral:
    """Change fields of an open leg; old and new stand in the history."""
    return workflow.edit(referral, by=by, version=version, **values)


def reveal_contact(referral: Referral, *, by: Person) -> Referral:
    """Show the customer's contact to a receiver, and write down that it was shown."""
    return move(referral, "reveal_contact", by=by)


@transaction.atomic
def comment(
    referral: Referral, *, by: Person, text: str, internal: bool = False, id: UUID | None = None
) -> Comment:
    """Add to the conversation. The same `id` twice is the same comment (a double submit)."""
    lock(referral)  # two clicks at once take turns, and the second finds what the first said
    if id and (said := Comment.objects.filter(pk=id).first()):
        if said.author_id != by.pk or said.referral_id != referral.pk:
            raise Refused(_("This note can't be written here. Open the deal again."))
        return said
    referral = move(referral, "comment", by=by)
    said = Comment(
        deal_id=referral.deal_id,
        referral=referral,
        company=referral.company,
        author=by,
        text=text,
        internal=internal,
        at=referral.now,
    )
    said.pk = id or said.pk
    said.save(force_insert=True)
    mail.commented(said)
    return said


def favour(referral: Referral, *, by: Person) -> None:
    """Mark as a favourite of this person; possible on closed referrals too."""
    Favourite.objects.get_or_create(person=by, referral=referral)


def unfavour(referral: Referral, *, by: Person) -> None:
    """Take the mark away."""
    Favourite.objects.filter(person=by, referral=referral).delete()


def suggested_team(person: Person, *, limit: int = 8) -> list[TeamMember]:
    """People of the own company on recent deals, newest first, each once."""
    recent = TeamMember.objects.filter(company=person.company).order_by("-id")[:200]
    by_email = {row.email: row for row in reversed(recent)}
    return sorted(by_email.values(), key=lambda row: -row.pk)[:limit]
