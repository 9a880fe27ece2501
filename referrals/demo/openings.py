"""What people fill in when they open, send or invite: chosen as they would choose it."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from math import exp
from random import Random

from portal.models import Account, Company, Location, Person
from referrals.actions.opening import Contact, Invitation, Member, Opening, Terms
from referrals.actions.refer import Sending
from referrals.choices import Help, Motion, PartnerRole
from referrals.demo.directory import READY, Directory, Partner
from referrals.demo.names import MARKETS, read
from referrals.demo.people import MAINS, Cast
from referrals.demo.plans import Plan
from referrals.models import Referral, Solution

WORDS = read("words.toml")
ROLES = [role for role in PartnerRole.values if role]
HELPS = [code for code in Help.values if code]
INTENTS = ("yes", "yes", "no", "undecided")
CAMPAIGNS = ("", "", "", "AUTUMN-DATA", "SECURE-26", "LEAVE-THE-CELLAR")


@dataclass
class Desk:
    """Where one deal is written down, with the numbers of that deal."""

    directory: Directory
    cast: Cast
    customers: dict[str, list[Account]]
    rng: Random
    said: set[str] = field(default_factory=set)

    def say(self, by: Person, what: str) -> str:
        """A sentence in the language of who writes, another one each time."""
        sentences = WORDS["pt" if by.language == "pt-br" else "en"][what]
        sentence = str(self.rng.choice([s for s in sentences if s not in self.said] or sentences))
        self.said.add(sentence)
        return sentence

    def opener(self, plan: Plan) -> tuple[Person, Location | None]:
        """Who begins this deal and at which location; sellers have none."""
        if plan.kind == "sent":
            sellers = self.cast.admins(self.directory.vendor.company)
            return (self.cast.main(plan.opener) if plan.opener else self.rng.choice(sellers)), None
        main = next((m for m in MAINS if m.code == plan.opener), None)
        if main:
            places = plan.partner.locations
            place = self.rng.choice(places) if main.place is None else places[main.place]
            return self.cast.main(main.code), place
        place = self.rng.choice(plan.partner.locations)
        admins = self.cast.admins(plan.partner.company, place)
        return self.rng.choice([*admins, admins[0], *self.cast.users(place)]), place

    # --- customers ---------------------------------------------------------------------

    def customer(self, plan: Plan, place: Location | None) -> Account:
        """Mostly at home; federal ones come from the register, as the rule asks."""
        partner = plan.partner
        if plan.registration:
            return self.rng.choice(
                [a for a in self.customers[partner.country] if a.kind == "managed"]
            )
        home = str(place.country) if place else partner.country
        country = home if self.rng.random() < 0.85 else self.rng.choice(list(MARKETS))
        found = self.customers[country]
        wanted = (
            "register" if self.rng.random() < 0.12 else self.rng.choice(("managed",) * 4 + ("",))
        )
        return self.rng.choice([a for a in found if not wanted or a.kind == wanted])

    def contact(self, customer: Account, by: Person) -> Contact:
        market = MARKETS[str(customer.country)]
        name = market.person(self.rng)
        first = name.split()[0].encode("ascii", "ignore").decode().lower()
        email = f"{first}@{customer.name_key.replace(' ', '')[:30]}.example"
        return Contact(name, self.say(by, "titles"), market.number(self.rng), email)

    # --- words and figures -------------------------------------------------------------

    def rounded(self, value: float) -> Decimal:
        """As people estimate: two leading figures."""
        step = 10 ** max(2, len(str(int(value))) - 2)
        return Decimal(max(step, round(value / step) * step)).quantize(Decimal("0.01"))

    def value(self, country: str) -> tuple[Decimal, str]:
        market = MARKETS[country]
        usd = min(3_000_000.0, exp(self.rng.gauss(11.0, 0.9)))
        return self.rounded(usd * market.per_usd), market.currency

    def terms(self, plan: Plan, by: Person, customer: Account, motion: str, today: date) -> Terms:
        topic = self.rng.choice(WORDS["topic"])
        name, notes = topic["pt" if by.language == "pt-br" else "en"]
        value, currency = self.value(plan.partner.country)
        if plan.registration:  # enough to be registered
            value = max(value, self.rounded(60_000 * MARKETS[plan.partner.country].per_usd))
        short = customer.name.split(",")[0]
        return Terms(
            name=name.replace("{x}", short),
            value=value,
            currency=currency,
            close_on=today + timedelta(days=self.rng.randint(50, 190)),
            notes=notes.replace("{x}", short),
            crm_id=f"CRM-{self.rng.randint(1000, 9999)}" if self.rng.random() < 0.4 else "",
            campaign_id=self.rng.choice(CAMPAIGNS),
            partner_role=self.rng.choice(ROLES) if motion == Motion.SERVICES else "",
            solution_area=topic["area"],
            solution_play=topic["play"],
            intent=self.rng.choice(INTENTS) if motion == Motion.IP else "",
        )

    def motion(self, plan: Plan) -> str:
        if plan.kind == "assessment":
            return Motion.ASSESSMENT
        if plan.registration:
            return Motion.IP
        return Motion.IP if self.rng.random() < 0.65 else Motion.SERVICES

    def solutions(self, plan: Plan, motion: str) -> tuple[Solution, ...]:
        partner = plan.partner
        wanted = ("ip",) if plan.registration else ("ip", "business")
        if motion == Motion.ASSESSMENT:
            return (self.rng.choice(partner.assessments),)
        own = partner.sells(*wanted) if motion == Motion.IP else partner.sells("ready")
        chosen = [self.rng.choice(own or partner.sells(*READY))]
        if self.rng.random() < 0.4:
            chosen.append(self.rng.choice(self.directory.vendor.solutions))
        return tuple(chosen)

    # --- whole forms -------------------------------------------------------------------

    def opening(
        self, plan: Plan, by: Person, place: Location, today: date, *, late: bool
    ) -> Opening:
        """The wizard filled in. `late` leaves for later what can be added later."""
        customer, motion = self.customer(plan, place), self.motion(plan)
        helped = plan.kind in ("co_sell", "p2p_vendor") and not late
        terms = self.terms(plan, by, customer, motion, today)
        invited = plan.other if plan.other and not late else None
        named = helped or self.rng.random() < 0.7
        return Opening(
            customer=customer,
            motion=motion,
            location=place,
            terms=terms,
            contact=self.contact(customer, by) if named else Contact(),
            may_share_contact=True,
            team=tuple(self.team(by, place)),
            solutions=self.solutions(plan, motion),
            help=self.rng.choice(HELPS) if helped else "",
            ask=self.say(by, "asks") if helped else "",
            visible=plan.kind == "partner_led" and not late,
            invitations=(self.invitation(invited, terms.value, by, today),) if invited else (),
        )

    def sending(self, plan: Plan, by: Person, today: date) -> Sending:
        """A seller's referral to a partner; where that has nothing ready, for the vendor's own."""
        customer = self.customer(plan, None)
        own = plan.partner.sells(*READY)
        solution = self.rng.choice(own or self.directory.vendor.solutions)
        terms = self.terms(plan, by, customer, Motion.SERVICES, today)
        invitation = Invitation(
            company=plan.partner.company,
            value=terms.value,
            currency=terms.currency,
            close_on=terms.close_on,
            help=self.rng.choice(HELPS),
            ask=self.say(by, "asks"),
            solutions=(solution,),
        )
        return Sending(customer, self.contact(customer, by), terms, invitation)

    def invitation(self, other: Partner, whole: Decimal, by: Person, today: date) -> Invitation:
        value, currency = self.value(other.country)
        return Invitation(
            company=other.company,
            value=value,
            currency=currency,
            close_on=today + timedelta(days=self.rng.randint(40, 150)),
            help=self.rng.choice(HELPS),
            ask=self.say(by, "asks"),
            solutions=(self.rng.choice(other.sells(*READY)),),
        )

    # --- teams -------------------------------------------------------------------------

    def team(self, by: Person, place: Location) -> list[Member]:
        others = [p for p in self.cast.users(place) if p != by]
        more = self.rng.sample(others, min(len(others), self.rng.choice((0, 0, 1))))
        return [_member(person) for person in (by, *more)]

    def colleague(self, leg: Referral, by: Person) -> Member | None:
        company: Company = leg.company
        others = [*self.cast.admins(company, leg.location), *self.cast.users(leg.location)]
        others = [p for p in others if p != by]
        return _member(self.rng.choice(others)) if others else None

    def has(self, leg: Referral, other: Partner) -> bool:
        return bool(leg.deal.legs.filter(company=other.company).exists())


def _member(person: Person) -> Member:
    return Member(person.name, str(person.phone), person.email)
