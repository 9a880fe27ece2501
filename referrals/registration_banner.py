"""What the page of a deal says about its registration, from the first day on."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import roles
from portal.models import Person
from portal.steps import Step
from portal.workflow import Verb
from referrals.choices import Motion
from referrals.lifecycle.eligibility import Criterion, State, criteria, obstacle, verdict
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import OPEN
from referrals.lifecycle.registration import Status as Registered
from referrals.models import Referral, Registration

REGISTER = Verb(gettext_lazy("Register this deal"))
CONTINUE = Verb(gettext_lazy("Continue the registration"), asks=True)
ANSWER = Verb(gettext_lazy("Answer what the reviewer asks"), asks=True)


@dataclass(frozen=True)
class Banner:
    """`line` in one sentence; `criteria` where they can still be asked about."""

    verdict: State
    line: str = ""
    registration: Registration | None = None
    criteria: tuple[Criterion, ...] = ()
    until: datetime | None = None  # by when a contract signed on the day of the win is registered

    @property
    def days(self) -> int:
        return settings.REGISTRATION_SIGNED_DAYS

    @property
    def is_open(self) -> bool:
        """Is there a criterion that somebody should look at?"""
        return any(one.state != State.MET for one in self.criteria)


def told(referral: Referral, person: Person) -> bool:
    """Is this reader told of the registration? The own company; reviewers, of what was sent."""
    if referral.company.is_vendor:
        return False
    if referral.company_id == person.company_id:
        return True
    begun = of(referral)
    return roles.reviews(person) and (begun is None or begun.submitted_at is not None)


def of(referral: Referral) -> Registration | None:
    """The registration of this leg, if one was begun."""
    found: Registration | None = getattr(referral, "registration", None)
    return found


def banner(referral: Referral, person: Person) -> Banner | None:
    """The card of the deal's page; none for those who are not told."""
    if not told(referral, person):
        return None
    found = criteria(referral)
    answer = verdict(found)
    if registration := of(referral):
        return Banner(answer, "", registration, tuple(found))
    if referral.deal.motion != Motion.IP:
        return Banner(answer, str(obstacle(referral)))
    own = referral.company_id == person.company_id
    until = register_until(referral) if own and answer == State.MET else None
    return Banner(answer, _line(referral, found), None, tuple(found), until)


def _line(referral: Referral, found: list[Criterion]) -> str:
    answer = verdict(found)
    if answer == State.UNMET:
        return _("Can't be registered: %(why)s") % {"why": obstacle(referral)}
    if answer == State.MET:
        return _("This deal can be registered.")
    if not referral.is_open:
        return _("Can't be registered yet: %(why)s") % {"why": obstacle(referral)}
    counts = {"met": _count(found, State.MET), "unknown": _count(found, State.UNKNOWN)}
    return _(
        "Can be registered when it is won: %(met)s of %(all)s criteria met,"
        " %(unknown)s not known yet."
    ) % (counts | {"all": len(found)})


def _count(found: list[Criterion], state: State) -> int:
    return sum(one.state == state for one in found)


def register_until(referral: Referral) -> datetime | None:
    """The last moment to register a contract that was signed on the day of the win."""
    if referral.closed_at is None:
        return None
    return referral.closed_at + timedelta(days=settings.REGISTRATION_SIGNED_DAYS)


def register_steps(referral: Referral, person: Person) -> list[Step]:
    """The button of a won deal: register it, go on with it, or why it can't be."""
    workable = not referral.company.is_vendor and roles.worker(referral, person)
    if not workable or referral.status != Status.WON or referral.deal.motion != Motion.IP:
        return []
    begun = of(referral)
    if begun is None:
        url = f"{referral.get_absolute_url()}register/"
        return [Step("register", REGISTER, url, obstacle(referral), primary=True)]
    if begun.status not in OPEN:
        return []
    offer = ANSWER if begun.status == Registered.ACTION else CONTINUE
    return [Step("submit", offer, f"{begun.get_absolute_url()}submit/", primary=True)]
