"""The lists of registrations: the reviewers' desk, and what a partner registered.

One address, two readers. Every list starts at `visible_to`; each tab has one fixed order.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal import keyset, roles
from portal.keyset import Order
from portal.models import Person
from portal.workflow import Text
from referrals.lifecycle import exception
from referrals.lifecycle.registration import DECIDED, WAITING, Status
from referrals.listing.derived import Counted
from referrals.listing.tabs import MANY, at_most
from referrals.models import ExceptionRequest, Registration

TO_REVIEW = Q(status__in=WAITING)
ASKED = Q(status=exception.Status.ASKED)
SHOWN = {
    Registration: ("company", "referral", "deal__customer", "exception"),
    ExceptionRequest: ("company", "registration__referral", "registration__deal__customer"),
}


@dataclass(frozen=True)
class Tab:
    """Which records stand in it, in which order; `moment` heads the column of that order.

    `why` adds the column that says why a reviewer looks at it.
    """

    name: str
    label: Text
    holds: Q
    order: Order
    moment: Text
    empty: tuple[Text, Text]
    model: type[Registration] | type[ExceptionRequest] = Registration
    why: bool = False

    @property
    def of_exceptions(self) -> bool:
        return self.model is ExceptionRequest

    def rows(self, person: Person) -> "QuerySet[Any]":
        """What this person may see of it, unordered."""
        return self.model.objects.visible_to(person).filter(self.holds)


DECIDED_TAB = Tab(
    "decided",
    _("Decided"),
    Q(status__in=DECIDED),
    Order("due_at", down=True),  # a decision stands for as many days as any other
    _("Closes on"),
    (
        _("No decision stands here"),
        _("What was approved, passed or failed stays here until it closes by itself."),
    ),
)
CLOSED_TAB = Tab(
    "closed",
    pgettext_lazy("tab", "Closed"),
    Q(status=Status.CLOSED),
    Order("closed_at", down=True),
    _("Closed on"),
    (_("Nothing is closed yet"), _("Decided registrations are closed by themselves.")),
)
DESK = (
    Tab(
        "review",
        _("To review"),
        TO_REVIEW,
        Order("pending_at"),
        _("Waiting since"),
        (
            _("Nothing waits for a review"),
            _("What is not approved automatically appears here, the oldest first."),
        ),
        why=True,
    ),
    Tab(
        "exceptions",
        _("Exceptions"),
        ASKED,
        Order("created_at"),
        _("Answer by"),
        (
            _("No exception waits for an answer"),
            _("A partner can request one for a deal. The request appears here."),
        ),
        model=ExceptionRequest,
    ),
    Tab(
        "partner",
        _("With the partner"),
        Q(status=Status.ACTION),
        Order("action_at"),
        _("Asked on"),
        (
            _("Nothing is with a partner"),
            _("Ask for more on a registration, and it stays here until the partner answers."),
        ),
    ),
    DECIDED_TAB,
    CLOSED_TAB,
)
OF_PARTNER = (
    Tab(
        "open",
        _("Open"),
        Q(status__in=[Status.DRAFT, Status.PENDING, *WAITING]),
        Order("created_at", down=True),
        _("Begun on"),
        (
            _("No registration is open"),
            _("Open a won deal and choose “Register this deal” to have it credited."),
        ),
    ),
    Tab(
        "action",
        _("Needs us"),
        Q(status=Status.ACTION),
        Order("action_at"),
        _("Asked on"),
        (
            _("Nothing needs you now"),
            _("When a reviewer asks for something, the registration appears here."),
        ),
    ),
    DECIDED_TAB,
    CLOSED_TAB,
)


def tabs_of(person: Person) -> tuple[Tab, ...]:
    """None for who reads for the vendor and does not review."""
    if person.is_vendor:
        return DESK if roles.reviews(person) else ()
    return OF_PARTNER


def tab_of(tabs: tuple[Tab, ...], name: str) -> Tab:
    """The tab of this name, or the first one."""
    return next((tab for tab in tabs if tab.name == name), tabs[0])


def counts(person: Person) -> dict[str, int]:
    """How many records stand in each tab, up to MANY + 1. One query."""
    found = {
        tab.name: Counted(
            tab.rows(person).order_by().values("pk")[: MANY + 1], output_field=IntegerField()
        )
        for tab in tabs_of(person)
    }
    asked = Person.objects.filter(pk=person.pk).values_list(*found.values())
    return dict(zip(found, (number or 0 for number in asked[0]), strict=True))


def listing(person: Person, tab: Tab, params: Mapping[str, str], total: int) -> keyset.Page:
    """One page of a tab, with what its rows show. One query."""
    page = keyset.page(tab.rows(person).select_related(*SHOWN[tab.model]), tab.order, params)
    page.total = at_most(total)
    return page


@dataclass(frozen=True)
class Waiting:
    """What a reviewer's first page says of the desk: how much waits, and since when."""

    to_review: str | int
    exceptions: str | int
    overdue: int
    oldest: datetime | None

    @classmethod
    def of(cls, person: Person, now: datetime) -> "Waiting":
        """Counts stop at MANY. Three queries."""
        number = counts(person)
        queue = Registration.objects.visible_to(person).filter(TO_REVIEW)
        late = ExceptionRequest.objects.visible_to(person).filter(ASKED, due_at__lte=now)
        return cls(
            at_most(number["review"]),
            at_most(number["exceptions"]),
            late.count(),
            queue.aggregate(oldest=Min("pending_at"))["oldest"],
        )
