"""What happens in a deal, told by the real verbs, so that every history is true."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from zoneinfo import ZoneInfo

from django.conf import settings

from portal.models import Account, Location, Person
from referrals.actions import deal, refer, referral, team
from referrals.choices import VENDOR_REASONS, ErrorReason, Help, Reason, Stage
from referrals.demo.calendar import Calendar, Story, office_hours
from referrals.demo.directory import Directory
from referrals.demo.openings import Desk
from referrals.demo.people import Cast
from referrals.demo.plans import Plan
from referrals.demo.registering import Case
from referrals.models import Referral

ANSWERS = {"accept": 58, "late": 7, "decline": 17, "expire": 12, "error": 6}
ENDS = {"won": 42, "lost": 30, "error": 4, "open": 24}
LEFT = (Reason.BUDGET, Reason.NO_RESPONSE, Reason.OTHER_VENDOR, Reason.TIMELINE)
STALE = timedelta(days=150)  # a deal as old as this has ended


@dataclass
class World:
    """Everybody and everything that stories are told of."""

    seed: int
    directory: Directory
    cast: Cast
    calendar: Calendar
    customers: dict[str, list[Account]]


def days(rng: Random, least: float, most: float) -> timedelta:
    return timedelta(days=rng.uniform(least, most))


def choose(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


class Tale:
    """One plan coming true. It draws from its own numbers, whatever the others do."""

    def __init__(self, world: World, plan: Plan, number: int) -> None:
        self.world, self.plan = world, plan
        self.rng = Random(f"{world.seed}:{number}")  # noqa: S311  # nosec B311
        self.desk = Desk(world.directory, world.cast, world.customers, self.rng)
        self.zone = ""

    def begin(self) -> None:
        by, place = self.desk.opener(self.plan)
        self.zone = by.time_zone
        story = self._sent(by) if self.plan.kind == "sent" else self._own(by, place)
        self.world.calendar.begin(story, self._starts(), self.zone, self.rng)

    def _starts(self) -> datetime:
        """In office hours, unless the hour was planned or that would be too late."""
        start = office_hours(self.plan.start, ZoneInfo(self.zone), self.rng)
        fixed = self.plan.fate == "wait" or start > self.world.calendar.now
        return self.plan.start if fixed else start

    # --- how deals begin ---------------------------------------------------------------

    def _own(self, by: Person, place: Location | None) -> Story:
        assert place is not None
        today = self.world.calendar.today.date()
        late = self.plan.fate != "wait" and self.rng.random() < 0.3
        leg = deal.open(self.desk.opening(self.plan, by, place, today, late=late), by=by)
        self._hand_over(leg)
        if late:
            yield days(self.rng, 2, 20)
            self._second_step(leg, by)
        yield from self._work(leg, by, self._end())

    def _second_step(self, leg: Referral, by: Person) -> None:
        """Private deals stay so; the others become what they were planned to be."""
        today = self.world.calendar.today.date()
        if self.plan.kind == "partner_led":
            deal.share(leg, by=by)
        if self.plan.kind in ("co_sell", "p2p_vendor"):
            code = self.rng.choice([h for h in Help.values if h])
            contact = self.desk.contact(leg.deal.customer, by)
            deal.ask_help(leg, by=by, help=code, ask=self.desk.say(by, "asks"), contact=contact)
        if self.plan.other and not self.desk.has(leg, self.plan.other):
            deal.invite(leg, self.desk.invitation(self.plan.other, leg.value, by, today), by=by)
        self._hand_over(leg)

    def _sent(self, by: Person) -> Story:
        today = self.world.calendar.today.date()
        theirs = refer.refer(self.desk.sending(self.plan, by, today), by=by)
        own = theirs.deal.legs.get(company=by.company)
        self._hand_over(own)
        while theirs.is_open:
            yield days(self.rng, 6, 12)
            theirs = Referral.objects.get(pk=theirs.pk)
            if theirs.stage > own.stage:
                own = referral.move_stage(own, by=by, stage=theirs.stage)
        if theirs.status == "won":
            referral.win(own, by=by)
        else:
            referral.lose(own, by=by, reason=theirs.reason if theirs.status == "lost" else "other")

    # --- the other companies -----------------------------------------------------------

    def _hand_over(self, leg: Referral) -> None:
        """Let every company that was asked in decide, and the clock look at its time."""
        asked = leg.deal.legs.filter(status="pending").order_by("company__name")
        for other in asked.select_related("company", "location"):
            assert other.due_at is not None
            for moment in (other.due_at - timedelta(days=settings.REMIND_DAYS), other.due_at):
                self.world.calendar.plan(moment + timedelta(minutes=1), partial(sweep, other))
            answer = self._answer()
            if answer not in ("expire", "wait"):
                begins = self.world.calendar.today + self._thinks(answer)
                self.world.calendar.begin(self._received(other, answer), begins, "UTC", self.rng)

    def _answer(self) -> str:
        planned = self.plan.fate in (*ANSWERS, "wait")
        return self.plan.fate if planned else choose(self.rng, ANSWERS)

    def _thinks(self, answer: str) -> timedelta:
        late = timedelta(days=11.05 + self.rng.random() / 5)
        return late if answer == "late" else timedelta(days=9 * self.rng.betavariate(1.2, 4))

    def _received(self, leg: Referral, answer: str) -> Story:
        by = self.rng.choice(self.world.cast.admins(leg.company, leg.location))
        yield timedelta(minutes=5)  # to the office hours of whoever answers
        if answer == "decline":
            reasons = VENDOR_REASONS if by.is_vendor else LEFT
            note = self.desk.say(by, "declines")
            referral.decline(leg, by=by, reason=self.rng.choice(reasons), reason_note=note)
        elif answer == "error":
            self._error(leg, by)
        else:
            yield from self._accepted(leg, by)

    def _accepted(self, leg: Referral, by: Person) -> Story:
        later = leg.close_on + timedelta(days=self.rng.choice((0, 0, 14, 30)))
        crm = f"OPP-{self.rng.randint(10000, 99999)}"
        leg = referral.accept(
            leg, by=by, name=leg.name, value=leg.value, close_on=later, crm_id=crm
        )
        if self.rng.random() < 0.7:
            yield timedelta(minutes=self.rng.randint(3, 90))
            referral.reveal_contact(leg, by=by)
            referral.comment(leg, by=by, text=self.desk.say(by, "replies"))
        yield from self._work(leg, by, self._end())

    # --- the work on a leg -------------------------------------------------------------

    def _end(self) -> str:
        if self.plan.fate in ENDS:
            return self.plan.fate
        old = self.world.calendar.now - self.plan.start > STALE
        return choose(self.rng, {k: v for k, v in ENDS.items() if not (old and k == "open")})

    def _work(self, leg: Referral, by: Person, end: str) -> Story:
        stages = [stage for stage in Stage.values if stage > leg.stage]
        least = len(stages) if end == "won" else 1 if end == "open" else 0
        for stage in stages[: self.rng.randint(least, len(stages) if end != "error" else 1)]:
            yield days(self.rng, *self.pace)
            referral.move_stage(leg, by=by, stage=stage)
            yield from self._on_the_way(leg, by)
        yield days(self.rng, *self.pace)
        if end == "won":
            yield from self._registered(referral.win(leg, by=by), by)
        elif end == "lost":
            note = self.desk.say(by, "losses")
            referral.lose(leg, by=by, reason=self.rng.choice(LEFT), reason_note=note)
        elif end == "error":
            self._error(leg, by)

    @property
    def pace(self) -> tuple[float, float]:
        """Days between two steps; quicker where the win should not be long ago."""
        return (2, 4) if self.plan.registration else (4, 23)

    def _registered(self, leg: Referral, by: Person) -> Story:
        if not by.is_vendor:
            people = self.world.cast.reviewers()
            case = Case(self.world.calendar, self.desk, people, leg, by, self.plan.registration)
            yield from case.story()

    def _error(self, leg: Referral, by: Person) -> None:
        reason = self.rng.choice((ErrorReason.DUPLICATE_PORTAL, ErrorReason.CUSTOMER))
        note = self.desk.say(by, "errors")
        referral.close_as_error(leg, by=by, reason=reason, reason_note=note)

    def _on_the_way(self, leg: Referral, by: Person) -> Story:
        """Some of what people do between two stages, each some hours after the other."""
        chances = {self._comment: 0.4, self._note: 0.15, self._edit: 0.2, self._add: 0.15}
        for act, chance in chances.items():
            if self.rng.random() < chance:
                yield timedelta(minutes=self.rng.randint(4, 1800))
                act(leg, by)
        if self.rng.random() < 0.15:
            referral.favour(leg, by=by)

    def _comment(self, leg: Referral, by: Person) -> None:
        referral.comment(leg, by=by, text=self.desk.say(by, "comments"))

    def _note(self, leg: Referral, by: Person) -> None:
        referral.comment(leg, by=by, text=self.desk.say(by, "internal"), internal=True)

    def _edit(self, leg: Referral, by: Person) -> None:
        value = self.desk.rounded(float(leg.value) * self.rng.uniform(0.7, 1.5))
        later = leg.close_on + timedelta(days=self.rng.randint(7, 60))
        referral.edit(leg, by=by, value=value, close_on=later)

    def _add(self, leg: Referral, by: Person) -> None:
        colleague = self.desk.colleague(leg, by)
        if colleague and not leg.team.filter(email=colleague.email).exists():
            team.add_member(leg, colleague, by=by)


def sweep(leg: Referral) -> None:
    """What the clock does every minute, at a moment when it may find this one unanswered."""
    if Referral.objects.filter(pk=leg.pk, status="pending").exists():
        referral.remind_expiring()
        referral.expire_overdue()
