"""Who works on a leg."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal.models import Company, Person
from portal.workflow import Refused, move
from referrals import mail
from referrals.actions.opening import Member
from referrals.models import Referral, TeamMember

TEAM_MAX = 50  # people of one company on a leg; each is told by mail


def add_members(
    referral: Referral, company: Company | None, members: Iterable[Member]
) -> list[TeamMember]:
    """Put people on a team; those who can sign in get to see the leg through it."""
    wanted = {m.email.strip().lower(): m for m in members}
    people = {p.email: p for p in Person.objects.filter(company=company, email__in=wanted)}
    rows = [
        TeamMember(
            referral=referral,
            company=company or referral.company,
            person=people.get(email),
            name=member.name,
            phone=member.phone,
            email=email,
        )
        for email, member in wanted.items()
    ]
    return TeamMember.objects.bulk_create(rows)


@transaction.atomic
def add_member(
    referral: Referral, member: Member, *, by: Person, version: int | None = None
) -> TeamMember:
    """Add one person to the own company's team, and tell them."""
    referral = move(referral, "add_member", by=by, version=version, note=member.name)
    if referral.team.filter(email=member.email.strip().lower()).exists():
        raise Refused(_("%(name)s is on the team already.") % {"name": member.name})
    if referral.own_team_count >= TEAM_MAX:
        raise Refused(_("The team is full. Remove somebody first."))
    row = add_members(referral, referral.company, [member])[0]
    if row.person_id != by.pk:
        mail.added_to_team(referral, row)
    return row


@transaction.atomic
def remove_member(
    referral: Referral, member: TeamMember, *, by: Person, version: int | None = None
) -> Referral:
    """Take somebody off the team; a referrals user loses sight of the deal at once."""
    if member.company_id != referral.company_id:
        raise Refused(_("People of another company are removed by that company."))
    referral = move(
        referral, "remove_member", by=by, version=version, note=member.name, removes=True
    )
    member.delete()
    return referral
