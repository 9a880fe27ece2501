"""What a list shows of a deal that is derived, never stored, as expressions of the database."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Exists, F, Func, OuterRef, Q, Subquery, Value, When

from portal.models import Company, Person
from referrals.choices import DealType, Motion
from referrals.lifecycle.referral import Status
from referrals.models import Favourite, Referral
from referrals.models.referrals import ReferralQuerySet

VENDOR, PARTNER = Company.Kind.VENDOR, Company.Kind.PARTNER
TEXT = CharField()


def legs_of(kind: str, deal: str = "deal") -> ReferralQuerySet:
    """The legs of companies of this kind, of the deal of the row that is looked at."""
    return Referral.objects.filter(deal=OuterRef(deal), company__kind=kind)


def has_vendor() -> Q:
    return Q(Exists(legs_of(VENDOR)))


def among_partners() -> Q:
    """Two partners or more have a leg."""
    another = legs_of(PARTNER).filter(pk__gt=OuterRef("pk"))
    return Q(Exists(legs_of(PARTNER).filter(Exists(another))))


def of_type(kind: str) -> Q:
    """Decision 4, as `Deal.type` reads it: motion first, then legs, then visibility."""
    assessment = Q(deal__motion=Motion.ASSESSMENT)
    visible = Q(deal__visible_to_vendor=True)
    if kind == DealType.ASSESSMENT:
        return assessment
    alone = ~among_partners()
    return (
        ~assessment
        & {
            DealType.P2P_VENDOR: among_partners() & has_vendor(),
            DealType.P2P: among_partners() & ~has_vendor(),
            DealType.CO_SELL: alone & has_vendor(),
            DealType.PARTNER_LED: visible & alone & ~has_vendor(),
            DealType.PRIVATE: ~visible & alone & ~has_vendor(),
        }[DealType(kind)]
    )


def deal_type() -> Case:
    """The code of the type of each row's deal."""
    return Case(
        When(deal__motion=Motion.ASSESSMENT, then=Value(DealType.ASSESSMENT.value)),
        When(
            among_partners(),
            then=Case(
                When(has_vendor(), then=Value(DealType.P2P_VENDOR.value)),
                default=Value(DealType.P2P.value),
            ),
        ),
        When(has_vendor(), then=Value(DealType.CO_SELL.value)),
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
    leg = legs_of(VENDOR).annotate(shown=shown_status(now)).values("shown")[:1]
    return Subquery(leg, output_field=TEXT)


def favoured_by(person: Person) -> Exists:
    return Exists(Favourite.objects.filter(person=person, referral=OuterRef("pk")))


class Words(Func):
    """The reader's word for each code; the code is worked out once a row."""

    def __init__(self, code: Any, choices: Iterable[tuple[Any, Any]] = (), **extra: Any) -> None:
        self.pairs = [(value, str(word)) for value, word in choices]
        super().__init__(code, output_field=TEXT, **extra)

    def as_sql(self, compiler: Any, connection: Any, **_context: Any) -> tuple[str, Any]:
        sql, params = compiler.compile(self.source_expressions[0])
        whens = " ".join(["WHEN %s THEN %s"] * len(self.pairs))
        said = [text for pair in self.pairs for text in pair]
        return f"CASE {sql} {whens} ELSE '' END", (*params, *said)
