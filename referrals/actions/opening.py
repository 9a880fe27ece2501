"""What a new deal is made of, and what it must have before it can be opened."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Exists
from django.utils.translation import gettext_lazy as _

from portal.models import Account, Company, Location, Person
from portal.roles import open_locations
from portal.workflow import Text
from referrals.choices import Help, Intent, Motion
from referrals.models import Solution
from referrals.models.solutions import SolutionQuerySet


@dataclass(frozen=True)
class Contact:
    """The customer's contact. Whole when a seller could use it."""

    name: str = ""
    title: str = ""
    phone: str = ""
    email: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(self.name and self.phone and self.email)


@dataclass(frozen=True)
class Member:
    """Somebody for a team; all three are needed (facts 2.4)."""

    name: str
    phone: str
    email: str


@dataclass(frozen=True)
class Terms:
    """What is expected of a leg. `value` is in `currency`, an ISO 4217 code."""

    name: str
    value: Decimal
    currency: str
    close_on: date
    notes: str = ""
    crm_id: str = ""
    campaign_id: str = ""
    partner_role: str = ""
    solution_area: str = ""
    solution_play: str = ""
    intent: str = ""
    wire: dict[str, Any] = field(default_factory=dict)  # what only programs say


@dataclass(frozen=True)
class Invitation:
    """A partner asked into a deal, with its own numbers (facts 2.5)."""

    company: Company
    value: Decimal
    currency: str
    close_on: date
    help: str
    ask: str = ""
    solutions: tuple[Solution, ...] = ()
    team: tuple[Member, ...] = ()


@dataclass(frozen=True)
class Opening:
    """Everything that the wizard collects."""

    customer: Account
    motion: str
    location: Location
    terms: Terms
    contact: Contact = field(default_factory=Contact)
    may_share_contact: bool = False
    team: tuple[Member, ...] = ()
    solutions: tuple[Solution, ...] = ()
    help: str = ""
    ask: str = ""
    ask_unread: bool = False  # proposed by the portal; its author neither changed nor approved it
    visible: bool = False
    invitations: tuple[Invitation, ...] = ()


@dataclass(frozen=True)
class Problem:
    """A rule that an opening does not meet: in which step of the wizard, which field, why."""

    step: str
    field: str
    sentence: Text
    code: str = ""  # the name of the rule, for programs


Rule = Callable[[Opening, Person], bool]
RULES: list[tuple[str, str, Text, Rule]] = []


def _rule(step: str, name: str, sentence: Text) -> Callable[[Rule], Rule]:
    def add(rule: Rule) -> Rule:
        RULES.append((step, name, sentence, rule))
        return rule

    return add


def problems(opening: Opening, by: Person) -> Iterator[Problem]:
    """Every rule that this opening does not meet yet, in the order of the wizard."""
    for step, name, sentence, holds in RULES:
        if not holds(opening, by):
            yield Problem(step, name, sentence, holds.__name__)


def barred(person: Person) -> Text:
    """Why this person can't open a deal at all; empty when they can (decision 7)."""
    if person.company is None or person.company.is_vendor:
        return _("Only partners open deals. Sellers send referrals.")
    ready = Solution.objects.own(person.company).filter(is_active=True).cosell_ready()
    places = Location.objects.filter(open_locations(person))
    found = places.values_list(Exists(ready)).order_by()[:1]
    if not found:
        return _("You need the role of referrals admin or referrals user at a location.")
    if not found[0][0]:
        return _("Your company needs at least one solution that is co-sell ready.")
    return ""


@_rule(
    "customer",
    "customer",
    _("Federal customers are chosen from the business register (tab Other)."),
)
def federal_from_register(opening: Opening, by: Person) -> bool:
    return not opening.customer.is_federal or opening.customer.kind == Account.Kind.REGISTER


@_rule("customer", "customer", _("This customer was entered by another company. Enter it again."))
def customer_is_ours(opening: Opening, by: Person) -> bool:
    return opening.customer.entered_by_id in (None, by.company_id)


@_rule(
    "contact",
    "contact_name",
    _("A seller who helps may call the customer: give name, phone, mail."),
)
def contact_for_help(opening: Opening, by: Person) -> bool:
    return not opening.help or opening.contact.is_whole


@_rule("contact", "may_share_contact", _("Confirm that the contact agreed to be named."))
def contact_agreed(opening: Opening, by: Person) -> bool:
    named = opening.contact.name or opening.contact.phone or opening.contact.email
    return opening.may_share_contact or not named


@_rule("details", "location", _("You can't open deals at this location."))
def location_in_scope(opening: Opening, by: Person) -> bool:
    return Location.objects.filter(open_locations(by), pk=opening.location.pk).exists()


@_rule("details", "motion", _("Only vetted partners run solution assessments."))
def vetted_for_assessments(opening: Opening, by: Person) -> bool:
    vetted = by.company is not None and by.company.runs_assessments
    return opening.motion != Motion.ASSESSMENT or vetted


