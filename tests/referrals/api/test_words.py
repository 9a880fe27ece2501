"""Every word of the wire is one of ours, both ways."""

import pytest

from referrals.api import lists, words
from referrals.api.words import Words
from referrals.choices import ErrorReason, FailReason, Help, Motion, PartnerRole, Reason, Stage
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registered


@pytest.mark.rule("API-030")
@pytest.mark.parametrize("status", Status)
def test_a_status_is_one_pair_and_back(status) -> None:
    first, second = words.pair(status)
    assert first in words.STATUSES.all
    assert second in words.SUBSTATUSES.all
    assert words.status_of(first, second) == status
    assert words.status_of(first.upper(), second.lower()) == status


@pytest.mark.rule("API-030")
@pytest.mark.parametrize(
    "pair",
    [
        ("New", "Accepted"),
        ("New", "Won"),
        ("Active", "Pending"),
        ("Active", "Won"),
        ("Closed", "Accepted"),
        ("Closed", "Received"),
        ("None", "None"),
        ("Active", "Engaged"),
        ("", ""),
    ],
)
def test_a_pair_that_contradicts_itself_is_no_status(pair) -> None:
    assert words.status_of(*pair) is None


@pytest.mark.rule("API-030")
def test_received_is_another_word_for_pending() -> None:
    assert words.status_of("New", "Received") == Status.PENDING


@pytest.mark.rule("API-031")
def test_sales_stages_are_read_as_words_numbers_and_the_words_of_the_page() -> None:
    for said in ("Qualify", "qualify", "20", "20%", 20, "Qualified"):
        assert words.stage_of(said, Motion.IP) == 20, said
    assert [words.stage_of(n, Motion.IP) for n in ("Develop", "60", "CLOSE")] == [40, 60, 80]
    assert words.stage_of(None, Motion.IP) == words.stage_of("", Motion.IP) == Stage.START
    for said in ("100", "15", "Won", True, 1.5, [], {}):
        assert words.stage_of(said, Motion.IP) is None, said


@pytest.mark.rule("API-031")
def test_solution_assessments_have_words_of_their_own() -> None:
    assert words.stage_of("Data collected", Motion.ASSESSMENT) == 40
    assert words.stage_of("Data collected", Motion.IP) is None
    assert words.stage_of("Propose", Motion.ASSESSMENT) == 60


@pytest.mark.rule("API-032")
@pytest.mark.parametrize(
    ("known", "choices"),
    [
        (words.HELP, Help),
        (words.ROLES, [r for r in PartnerRole if r]),
        (words.REASONS, Reason),
        (words.ERRORS, ErrorReason),
        (words.FAILED, FailReason),
    ],
)
def test_every_choice_has_a_word_of_its_own(known, choices) -> None:
    said = [known.say(choice) for choice in choices]
    assert all(said)
    assert len(set(said)) == len(said)
    assert [known.read(word) for word in said] == [str(choice) for choice in choices]
    assert [known.read(str(choice)) for choice in choices] == [str(choice) for choice in choices]
    assert known.read("nonsense") is None


@pytest.mark.rule("API-032")
def test_reasons_are_read_by_the_numbers_of_the_spreadsheets() -> None:
    declined = [words.REASONS.read(str(n)) for n in range(1, 9)]
    assert declined == (
        "budget no_response other_vendor requirement not_customer timeline abuse other".split()
    )
    wrong = [words.ERRORS.read(n) for n in range(1, 10)]
    assert (
        wrong
        == (
            "duplicate_bulk duplicate_portal duplicate_vendor connector customer solution test "
            "data other_error"
        ).split()
    )
    assert words.REASONS.read("9") is None
    assert words.reason("budget") == "Budget is inadequate"
    assert words.reason("other_error") == "Other error"
    assert words.reason("") == ""


@pytest.mark.rule("API-032")
def test_every_status_of_a_registration_has_a_word() -> None:
    assert set(words.REGISTERED) == set(Registered)
    assert words.REGISTRATIONS.all == (
        *("None", "ReviewPending", "ActionRequired", "Approved", "Passed", "Failed", "Closed"),
    )
    waiting = {Registered.PENDING, Registered.REVIEW, Registered.VALIDATION}
    assert set(words.registered_as("reviewpending")) == waiting


@pytest.mark.rule("API-033")
def test_the_closed_lists_are_whole_and_their_odd_ids_survive() -> None:
    counts = {
        lists.CATEGORIES: 48,
        lists.PRODUCTS: 20,
        lists.SERVICES: 10,
        lists.INDUSTRIES: 14,
        lists.SIZES: 11,
    }
    for known, count in counts.items():
        assert len(known.all) == count
        assert [known.read(one) for one in known.all] == list(known.all)
    assert lists.PRODUCTS.read("DynamicsAX,GP,NAV,SL") == "DynamicsAX,GP,NAV,SL"
    assert lists.SERVICES.read("IPServices(ISV)") == "IPServices(ISV)"
    odd = "Agriculture, Forestry, & Fishing"
    assert lists.INDUSTRIES.read(odd) == odd


def test_a_list_reads_what_it_says_and_says_nothing_for_what_it_does_not_know() -> None:
    known = Words({"a": "Big Apple"}, none="None")
    assert known.read("bigapple") == known.read("BIG-APPLE") == known.read("a") == "a"
    assert (known.say("a"), known.say("b")) == ("Big Apple", "None")
    assert [known.read(odd) for odd in (None, [], {}, 1.0, True)] == [None] * 5
