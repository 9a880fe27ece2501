"""What becomes of a won deal: registered or not, reviewed or not, told by the real verbs."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

from portal.models import Person
from portal.steps import problems
from referrals.actions import exception, registration
from referrals.choices import Pricing, Tenant, Term
from referrals.demo.calendar import Calendar, Story
from referrals.demo.contracts import contract
from referrals.demo.openings import Desk
from referrals.lifecycle.contract import in_usd
from referrals.lifecycle.eligibility import obstacle, partners
from referrals.lifecycle.registration import Status
from referrals.models import ExceptionRequest, Referral, Registration

FATES = {
    "ready": 12,
    "draft": 6,
    "plain": 46,
    "payg": 8,
    "large": 4,
    "marketplace": 14,
    "forgo": 10,
}
DECISIONS = {"approve": 60, "ask_more": 25, "fail": 15}
REVIEWED = ("action", "failed", "exception")  # and decided by the main reviewer
FIRST = ("payg", "large", "marketplace")  # what a reviewer has to look at
LARGE = Decimal(1_200_000)  # dollars a year
HELD = Decimal(30_000)


def _choose(rng: Random, weights: dict[str, int]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


@dataclass
class Case:
    """One won deal and the people who see its registration through."""

    calendar: Calendar
    desk: Desk
    reviewers: list[Person]
    leg: Referral
    by: Person
    fate: str = ""

    @property
    def rng(self) -> Random:
        return self.desk.rng

    def story(self) -> Story:
        """From the win to wherever the year ends."""
        leg = Referral.objects.with_registration().get(pk=self.leg.pk)
        fate = self.fate or _choose(self.rng, FATES)
        if obstacle(leg) or fate == "ready":
            return
        yield timedelta(days=self.rng.uniform(0.5, 3))
        found = registration.register(leg, by=self.by)
        if fate == "forgo":
            registration.forgo(found, by=self.by)
            return
        registration.attach(found, by=self.by, files=[contract(found)])
        if fate == "draft":
            registration.edit(found, by=self.by, is_marketplace=False, deployment="azure")
            return
        yield timedelta(minutes=self.rng.randint(9, 90))
        found = registration.edit(found, by=self.by, **self._said(found, fate))
        if problems(found, "submit"):
            return
        yield from self._decided(registration.submit(found, by=self.by))

    # --- what the partner enters ---------------------------------------------------------

    def _said(self, found: Registration, fate: str) -> dict[str, Any]:
        leg = found.referral
        assert leg.closed_at is not None
        signed = leg.closed_at.date()
        total = self._total(found, fate)
        said = {
            "is_marketplace": fate == "marketplace",
            "marketplace_on": signed if fate == "marketplace" else None,
            "solution_id": found.solution_id or leg.solutions.filter(status="ip")[0].pk,
            "deployment": "azure",
            "holds_contract": len(partners(leg)) > 1,
            "total_value": total,
            "solution_value": (total * Decimal("0.8")).quantize(Decimal("0.01")),
        }
        return said if fate == "marketplace" else said | self._contract(signed, fate)

    def _contract(self, signed: Any, fate: str) -> dict[str, Any]:
        payg = fate == "payg"
        start = signed if payg else signed + timedelta(days=self.rng.randint(0, 14))
        return {
            "names_both": True,
            "pricing": Pricing.PAYG if payg else Pricing.OTHER,
            "term": Term.FINITE,
            "signed_on": signed,
            "starts_on": start,
            "ends_on": start + timedelta(days=300 if payg else 364),
            "tenant": self.rng.choice(Tenant.values),
        }

    def _total(self, found: Registration, fate: str) -> Decimal:
        """Near the estimate; enough for a year, and for a reviewer where one is wanted."""
        total = self.desk.rounded(float(found.referral.value) * self.rng.uniform(1.05, 1.4))
        worth = in_usd(found, total) or HELD
        least = LARGE if fate in ("large", *REVIEWED) else HELD
        return total if worth >= least else self.desk.rounded(float(total * least / worth) * 1.05)

    # --- what the vendor decides ---------------------------------------------------------

    def _decided(self, found: Registration) -> Story:
        if found.status == Status.APPROVED:
            yield from self._after_approval(found)
        elif self.fate in ("review", *FIRST):
            return  # it waits on the desk for whoever looks around
        else:
            yield from self._reviewed(found)

    def _after_approval(self, found: Registration) -> Story:
        self._closes(found)
        if self.fate == "review" or (not self.fate and self.rng.random() < 0.08):
            yield timedelta(days=self.rng.uniform(1, 4))
            doubts = self.desk.say(self.reviewers[0], "doubts")
            found = registration.pull_back(found, by=self.reviewers[1], note=doubts)
            if not self.fate:
                yield from self._reviewed(found)

    def _reviewed(self, found: Registration) -> Story:
        yield timedelta(days=self.rng.uniform(1, 5))
        wanted = {"action": "ask_more", "failed": "fail", "exception": "fail"}
        decision = wanted.get(self.fate) or _choose(self.rng, DECISIONS)
        by = self.reviewers[0]
        if decision == "ask_more":
            question = self.desk.say(by, "questions")
            found = registration.ask_more(found, by=by, question=question)
            if self.fate:
                return
            yield timedelta(days=self.rng.uniform(0.5, 4))
            found = registration.submit(found, by=self.by)
            yield timedelta(days=self.rng.uniform(1, 4))
            decision = "approve"
        if decision == "approve":
            self._closes(registration.approve(found, by=by))
            return
        note = self.desk.say(by, "fails")
        found = registration.fail(found, by=by, fail_reason="dates", fail_note=note)
        self._closes(found)
        if self.fate == "exception" or (not self.fate and self.rng.random() < 0.5):
            yield from self._excepted(found)

    def _excepted(self, found: Registration) -> Story:
        yield timedelta(days=self.rng.uniform(1, 4))
        later = (found.starts_on or found.created_at.date()) + timedelta(days=5)
        why = self.desk.say(self.by, "exceptions")
        asked = exception.ask_exception(found, by=self.by, explanation=why, starts_on=later)
        if self.fate:
            return
        yield timedelta(days=self.rng.uniform(2, 9))
        self._answer(asked)

    def _answer(self, asked: ExceptionRequest) -> None:
        by = self.reviewers[1]
        if asked.registration.is_biased(by):
            return
        if self.rng.random() < 0.5:
            granted = exception.grant(asked, by=by, note=self.desk.say(by, "grants"))
            self._closes(granted.registration)
        else:
            exception.refuse(asked, by=by, note=self.desk.say(by, "refusals"))

    def _closes(self, found: Registration) -> None:
        due = Registration.objects.values_list("due_at", flat=True).get(pk=found.pk)
        assert due is not None
        self.calendar.plan(due + timedelta(minutes=1), registration.close_decided)
