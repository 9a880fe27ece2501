"""The views of the list, by whose side of the deal one stands on."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import IntegerField, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Person
from portal.roles import EVERYTHING, NOTHING
from portal.workflow import Text
from referrals.choices import DealType
from referrals.listing import derived
from referrals.listing.keyset import ORDERS
from referrals.models import Favourite, Referral
from referrals.models.referrals import ReferralQuerySet

MANY = 1000  # counts stop here and say "1,000+"
ANY_ORDER = frozenset(ORDERS)
# Deals of all companies together have one index, and a list that sorts them all is a slow one.
BY_DATE = frozenset({"created"})
HELPED_OR_HIDDEN = derived.WITH_VENDOR | {DealType.PRIVATE}


@dataclass(frozen=True)
class Tab:
    """One view: which of the visible deals stand in it, and what to say when none do."""

    name: str
    label: Text
    holds: Callable[[Person], Q]
    empty: Text
    sorts: frozenset[str] = ANY_ORDER
    legs: Callable[[Person], derived.Legs] = lambda person: derived.Legs()


def _received(person: Person) -> Q:
    return Q(company=person.company_id, sender__isnull=False)


def _favoured(person: Person) -> Q:
    return Q(pk__in=Favourite.objects.filter(person=person).values("referral"))


def _partner_led(person: Person) -> Q:
    """Visible to sellers, and nothing was asked of them."""
    seen = Q(deal__visible_to_vendor=True) & ~Q(company=person.company_id)
    return seen & ~Q(derived.helped())


def _with_vendor(person: Person) -> derived.Legs:
    """What the vendor received or sent: it has a leg itself."""
    return derived.Legs(vendors=EVERYTHING, never=derived.WITHOUT_VENDOR)


FAVOURITES = Tab(
    "favourites",
    _("Favorites"),
    _favoured,
    _("Mark a deal with the heart to find it here, whatever becomes of it."),
)
OF_PARTNERS = (
    Tab(
        "inbound",
        _("Inbound"),
        _received,
        _("Referrals that others send to your company appear here. You have 14 days to answer."),
        legs=lambda person: derived.Legs(never=derived.ALONE),
    ),
    Tab(
        "outbound",
        _("Outbound"),
        lambda person: Q(sender=None),
        _("Open a deal for a customer of yours, alone or with help from others."),
        legs=derived.legs_of_own,
    ),
    FAVOURITES,
)
OF_VENDOR = (
    Tab(
        "inbound",
        _("Inbound"),
        _received,
        _("Partners' requests for help appear here."),
        legs=_with_vendor,
    ),
    Tab(
        "outbound",
        _("Outbound"),
        lambda person: Q(sender=person.company_id),
        _("Send a customer to a partner whose solution fits; the answer appears here."),
        BY_DATE,
        _with_vendor,
    ),
    Tab(
        "partner_led",
        pgettext_lazy("tab", "Partner-led"),
        _partner_led,
        _("Deals that partners show to sellers without asking for help appear here."),
        BY_DATE,
        lambda person: derived.Legs(
            vendors=NOTHING, never=derived.WITH_VENDOR | {DealType.PRIVATE}
        ),
    ),
    FAVOURITES,
)
ANYWHERE = Tab("search", _("Search"), lambda person: Q(), "")
ANYWHERE_OF_VENDOR = replace(ANYWHERE, sorts=BY_DATE)


def tabs_of(person: Person) -> tuple[Tab, ...]:
    return OF_VENDOR if person.is_vendor else OF_PARTNERS


def tab_of(person: Person, name: str) -> Tab:
    """The tab of this name, or the first one."""
    tabs = (*tabs_of(person), ANYWHERE_OF_VENDOR if person.is_vendor else ANYWHERE)
    return next((tab for tab in tabs if tab.name == name), tabs[0])


def rows_in(tab: Tab, person: Person) -> ReferralQuerySet:
    """What this person may see of a tab. Every list starts here."""
    return Referral.objects.visible_to(person).filter(tab.holds(person))


def _some(tab: Tab, person: Person) -> "QuerySet[Any, Any]":
    return rows_in(tab, person).order_by().values("pk")[: MANY + 1]


def counts(person: Person) -> dict[str, int]:
    """How many deals stand in each tab, up to MANY + 1. One query."""
    found = {
        tab.name: derived.Counted(_some(tab, person), output_field=IntegerField())
        for tab in tabs_of(person)
    }
    asked = Person.objects.filter(pk=person.pk).values_list(*found.values())
    return dict(zip(found, (number or 0 for number in asked[0]), strict=True))


def at_most(count: int) -> str | int:
    """`1,000+` where counting stopped."""
    return f"{MANY:,}+" if count > MANY else count
