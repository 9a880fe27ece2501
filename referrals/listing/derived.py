"""What a list shows of a deal that is derived, never stored, as expressions of the database."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.lookups import GreaterThan, IsNull

from portal.models import Company, Person
from portal.roles import NOTHING
from referrals.choices import DealType, Motion
from referrals.lifecycle.referral import Status
from referrals.models import Favourite, Referral
from referrals.models.referrals import ReferralQuerySet

TEXT = CharField()
FEW = 500  # deals that are looked up by name; more of them are met soon enough on a walk
ALONE = frozenset({DealType.PRIVATE, DealType.PARTNER_LED})
WITHOUT_VENDOR = ALONE | {DealType.P2P}
WITH_VENDOR = frozenset({DealType.CO_SELL, DealType.P2P_VENDOR})


class Counted(Subquery):
    """How many rows a query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) _counted)"


def vendor() -> Subquery:
    """The one vendor's id, looked up once a query."""
    return Subquery(Company.objects.filter(kind=Company.Kind.VENDOR).order_by().values("pk"))


def vendor_leg() -> ReferralQuerySet:
    """The vendor's leg of the deal of the row that is looked at."""
    return Referral.objects.filter(deal=OuterRef("deal"), company=vendor())


def partner_legs() -> ReferralQuerySet:
    return Referral.objects.filter(deal=OuterRef("deal")).exclude(company=vendor())


def helped() -> IsNull:
    """The vendor has a leg."""
    return IsNull(Subquery(vendor_leg().values("company")[:1]), False)


def among_partners() -> GreaterThan:
    """Two partners or more have a leg."""
    return GreaterThan(Counted(partner_legs().values("company"), output_field=IntegerField()), 1)


@dataclass(frozen=True)
class Legs:
    """Who else has a leg in the deals of a list: how to ask, or what its tab tells already.

    With values of subqueries rather than EXISTS: PostgreSQL would gather the legs of everybody
    first to answer the latter for fifty rows.
    """

    several: Q = field(default_factory=lambda: Q(among_partners()))
    vendors: Q = field(default_factory=lambda: Q(helped()))
    never: frozenset[str] = frozenset()  # types that can't be there: nothing is looked for


def legs_of_own(person: Person) -> Legs:
    """In deals that the company opened itself: whoever is in them came by what it sent.

    Not always by its own hand, for those who were invited may invite others. Two queries.
    """
    sent = Referral.objects.filter(sender=person.company_id)
    return Legs(
        several=_few(sent.filter(among_partners())) or Q(among_partners()),
        vendors=_few(sent.filter(company=vendor())) or Q(helped()),
    )


def _few(rows: "QuerySet[Any, Any]") -> Q | None:
    """The deals of these rows by name while they are few: a walk would look for them long."""
    deals = list(rows.order_by().values_list("deal", flat=True)[: FEW + 1])
    return Q(deal__in=deals) if len(deals) <= FEW else None


def of_type(kind: str, legs: Legs) -> Q:
    """Decision 4, as `Deal.type` reads it: motion first, then legs, then visibility."""
    assessment, visible = Q(deal__motion=Motion.ASSESSMENT), Q(deal__visible_to_vendor=True)
    several, vendors = legs.several, legs.vendors
    if kind in legs.never:
        return NOTHING
    if kind == DealType.ASSESSMENT:
        return assessment
    return (
        ~assessment
        & {
            DealType.P2P_VENDOR: several & vendors,
            DealType.P2P: several & ~vendors,
            DealType.CO_SELL: vendors & ~several,
            DealType.PARTNER_LED: visible & ~vendors & ~several,
            DealType.PRIVATE: ~visible & ~vendors & ~several,
        }[DealType(kind)]
    )


def deal_type() -> Case:
    """The code of the type of each row's deal."""
    return Case(
        When(deal__motion=Motion.ASSESSMENT, then=Value(DealType.ASSESSMENT.value)),
        When(
            among_partners(),
            then=Case(
                When(helped(), then=Value(DealType.P2P_VENDOR.value)),
                default=Value(DealType.P2P.value),
            ),
        ),
        When(helped(), then=Value(DealType.CO_SELL.value)),
        When(deal__visible_to_vendor=True, then=Value(DealType.PARTNER_LED.value)),
        default=Value(DealType.PRIVATE.value),
        output_field=TEXT,
    )


def shown_status(now: datetime) -> Case:
    """Expired is true at the second, whether or not the sweep has run (decision 3)."""
    overdue = Q(status=Status.PENDING, due_at__lte=now)
    expired = Value(Status.EXPIRED.value)
    return Case(When(overdue, then=expired), default=F("status"), output_field=TEXT)


def in_status(code: str, now: datetime) -> Q:
    """Rows that show this status, in words that the indexes understand."""
    if code == Status.PENDING:
        return Q(status=code, due_at__gt=now)
    if code == Status.EXPIRED:
        return Q(status=code) | Q(status=Status.PENDING, due_at__lte=now)
    return Q(status=code)


def vendor_status(now: datetime) -> Subquery:
    """Where the vendor's own leg of the deal stands; NULL where it has none."""
    leg = vendor_leg().annotate(shown=shown_status(now)).values("shown")[:1]
    return Subquery(leg, output_field=TEXT)


def favoured_by(person: Person) -> Exists:
    return Exists(Favourite.objects.filter(person=person, referral=OuterRef("pk")))


class Words(Func):
    """The reader's word for each code; the code is worked out once a row."""

    def __init__(self, code: Any, choices: Iterable[tuple[Any, Any]] = (), **extra: Any) -> None:
        self.pairs = [(value, str(word)) for value, word in choices]
        super().__init__(code, output_field=TEXT, **extra)

    def as_sql(
        self, compiler: Any, connection: Any, *_more: Any, **_context: Any
    ) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        whens = " ".join(["WHEN %s THEN %s"] * len(self.pairs))
        said = [text for pair in self.pairs for text in pair]
        return f"CASE {sql} {whens} ELSE '' END", (*params, *said)
