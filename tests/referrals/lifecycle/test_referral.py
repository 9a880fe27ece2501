"""THE TABLE: status × verb × who, every cell. What is not listed must refuse and change nothing."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from portal import clock
from portal.actors import CLOCK
from portal.models import Company, Event, Person, Role
from portal.workflow import NotAllowed, Refused, move
from referrals.actions import referral as actions
from referrals.lifecycle import referral as page
from referrals.lifecycle.referral import Status
from referrals.models import Deal, Referral
from tests.conftest import accept, at, make_person

GIVEN: dict[str, dict[str, Any]] = {
    "accept": {"name": "Accepted", "value": Decimal(5), "close_on": date(2027, 1, 1)},
    "decline": {"reason": "budget"},
    "lose": {"reason": "budget"},
    "close_as_error": {"reason": "test"},
    "move_stage": {"stage": 40},
    "set_solutions": {"solutions": ["one"]},
    "remove_member": {"removes": False},
    "set_contact": {"agreed": True},
}
VERBS = (
    "accept decline remind expire close_as_error move_stage win lose share ask_help invite "
    "add_member remove_member set_solutions set_contact reveal_contact comment"
).split()
WORK = {"move_stage", "win", "lose", "close_as_error", "invite", "add_member", "remove_member"}
WORK |= {"set_solutions", "comment"}

# (status, verb) -> who may, on a leg that another partner opened for Carla's company.
RECEIVED = {
    ("pending", "accept"): {"carla"},
    ("pending", "decline"): {"carla"},
    ("pending", "close_as_error"): {"carla"},
    **{("accepted", verb): {"carla", "member"} for verb in WORK},
    ("accepted", "reveal_contact"): {"carla", "member"},
}
# The same for Ana's own deal: she opened it, so nothing was received.
OWN = {
    **{("accepted", verb): {"ana", "member"} for verb in WORK},
    ("accepted", "share"): {"ana", "member"},
    ("accepted", "set_contact"): {"ana", "member"},
    # ask_help needs a contact; see below
}


def cast(company: Company, *others: Person, **named: Person) -> dict[str, Any]:
    """Who might try: a user on the team, one who isn't, strangers, the vendor, the clock."""
    member = make_person("Mia Member", company, Role.REFERRALS_USER)
    stranger = make_person("Stan Stranger", company, Role.REFERRALS_USER)
    inc = make_person("Ines Incentives", company, Role.INCENTIVES_ADMIN)
    people = {"member": member, "stranger": stranger, "incentives": inc, "clock": CLOCK}
    return people | named


def tried(leg: Referral, verb: str, by: Any) -> Refused | None:
    """Try a step and undo nothing: the refusal, or None when it went through."""
    try:
        move(leg, verb, by=by, **GIVEN.get(verb, {}))
    except Refused as refused:
        return refused
    return None


def state(leg: Referral) -> tuple[dict[str, Any], int]:
    row = Referral.objects.filter(pk=leg.pk).values().get()
    return row, Event.objects.filter(record_id=leg.pk).count()


def check_row(leg: Referral, verb: str, people: dict[str, Any], allowed: set[str]) -> None:
    for name in sorted(people.keys() - allowed):
        before = state(leg)
        assert tried(leg, verb, people[name]) is not None, f"{name} could {verb}"
        assert state(leg) == before
    for name in sorted(allowed)[:1]:
        assert tried(leg, verb, people[name]) is None, f"{name} could not {verb}"


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", Status.values)
def test_received(status, verb, invited_leg, carla, ana, sam, rita, otto, fabrikam) -> None:
    leg = at(status, invited_leg, carla)
    people = cast(fabrikam, carla=carla, ana=ana, sam=sam, rita=rita, otto=otto)
    leg.team.create(company=fabrikam, person=people["member"], name="M", phone="+1", email="m@x.y")
    allowed = RECEIVED.get((status, verb), set())
    if status == "pending":
        allowed = allowed | ({"member"} if allowed else set())
    check_row(leg, verb, people, allowed)


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", ["accepted", "won", "lost", "error"])
def test_own(status, verb, own_deal, ana, carla, sam, rita, otto, contoso) -> None:
    ends = {"won": "win", "lost": "lose", "error": "close_as_error"}
    leg = own_deal
    if verb_to := ends.get(status):
        leg = move(leg, verb_to, by=ana, **GIVEN.get(verb_to, {}))
    people = cast(contoso, ana=ana, carla=carla, sam=sam, rita=rita, otto=otto)
    leg.team.create(company=contoso, person=people["member"], name="M", phone="+1", email="m@x.y")
    check_row(leg, verb, people, OWN.get((status, verb), set()))


