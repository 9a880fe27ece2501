"""A draft, read: what was typed in each step becomes an opening, or the list of what it lacks.

Nothing in a draft is trusted: ids may be stale or somebody else's, texts may be anything.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from portal.models import Account, Company, Location, Person
from referrals.actions.opening import (
    Contact,
    Invitation,
    Member,
    Opening,
    Problem,
    Terms,
    brought_by,
    problems,
)
from referrals.choices import Motion
from referrals.forms import wizard as forms
from referrals.forms.draft_values import as_list, found, ids, lines, safe, texts
from referrals.forms.wizard_fields import StepForm, prefixed
from referrals.models import Draft, Solution

STEPS = (
    *("customer", "contact", "details", "intent", "team"),
    *("solutions", "help", "partners", "review"),
)
TEAM_MAX, PARTNERS_MAX, SOLUTIONS_MAX = 50, 10, 50
CHOOSE_CUSTOMER = _("Choose the customer.")
GONE_SOLUTION = _("A solution of this deal is no longer offered. It was taken out.")
GONE_PARTNER = _("An invited partner is no longer there. It was taken out.")
LATE = date(9999, 12, 31)


def to_opening(draft: Draft, person: Person) -> Opening | list[Problem]:
    """The opening that this draft describes, or everything that keeps it from being one.

    Which rules the opening then meets is a question for `problems`.
    """
    reading = Reading(draft, person)
    return list(reading.missing) or reading.opening


class Reading:
    """The forms of all steps, filled from the draft; what they add up to; what is wrong."""

    def __init__(self, draft: Draft, person: Person) -> None:
        self.draft, self.person = draft, person

    def data(self, step: str) -> dict[str, Any]:
        return safe(self.draft.data.get(step))

    def seen(self, step: str) -> bool:
        return bool(self.data(step))

    # --- the parts -----------------------------------------------------------------

    @cached_property
    def customer(self) -> Account | None:
        customer: Account | None = found(Account, self.data("customer").get("customer"))
        return customer

    @property
    def motion(self) -> str:
        motion = self.data("details").get("motion")
        return motion if motion in Motion.values else ""

    @property
    def plan(self) -> tuple[str, ...]:
        """The steps of this deal; the marketplace is asked about for IP only."""
        asked = self.motion in ("", Motion.IP)
        return tuple(step for step in STEPS if asked or step != "intent")

    @cached_property
    def contact(self) -> forms.Contact:
        region = str(self.customer.country) if self.customer else ""
        return forms.Contact(self.data("contact"), region=region)

    @cached_property
    def details(self) -> forms.Details:
        return forms.Details(self.data("details"), person=self.person)

    @cached_property
    def intent(self) -> forms.MarketplaceIntent:
        return forms.MarketplaceIntent(self.data("intent"))

    @cached_property
    def team(self) -> list[forms.TeamRow]:
        """Rows with anything in them."""
        return [row for row in self.team_rows if any(texts(row))]

    @cached_property
    def team_rows(self) -> list[forms.TeamRow]:
        rows = as_list(self.data("team").get("team"))[:TEAM_MAX]
        return [self.team_row(n, safe(row)) for n, row in enumerate(rows)]

    def team_row(self, n: int, row: dict[str, Any]) -> forms.TeamRow:
        company = self.person.company
        region = str(company.country) if company else ""
        return forms.TeamRow(prefixed(row, f"m{n}"), prefix=f"m{n}", region=region)

    @cached_property
    def members(self) -> tuple[Member, ...]:
        return tuple(_member(row) for row in self.team)

    @cached_property
    def solutions(self) -> list[Solution]:
        wanted = ids(self.data("solutions").get("solutions"))
        rows = Solution.objects.select_related("company").in_bulk(wanted)
        return [rows[pk] for pk in wanted if pk in rows]

    @cached_property
    def help(self) -> forms.AskForHelp:
        return forms.AskForHelp(self.data("help"))

    @cached_property
    def invitees(self) -> list[forms.Invitee]:
        rows = as_list(self.data("partners").get("invitations"))[:PARTNERS_MAX]
        kept = [safe(row) for row in rows]
        companies = Company.objects.partners().in_bulk(ids([r.get("company") for r in kept]))
        known = [
            (companies.get(UUID(str(r["company"]))), r) for r in kept if ids([r.get("company")])
        ]
        return [self.invitee(n, c, row) for n, (c, row) in enumerate(known) if c is not None]

    def invitee(self, n: int, company: Company, row: dict[str, Any]) -> forms.Invitee:
        known = {m.email for m in self.members}
        row = row | {"team": [m for m in as_list(row.get("team")) if m in known]}
        offered = brought_by(company).select_related("company")
        offered = offered.order_by("company__kind", "name")  # its own first
        context: dict[str, Any] = {"company": company, "offered": offered, "team": self.members}
        return forms.Invitee(prefixed(row, f"p{n}"), prefix=f"p{n}", **context)

    # --- what they add up to -----------------------------------------------------------

    @cached_property
    def opening(self) -> Opening:
        """With stand-ins that offend no rule where something is missing."""
        self.check()
        given, asked = self.details.cleaned_data, self.help.cleaned_data
        contact = self.contact.cleaned_data
        return Opening(
            customer=self.customer or Account(),
            motion=given.get("motion", ""),
            location=given.get("location") or Location(),
            terms=self._terms(given),
            contact=Contact(*(str(contact.get(f"contact_{n}") or "") for n in CONTACT)),
            may_share_contact=bool(contact.get("may_share_contact")),
            team=self.members,
            solutions=tuple(self.solutions),
            help=asked.get("help", ""),
            ask=lines(asked.get("ask", "")),
            ask_unread=self.ask_unread,
            visible=asked.get("visible") == forms.YES,
            invitations=tuple(_invitation(form) for form in self.invitees),
        )

    def check(self) -> None:
        """Run every form, so that each has cleaned data."""
        every: list[StepForm] = [self.contact, self.details, self.intent, self.help]
        for form in (*every, *self.team, *self.invitees):
            form.is_valid()

    def _terms(self, given: dict[str, Any]) -> Terms:
        motion, services = given.get("motion"), given.get("motion") == Motion.SERVICES
        names = ("name", "currency", "crm_id", "campaign_id", "solution_area", "solution_play")
        intent = self.intent.cleaned_data.get("intent", "")
        return Terms(
            value=given.get("value", Decimal(1)),
            close_on=given.get("close_on", LATE),
            notes=lines(given.get("notes", "")),
            partner_role=given.get("partner_role", "") if services else "",
            intent=intent if motion == Motion.IP else "",
            **{name: given.get(name, "") for name in names},
        )

    @property
    def ask_unread(self) -> bool:
        """Is the note just as it was proposed, and not confirmed?"""
        kept = self.data("help")
        proposed = str(kept.get("proposed") or "").split()
        same = str(kept.get("ask") or "").split() == proposed
        return bool(proposed) and same and kept.get("approved") is not True

    # --- what is wrong -------------------------------------------------------------------

    @cached_property
    def missing(self) -> tuple[Problem, ...]:
        """What has the wrong shape, or is not there any more."""
        self.check()
        flaws = [] if self.customer else [Problem("customer", "customer", CHOOSE_CUSTOMER)]
        flaws += _shape("contact", self.contact) + _shape("details", self.details)
        if "intent" in self.plan:
            flaws += _shape("intent", self.intent)
        flaws += [flaw for row in self.team for flaw in _shape("team", row)]
        flaws += [Problem("solutions", "solutions", GONE_SOLUTION)] * self._lost("solutions")
        flaws += _shape("help", self.help)
        flaws += [flaw for form in self.invitees for flaw in _shape("partners", form)]
        flaws += [Problem("partners", "company", GONE_PARTNER)] * self._lost("partners")
        return tuple(flaws)

    def _lost(self, step: str) -> bool:
        """Does the draft name something that is not there?"""
        if step == "solutions":
            return len(as_list(self.data(step).get(step))) != len(self.solutions)
        return len(as_list(self.data(step).get("invitations"))) != len(self.invitees)

    @cached_property
    def problems(self) -> list[Problem]:
        """Everything that stands in the way, in the order of the steps, each field once."""
        flaws: dict[tuple[str, str], Problem] = {}
        for flaw in (*self.missing, *self._unmet()):
            flaws.setdefault((flaw.step, flaw.field), flaw)
        return sorted(flaws.values(), key=lambda flaw: STEPS.index(flaw.step))

    def _unmet(self) -> list[Problem]:
        unmet: list[Problem] = []
        for flaw in problems(self.opening, self.person):
            if flaw.step == "customer" and self.customer is None:
                continue
            unmet += self._per_partner(flaw) if flaw.step == "partners" else [flaw]
        return unmet

    def _per_partner(self, flaw: Problem) -> list[Problem]:
        """The same sentence beside the field of each invited partner whom it concerns."""
        concerned = [
            replace(flaw, field=f"p{n}-{flaw.field}")
            for n, invitation in enumerate(self.opening.invitations)
            if flaw in problems(replace(self.opening, invitations=(invitation,)), self.person)
        ]
        return concerned or [flaw]

    def of(self, step: str) -> list[Problem]:
        return [flaw for flaw in self.problems if flaw.step == step]


CONTACT = ("name", "title", "phone", "email")


def _shape(step: str, form: StepForm) -> list[Problem]:
    """Each with its field's label: the sentence is read far from the field as well."""
    return [
        Problem(
            step, form.add_prefix(name), f"{form.fields[name].label}: {' '.join(map(str, errors))}"
        )
        for name, errors in form.errors.items()
    ]


def _member(row: forms.TeamRow) -> Member:
    row.is_valid()
    given = row.cleaned_data
    return Member(*(str(given.get(name) or "") for name in ("name", "phone", "email")))


def _invitation(form: forms.Invitee) -> Invitation:
    given = form.cleaned_data
    team = [m for m in form.members if m.email in given.get("team", [])]
    return Invitation(
        company=form.company,
        value=given.get("value", Decimal(1)),
        currency=given.get("currency", ""),
        close_on=given.get("close_on", LATE),
        help=given.get("help", ""),
        ask=lines(given.get("ask", "")),
        solutions=tuple(given.get("solutions", ())),
        team=tuple(team),
    )
