"""THE TABLE of registrations: status × verb × who, every cell. What is not listed must refuse."""

from typing import Any

import pytest

from portal.actors import CLOCK
from portal.models import Company, Event, Person, Role
from portal.workflow import NotAllowed, Refused, move
from referrals.lifecycle import exception as exception_page
from referrals.lifecycle import registration as page
from referrals.lifecycle.registration import Status
from referrals.models import ExceptionRequest, Registration
from tests.conftest import make_person
from tests.referrals.registering import asked, at, won

GIVEN: dict[str, dict[str, Any]] = {
    "ask_more": {"question": "Which page names the solution?"},
    "select": {"reasons": ["large"]},
    "fail": {"fail_reason": "unsigned"},
    "ask_exception": {"explanation": "The notary was late."},
}
DECIDER = {"approve", "fail"}  # who is written down with the decision
VERBS = (
    "attach detach submit forgo ask_more verify select auto_approve approve fail pull_back close "
    "ask_exception reconsider"
).split()

PARTNER, REVIEWER, SYSTEM = {"ana", "member"}, {"rita"}, {"clock"}
ALLOWED = {
    ("draft", "attach"): PARTNER,
    ("draft", "detach"): PARTNER,
    ("draft", "submit"): PARTNER,
    ("draft", "forgo"): PARTNER,
    ("pending", "auto_approve"): SYSTEM,  # made so that nothing else is due; see below
    ("review", "ask_more"): REVIEWER,
    ("review", "approve"): REVIEWER,
    ("review", "fail"): REVIEWER,
    ("validation", "ask_more"): REVIEWER,
    ("validation", "approve"): REVIEWER,
    ("validation", "fail"): REVIEWER,
    ("action", "attach"): PARTNER,
    ("action", "submit"): PARTNER,
    ("approved", "pull_back"): REVIEWER,
    ("approved", "ask_exception"): PARTNER,
    ("passed", "ask_exception"): PARTNER,
    ("failed", "ask_exception"): PARTNER,
    ("closed", "ask_exception"): PARTNER,
}


def cast(company: Company, **named: Person) -> dict[str, Any]:
    member = make_person("Mia Member", company, Role.REFERRALS_USER)
    stranger = make_person("Stan Stranger", company, Role.REFERRALS_USER)
    return {"member": member, "stranger": stranger, "clock": CLOCK} | named


def given(verb: str, by: Any) -> dict[str, Any]:
    data = dict(GIVEN.get(verb, {}))
    if verb in DECIDER:
        data["reviewer"] = by.person
    return data | ({"pulled_back_by": by.person} if verb == "pull_back" else {})


def tried(record: Any, verb: str, by: Any) -> Refused | None:
    try:
        move(record, verb, by=by, **given(verb, by))
    except Refused as refused:
        return refused
    return None


def state(record: Any) -> tuple[dict[str, Any], int]:
    row = type(record).objects.filter(pk=record.pk).values().get()
    return row, Event.objects.filter(record_id=record.pk).count()


@pytest.mark.rule("REG-001")
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("status", Status.values)
def test_every_cell(status, verb, own_deal, ana, carla, sam, rita, otto, contoso) -> None:
    people = cast(contoso, ana=ana, carla=carla, sam=sam, rita=rita, otto=otto)
    own_deal.team.create(
        company=contoso, person=people["member"], name="M", phone="+1", email="m@x.y"
    )
    record = at(status, won(own_deal, ana), ana)
    if status == "pending":  # the scanner lets the contract go
        record.documents[0].__class__.objects.of(record).update(state="ready", scan_at=None)
    allowed = ALLOWED.get((status, verb), set())
    for name in sorted(people.keys() - allowed):
        before = state(record)
        assert tried(record, verb, people[name]) is not None, f"{name} could {verb}"
        assert state(record) == before
    for name in sorted(allowed)[:1]:
        assert tried(record, verb, people[name]) is None, f"{name} could not {verb}"


@pytest.mark.rule("REG-001")
@pytest.mark.parametrize(("status", "verb"), sorted(k for k, v in ALLOWED.items() if v == PARTNER))
def test_a_user_on_the_team_may_what_an_admin_may(status, verb, own_deal, ana, contoso) -> None:
    member = make_person("Mia Member", contoso, Role.REFERRALS_USER)
    own_deal.team.create(company=contoso, person=member, name="M", phone="+1", email="m@x.y")
    assert tried(at(status, won(own_deal, ana), ana), verb, member) is None


@pytest.mark.rule("REG-051")
@pytest.mark.parametrize("verb", ["grant", "refuse"])
@pytest.mark.parametrize("status", exception_page.Status.values)
def test_every_cell_of_an_exception(
    status, verb, own_deal, ana, carla, sam, rita, otto, contoso
) -> None:
    request = asked(at("failed", won(own_deal, ana), ana), ana, total_value=70000)
    if status != "asked":
        ends = {"granted": "grant", "refused": "refuse"}
        request = move(request, ends[status], by=rita, reviewer=rita, answer="Seen.")
    people = cast(contoso, ana=ana, carla=carla, sam=sam, otto=otto, rita=rita)
    allowed = {"rita"} if status == "asked" else set()
    for name in sorted(people.keys() - allowed):
        before = state(request)
        with pytest.raises(Refused):
            move(request, verb, by=people[name], reviewer=None, answer="Why not.")
        assert state(request) == before
    if allowed:
        assert move(request, verb, by=rita, reviewer=rita, answer="Seen.").decided_at is not None


@pytest.mark.parametrize(
    ("model", "text"),
    [(Registration, page.__doc__), (ExceptionRequest, exception_page.__doc__)],
)
def test_page_lists_every_step(model: Any, text: str) -> None:
    """The table in the docstring and the machine agree, row for row."""
    transitions = list(model().get_all_status_transitions())
    verbs = {t.name for t in transitions}
    rows = [tuple(line.split()) for line in text.splitlines()]
    written = [row for row in rows if len(row) == 4 and row[1] in verbs]
    declared = {
        (str(t.source), t.name, str(t.target), t.custom["who"].__name__) for t in transitions
    }
    assert set(written) == declared
    assert len(written) == len(declared)


def test_every_button_is_a_step() -> None:
    steps = {t.name for t in Registration().get_all_status_transitions()}
    by_themselves = {"verify", "select", "auto_approve", "close", "reconsider"}
    assert set(Registration.VERBS) == steps - by_themselves - {"attach", "detach"}
    assert set(ExceptionRequest.VERBS) == {"grant", "refuse"}


def test_not_you_comes_before_not_now(own_deal, ana, carla) -> None:
    draft = at("draft", won(own_deal, ana), ana)
    with pytest.raises(Refused) as refused:
        move(draft, "approve", by=carla, reviewer=carla)
    assert not isinstance(refused.value, NotAllowed)
    with pytest.raises(NotAllowed):
        move(draft, "submit", by=carla)
