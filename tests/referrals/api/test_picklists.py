"""Every closed list, with the words of every language."""

import pytest
from django.db.models import Choices

from referrals import choices
from referrals.models import Referral, Registration
from tests.calling import caller

pytestmark = pytest.mark.django_db
PATH = "/v1.0/picklists"


def labels(rows, language: str) -> dict[object, str]:
    return {row["value"]: row["labels"][language] for row in rows}


@pytest.mark.rule("API-095")
def test_every_value_has_its_label_in_both_languages(ana) -> None:
    found = caller(ana).get(PATH).json()
    for name, rows in found.items():
        values = [row["value"] for row in rows]
        assert len(values) == len(set(values)), name
        for row in rows:
            assert set(row["labels"]) == {"en", "pt-br"}, name
            assert all(row["labels"].values()), (name, row)
    assert labels(found["referralStatus"], "en")["won"] == "Won"
    assert labels(found["referralStatus"], "pt-br")["won"] == "Ganha"
    assert labels(found["stage"], "en")[40] == "Developed"
    assert labels(found["country"], "pt-br")["DE"] == "Alemanha"
    assert labels(found["currency"], "en")["BRL"].startswith("BRL")


@pytest.mark.rule("API-095")
def test_every_list_of_the_deals_is_there(ana) -> None:
    found = caller(ana).get(PATH).json()
    for name, kind in vars(choices).items():
        if isinstance(kind, type) and issubclass(kind, Choices) and kind.choices:
            assert [row["value"] for row in found[name[0].lower() + name[1:]]] == kind.values
    for model, name in ((Referral, "referralStatus"), (Registration, "registrationStatus")):
        values = [value for value, _label in model._meta.get_field("status").choices]
        assert [row["value"] for row in found[name]] == values


def test_one_list_by_its_name(ana) -> None:
    one = caller(ana).get(f"{PATH}/reason").json()
    assert one["name"] == "reason"
    assert labels(one["value"], "en")["budget"] == "Budget is inadequate"
    assert caller(ana).get(f"{PATH}/nonsense").status_code == 404


def test_the_language_of_the_reader_changes_nothing(ana) -> None:
    before = caller(ana).get(PATH).content
    ana.language = "pt-br"
    ana.save()
    assert caller(ana).get(PATH).content == before


def test_a_token_and_its_scope_are_needed(ana) -> None:
    assert caller(ana, "referrals.read").get(PATH).status_code == 403
    assert caller(ana, "settings.read").get(f"{PATH}?x=1").status_code == 400
