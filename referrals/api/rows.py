"""What one referral on the wire is made of, read in one query however many there are."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import (
    BooleanField,
    CharField,
    Exists,
    ExpressionWrapper,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)
from django.db.models.functions import Cast
from django.db.models.lookups import IsNull

from portal.models import Person
from referrals.listing import derived
from referrals.models import Favourite, Referral, ReferralSolution, TeamMember
from referrals.models.referrals import ReferralQuerySet

OWN = "id version deal_id company_id sender_id location_id name value currency close_on notes "
OWN += "crm_id campaign_id partner_role solution_area solution_play intent help ask stage status "
OWN += "reason created_at updated_at due_at accepted_at closed_at wire"
RELATED = {
    "deal": "motion visible_to_vendor updated_at contact_name contact_email",
    "deal__customer": "name address_line1 address_line2 city state postal_code country duns tpid "
    "updated_at kind matched_to_id unmatched_at",
    "company": "name kind",
    "sender": "name kind",
    "location": "partner_id country",
    "registration": "id version status outcome submitted_at pending_at action_at approved_at "
    "passed_at failed_at question fail_reason fail_note term total_value solution_value currency "
    "signed_on starts_on ends_on tenant pricing deployment is_marketplace marketplace_on "
    "updated_at",
    "registration__solution": "code name",
}
NAMES = (
    *OWN.split(),
    *(f"{of}__{name}" for of, names in RELATED.items() for name in names.split()),
)


class Gathered(Subquery):
    """The rows of a query as one JSON list of objects, in its order; empty where it has none."""

    template = (
        "(SELECT COALESCE(jsonb_agg(to_jsonb(_rows)), '[]'::jsonb) FROM (%(subquery)s) _rows)"
    )

    def __init__(self, rows: "QuerySet[Any, Any]", *names: str) -> None:
        self.names = names
        super().__init__(rows.values(*names), output_field=JSONField())

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> tuple[str, Any]:
        pairs = ", ".join(f"'{name}', \"{name}\"" for name in self.names)
        made = f"json_group_array(json_object({pairs}))"
        template = f"(SELECT {made} FROM (%(subquery)s) _rows)"  # noqa: S608 — our own names
        return self.as_sql(compiler, connection, template=template, **context)


class Row(dict[str, Any]):
    """One leg as it was read. Answers what the predicates of portal.roles ask of a record."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError as missing:
            raise AttributeError(name) from missing

    def has_on_team(self, person: Person) -> bool:
        return any(_is(member["person_id"], person.pk) for member in self["members"])

    @property
    def own_team(self) -> Iterator[dict[str, Any]]:
        """The people of the leg's company, in the order in which they came."""
        own = self["company_id"]
        return (member for member in self["members"] if _is(member["company_id"], own))


def _is(text: str | None, pk: UUID) -> bool:
    """The databases write ids into JSON with and without hyphens."""
    return text is not None and text.replace("-", "") == pk.hex


def moment(day: date | None) -> str | None:
    """A day, as the midnight (UTC) with which it begins."""
    return f"{day.isoformat()}T00:00:00Z" if day else None


def is_shared() -> Q:
    """Two companies or more work on it, or the vendor's sellers see it (facts 1.4)."""
    others = Referral.objects.filter(deal=OuterRef("deal")).exclude(company=OuterRef("company"))
    return Q(deal__visible_to_vendor=True) | Q(
        IsNull(Subquery(others.order_by().values("pk")[:1]), False)
    )


def visible(person: Person) -> ReferralQuerySet:
    """Every referral of the wire starts here."""
    return Referral.objects.visible_to(person)


def read(rows: ReferralQuerySet, person: Person, now: datetime) -> Iterable[Row]:
    """These rows with all that the wire shows of them. One query."""
    team = TeamMember.objects.filter(referral=OuterRef("pk")).order_by("id")
    listed = ReferralSolution.objects.filter(referral=OuterRef("pk")).order_by("id")
    found = rows.annotate(
        shown=derived.shown_status(now),
        shared=ExpressionWrapper(is_shared(), output_field=BooleanField()),
        favoured=Exists(Favourite.objects.filter(person=person, referral=OuterRef("pk"))),
        contact_phone=Cast("deal__contact_phone", CharField()),
        members=Gathered(team, "name", "email", "phone", "company_id", "person_id"),
        named=Gathered(
            listed.annotate(code=F("solution__code"), name=F("solution__name")), "code", "name"
        ),
    )
    made = ("shown", "shared", "favoured", "contact_phone", "members", "named")
    return (Row(row) for row in found.values(*NAMES, *made))
