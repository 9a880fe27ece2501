"""Which mail goes, to whom, saying what (decision 13; facts 2.8).

Each function is called inside the transaction of its event and writes outbox rows only.
Exactly one of received, help_requested and invited is told for a new leg, and nothing
for one's own outbound deal.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.outbox import News, tell, tell_many
from portal.models import Person
from referrals.lifecycle.referral import Status
from referrals.mail.facts import facts
from referrals.mail.readers import Readers, load, senders_legs, teams
from referrals.models import Comment, Referral, TeamMember

RECEIVED = "referrals/received"
HELP_REQUESTED = "referrals/help_requested"
INVITED = "referrals/invited"
EXPIRING = "referrals/expiring"
ACCEPTED = "referrals/accepted"
DECLINED = "referrals/declined"
EXPIRED = "referrals/expired"
HELP_ANSWERED = "referrals/help_answered"
ADDED_TO_TEAM = "referrals/added_to_team"
COMMENTED = "referrals/commented"

kinds.declare(RECEIVED, _("A deal was sent to us"))
kinds.declare(HELP_REQUESTED, _("A partner asks for help"))
kinds.declare(INVITED, _("A partner invites us to a deal"))
kinds.declare(EXPIRING, _("A deal that waits for our answer expires soon"))
kinds.declare(ACCEPTED, _("A deal that we sent was accepted"))
kinds.declare(DECLINED, _("A deal that we sent was declined"))
kinds.declare(EXPIRED, _("A deal that we sent was not answered in time"))
kinds.declare(HELP_ANSWERED, _("Our request for help was answered"))
kinds.declare(ADDED_TO_TEAM, _("I am added to a team"))
kinds.declare(COMMENTED, _("Somebody writes in a deal I work on"))


def received(referral: Referral) -> None:
    """The vendor sent a deal: the receiver's referrals admins at that location hear of it."""
    _to_receivers(RECEIVED, [referral])


def help_requested(referral: Referral) -> None:
    """A partner asked for help: the sellers hear of it. `referral` is the vendor's leg."""
    _to_receivers(HELP_REQUESTED, [referral])


def invited(referral: Referral) -> None:
    """A partner invited another: the invited one's referrals admins hear of it."""
    _to_receivers(INVITED, [referral])


def expiring(referrals: Iterable[Referral]) -> None:
    """Some days before the end: whoever should answer hears of it again."""
    _to_receivers(EXPIRING, referrals)


def accepted(referral: Referral) -> None:
    """A partner took the deal on: the sender's team hears of it."""
    _to_senders(ACCEPTED, [referral])


def declined(referral: Referral) -> None:
    """A partner said no: the sender's team hears of it, with the reason."""
    _to_senders(DECLINED, [referral])


def expired(referrals: Iterable[Referral]) -> None:
    """Nobody answered in time: the senders' teams hear of it."""
    _to_senders(EXPIRED, referrals)


def help_answered(referral: Referral, *, accepted: bool) -> None:
    """The vendor answered: the opener's team hears of it. `referral` is the vendor's leg."""
    _to_senders(HELP_ANSWERED, [referral], accepted=accepted)


def added_to_team(referral: Referral, member: TeamMember) -> None:
    """Somebody is on a team now. One without an account gets words and no link."""
    load([referral])
    tell(
        ADDED_TO_TEAM,
        [member.person] if member.person else [],
        about=referral,
        context=facts(referral) | {"company": referral.company.name},
        addresses=[] if member.person else [(member.email, member.name)],
    )


def commented(comment: Comment) -> None:
    """Somebody wrote: the teams that may read it hear of it, the author does not."""
    legs = comment.deal.legs.filter(status=Status.ACCEPTED)
    if comment.internal:
        legs = legs.filter(company=comment.company)
    rows = list(legs.select_related("company", "sender", "deal__customer"))
    said: dict[str, Any] = {"author": comment.author.name, "author_company": comment.company.name}
    said |= {"text": comment.text, "internal": comment.internal}
    readers, team = Readers(leg.company_id for leg in rows), teams(leg.pk for leg in rows)
    tell_many(
        News(
            COMMENTED,
            _others(readers.on_team(leg, team.get((leg.pk, leg.company_id), [])), comment),
            leg,
            facts(leg) | said,
            event=comment,
        )
        for leg in rows
    )


def _others(people: list[Person], comment: Comment) -> list[Person]:
    return [person for person in people if person.pk != comment.author_id]


def _to_receivers(kind: str, referrals: Iterable[Referral]) -> None:
    legs = list(referrals)
    load(legs)
    readers = Readers(leg.company_id for leg in legs)
    tell_many(News(kind, readers.in_charge(leg), leg, facts(leg)) for leg in legs)


def _to_senders(kind: str, referrals: Iterable[Referral], **more: bool) -> None:
    """The team on the sender's leg, and whom it named on the leg that it sent."""
    legs = [leg for leg in referrals if leg.sender_id]
    load(legs)
    own = senders_legs(legs)
    readers, team = (
        Readers(x.company_id for x in own.values()),
        teams([*(leg.pk for leg in legs), *(leg.pk for leg in own.values())]),
    )
    news = []
    for leg in legs:
        if about := own.get(leg.pk):
            rows = [*team.get((about.pk, about.company_id), [])]
            rows += team.get((leg.pk, about.company_id), [])
            people, addresses = readers.answer_to(about, rows)
            news.append(News(kind, people, about, facts(leg) | more, addresses, leg))
    tell_many(news)


from referrals.mail import registrations  # noqa: E402, F401 — declares its kinds