@pytest.mark.parametrize("name", sorted(OWN[("accepted", "share")] | {"ana"}))
def test_every_allowed_person_of_the_own_deal_may(name, own_deal, ana, contoso) -> None:
    people = cast(contoso, ana=ana)
    own_deal.team.create(
        company=contoso, person=people["member"], name="M", phone="+1", email="m@x.y"
    )
    assert tried(own_deal, "move_stage", people[name]) is None


def test_page_lists_every_step() -> None:
    """The table in the docstring and the machine agree, row for row."""
    transitions = list(Referral().get_all_status_transitions())
    verbs = {t.name for t in transitions}
    rows = [tuple(line.split()) for line in (page.__doc__ or "").splitlines()]
    written = [row for row in rows if len(row) == 4 and row[1] in verbs]
    declared = {
        (str(t.source), t.name, str(t.target), t.custom["who"].__name__) for t in transitions
    }
    assert set(written) == declared
    assert len(written) == len(declared)


def test_every_button_is_a_step_and_every_step_of_a_person_a_button_or_a_form() -> None:
    steps = {t.name for t in Referral().get_all_status_transitions()}
    without_button = {"expire", "remind", "remove_member", "set_contact", "comment"}
    assert set(Referral.VERBS) == steps - without_button


@pytest.mark.rule("DEAL-014")
def test_answer_at_the_very_second_is_too_late(vendor_leg, sam) -> None:
    """Fourteen times 24 hours: the moment itself is over, whether or not a sweep ran."""
    clock.move(vendor_leg.due_at - clock.now() + timedelta(milliseconds=1500))
    with pytest.raises(Refused, match="time to answer has passed"):
        accept(vendor_leg, sam)
    with pytest.raises(Refused, match="time to answer has passed"):
        actions.decline(vendor_leg, by=sam, reason="budget")
    assert Referral.objects.get(pk=vendor_leg.pk).shown_status == Status.EXPIRED


@pytest.mark.rule("DEAL-014")
def test_answer_just_in_time_counts(vendor_leg, sam) -> None:
    clock.move(vendor_leg.due_at - clock.now() - timedelta(seconds=20))
    assert accept(vendor_leg, sam).status == Status.ACCEPTED


@pytest.mark.rule("DEAL-014")
def test_the_window_is_fourteen_days_from_arrival(vendor_leg) -> None:
    window = vendor_leg.due_at - vendor_leg.created_at
    assert abs(window - timedelta(days=14)) < timedelta(seconds=2)


@pytest.mark.rule("DEAL-015")
def test_expire_waits_for_the_moment(vendor_leg) -> None:
    with pytest.raises(Refused, match="not passed yet"):
        move(vendor_leg, "expire", by=CLOCK)


@pytest.mark.rule("DEAL-012")
def test_help_needs_a_contact(own_deal, ana) -> None:
    assert "contact" in str(tried(own_deal, "ask_help", ana))
    Deal.objects.filter(pk=own_deal.deal_id).update(
        contact_name="N", contact_phone="+351210000000", contact_email="n@x.example"
    )
    assert tried(own_deal, "ask_help", ana) is None


@pytest.mark.rule("DEAL-018")
def test_assessment_stages_come_one_after_the_other(own_deal, ana) -> None:
    Deal.objects.filter(pk=own_deal.deal_id).update(motion="assessment")
    leg = Referral.objects.get(pk=own_deal.pk)
    with pytest.raises(Refused, match="Tick all four"):
        move(leg, "win", by=ana)
    with pytest.raises(Refused, match="one after the other"):
        move(leg, "move_stage", by=ana, stage=40)
    for stage in (20, 40, 60, 80):
        leg = move(leg, "move_stage", by=ana, stage=stage)
    assert move(leg, "win", by=ana).status == Status.WON


@pytest.mark.rule("DEAL-017")
def test_other_deals_may_skip_stages_and_win_at_once(own_deal, ana) -> None:
    leg = move(own_deal, "move_stage", by=ana, stage=80)
    leg = move(leg, "move_stage", by=ana, stage=20)
    assert move(leg, "win", by=ana).status == Status.WON


def test_not_you_comes_before_not_now(vendor_leg, carla, sam) -> None:
    """409 no such step, then 403 not you, then the guard's sentence."""
    with pytest.raises(Refused) as refused:
        move(vendor_leg, "win", by=carla)
    assert not isinstance(refused.value, NotAllowed)
    clock.move(timedelta(days=15))
    with pytest.raises(NotAllowed):
        move(vendor_leg, "accept", by=carla, **GIVEN["accept"])
