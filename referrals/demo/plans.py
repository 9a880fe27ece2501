"""Which deals there are: who begins them, when, of which kind, and who else takes part."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from django.conf import settings

from referrals.demo.directory import Directory, Partner

# kind -> how many there are in all
KINDS = {
    "private": 25,
    "partner_led": 21,
    "co_sell": 38,
    "p2p": 18,
    "p2p_vendor": 12,
    "assessment": 9,
    "sent": 27,  # by a seller, to a partner
}
WEIGHTS = {"PT": 5, "BR": 5, "US": 4, "SE": 1}  # of partners, the others 2
YEAR = 364


@dataclass(frozen=True)
class Plan:
    """One deal. `fate` forces what becomes of the leg that somebody receives, or of the own."""

    kind: str
    partner: Partner
    start: datetime
    other: Partner | None = None
    opener: str = ""  # code of a main person
    fate: str = ""
    registration: str = ""  # what becomes of the win; see registering.py


@dataclass(frozen=True)
class Scene:
    """Something that waits for a main person now. `hours` are left to answer."""

    kind: str
    home: str
    hours: int
    other: str = ""
    opener: str = ""


WAITING = (
    Scene("sent", "PT", 3, opener="bruna"),
    Scene("sent", "PT", 50, opener="sofia"),
    Scene("sent", "PT", 220, opener="bruna"),
    Scene("p2p", "BR", 27, other="PT"),
    Scene("sent", "BR", 5, opener="bruna"),
    Scene("sent", "BR", 150, opener="sofia"),
    Scene("p2p", "PT", 75, other="BR", opener="marta"),
    Scene("sent", "US", 8, opener="sofia"),
    Scene("p2p_vendor", "GB", 100, other="US"),
    Scene("sent", "PL", 90, opener="sofia"),
    Scene("co_sell", "PT", 4, opener="marta"),
    Scene("co_sell", "BR", 30, opener="caio"),
    Scene("co_sell", "DE", 120),
    Scene("co_sell", "US", 290, opener="grace"),
    Scene("co_sell", "IN", 65),
)
RUNNING = (  # kind, home, days ago, opener, fate
    ("private", "PT", 21, "rui", "open"),
    ("partner_led", "PT", 48, "rui", "open"),
    ("co_sell", "PT", 63, "rui", "accept"),
    ("private", "PT", 150, "rui", "won"),
    ("co_sell", "PT", 75, "marta", "accept"),
    ("partner_led", "BR", 40, "caio", "open"),
    ("co_sell", "US", 80, "grace", "accept"),
    ("assessment", "PT", 55, "marta", "open"),
    ("assessment", "US", 130, "grace", "won"),
    ("sent", "PL", 60, "sofia", "accept"),
    ("sent", "PT", 70, "sofia", "accept"),
    ("sent", "BR", 45, "bruna", "accept"),
    ("sent", "PT", 100, "sofia", "error"),
    ("sent", "BR", 90, "bruna", "expire"),
    ("sent", "US", 110, "sofia", "decline"),
)
REGISTERED = (  # home, days ago, opener, what becomes of the registration
    ("PT", 38, "marta", "ready"),
    ("PT", 44, "marta", "draft"),
    ("PT", 52, "marta", "action"),
    ("PT", 37, "marta", "exception"),
    ("PT", 50, "rui", "review"),
    ("BR", 42, "caio", "ready"),
    ("BR", 50, "caio", "marketplace"),
    ("BR", 36, "caio", "failed"),
    ("US", 46, "grace", "large"),
    ("US", 40, "grace", "payg"),
)


def make(directory: Directory, rng: Random, now: datetime) -> list[Plan]:
    """All plans, the earliest first."""
    plans = [*_waiting(directory, now), *_running(directory, now), *_registered(directory, now)]
    for kind, wanted in KINDS.items():
        missing = wanted - sum(plan.kind == kind for plan in plans)
        plans += [_any(kind, directory, rng, now) for _ in range(missing)]
    return sorted(plans, key=lambda plan: plan.start)


def _waiting(directory: Directory, now: datetime) -> Iterator[Plan]:
    for scene in WAITING:
        other = directory.partner(scene.other) if scene.other else None
        start = now - timedelta(days=settings.ANSWER_DAYS) + timedelta(hours=scene.hours)
        partner = directory.partner(scene.home)
        yield Plan(scene.kind, partner, start, other, scene.opener, fate="wait")


def _running(directory: Directory, now: datetime) -> Iterator[Plan]:
    for kind, home, days, opener, fate in RUNNING:
        start = now - timedelta(days=days)
        yield Plan(kind, directory.partner(home), start, None, opener, fate)


def _registered(directory: Directory, now: datetime) -> Iterator[Plan]:
    for home, days, opener, registration in REGISTERED:
        start, partner = now - timedelta(days=days), directory.partner(home)
        yield Plan("partner_led", partner, start, None, opener, "won", registration)


def _any(kind: str, directory: Directory, rng: Random, now: datetime) -> Plan:
    openers = [p for p in directory.partners if _may_open(kind, p)]
    partner = rng.choices(openers, [WEIGHTS.get(p.country, 2) for p in openers])[0]
    others = [p for p in directory.partners if p != partner and _may_be_asked(p)]
    start = now - timedelta(days=1 + (YEAR - 1) * rng.random() ** 1.2, minutes=rng.randrange(600))
    return Plan(kind, partner, start, rng.choice(others) if "p2p" in kind else None)


def _may_be_asked(partner: Partner) -> bool:
    return partner.company.in_cosell and bool(partner.sells("ip", "business", "ready"))


def _may_open(kind: str, partner: Partner) -> bool:
    if kind == "assessment":
        return bool(partner.assessments)
    return _may_be_asked(partner) if kind == "sent" else bool(partner.sells("ip"))