@_rule("details", "value", _("The value must be more than zero."))
def value_positive(opening: Opening, by: Person) -> bool:
    return opening.terms.value > 0


@_rule("details", "notes", _("Write notes: colleagues and sellers read them first."))
def has_notes(opening: Opening, by: Person) -> bool:
    return bool(opening.terms.notes.strip())


@_rule("details", "partner_role", _("Choose the role you play for the customer."))
def role_for_services(opening: Opening, by: Person) -> bool:
    return opening.motion != Motion.SERVICES or bool(opening.terms.partner_role)


@_rule("details", "solution_area", _("Choose the solution area."))
def area_for_services(opening: Opening, by: Person) -> bool:
    return opening.motion != Motion.SERVICES or bool(opening.terms.solution_area)


@_rule("details", "solution_play", _("Choose the solution play."))
def play_for_services(opening: Opening, by: Person) -> bool:
    return opening.motion != Motion.SERVICES or bool(opening.terms.solution_play)


@_rule("intent", "intent", _("Say whether the customer wants to buy on the marketplace."))
def intent_for_ip(opening: Opening, by: Person) -> bool:
    return opening.motion != Motion.IP or opening.terms.intent != Intent.NOT_ASKED


@_rule("team", "team", _("Add at least one person to the team."))
def has_team(opening: Opening, by: Person) -> bool:
    return bool(opening.team)


@_rule("team", "team", _("Every person of the team needs a name, a phone number and an e-mail."))
def team_complete(opening: Opening, by: Person) -> bool:
    return all(m.name and m.phone and m.email for m in opening.team)


@_rule("solutions", "solutions", _("Add at least one solution."))
def has_solution(opening: Opening, by: Person) -> bool:
    return opening.motion != Motion.IP or bool(opening.solutions)


@_rule("solutions", "solutions", _("Choose one assessment and nothing else."))
def one_assessment(opening: Opening, by: Person) -> bool:
    kinds = [s.is_assessment for s in opening.solutions]
    return kinds == [True] if opening.motion == Motion.ASSESSMENT else not any(kinds)


@_rule("solutions", "solutions", _("One of the solutions is not offered to your company."))
def solutions_offered(opening: Opening, by: Person) -> bool:
    ids = [s.pk for s in opening.solutions]
    return Solution.objects.offered_to(by).filter(pk__in=ids).count() == len(set(ids))


@_rule("help", "ask", _("Say what the seller should know: the problem and the help you want."))
def help_explained(opening: Opening, by: Person) -> bool:
    return opening.help == Help.NONE or bool(opening.ask.strip())


@_rule("help", "approved", _("Read the drafted note, then change it or confirm it."))
def draft_approved(opening: Opening, by: Person) -> bool:
    return opening.help == Help.NONE or not opening.ask_unread


@_rule("partners", "company", _("Invite other companies that take part in co-selling."))
def invites_cosellers(opening: Opening, by: Person) -> bool:
    return all(may_be_invited(i.company, by.company) for i in opening.invitations)


@_rule("partners", "company", _("Invite each company once."))
def invites_once(opening: Opening, by: Person) -> bool:
    ids = [i.company.pk for i in opening.invitations]
    return len(ids) == len(set(ids))


@_rule("partners", "solutions", _("Choose at least one solution for each invited partner."))
def invited_with_solution(opening: Opening, by: Person) -> bool:
    return all(i.solutions for i in opening.invitations)


@_rule(
    "partners", "solutions", _("Choose solutions that the invited partner or the vendor offers.")
)
def invited_with_its_own(opening: Opening, by: Person) -> bool:
    return all(offers(i.company, i.solutions) for i in opening.invitations)


@_rule("partners", "value", _("The value of the partner's part must be more than zero."))
def invited_value_positive(opening: Opening, by: Person) -> bool:
    return all(i.value > 0 for i in opening.invitations)


def unfit(invitation: Invitation, by: Company) -> Text:
    """Why this company can't be asked in on these terms; empty when it can."""
    if not may_be_invited(invitation.company, by):
        return _("Invite other companies that take part in co-selling.")
    if not invitation.solutions:
        return _("Choose at least one solution for each invited partner.")
    if not offers(invitation.company, invitation.solutions):
        return _("Choose solutions that the invited partner or the vendor offers.")
    if invitation.value <= 0:
        return _("The value of the partner's part must be more than zero.")
    return ""


def brought_by(company: Company) -> SolutionQuerySet:
    """What an invited partner may be asked to bring: its co-sell ready solutions, the vendor's."""
    ready = Solution.objects.own(company).cosell_ready() | Solution.objects.vendors()
    return ready.filter(is_active=True)


def offers(company: Company, solutions: tuple[Solution, ...]) -> bool:
    """Are all of these among what this company may be asked to bring?"""
    ids = {s.pk for s in solutions}
    return brought_by(company).filter(pk__in=ids).count() == len(ids)


def may_be_invited(company: Company, by: Company | None) -> bool:
    """Other active partners of the co-sell ecosystem (facts 2.5)."""
    return company.is_active and company.in_cosell and not company.is_vendor and company != by
