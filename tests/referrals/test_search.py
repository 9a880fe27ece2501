"""Search over all tabs: name, id, customer and notes, from three characters on."""

from typing import Any

import pytest

from portal.models import Company, Person
from tests.conftest import make_account
from tests.referrals.conftest import Make

pytestmark = pytest.mark.django_db


def found(client: Any, words: str) -> set[Any]:
    return {row["id"] for row in client.get("/search/", {"q": words}).context["page"].rows}


@pytest.mark.rule("DEAL-039")
def test_every_field_is_searched_in_all_tabs(
    make: Make, login: Any, ana: Person, fabrikam: Company
) -> None:
    row = make(
        name="Migração do núcleo",
        customer=make_account("Padaria Ferrão"),
        notes="They asked for a pilot in Braga.",
        crm_id="CRM-8812",
        sender=fabrikam,
        status="pending",
    )
    make(name="Something else")
    client = login(ana)
    words = ["migracao", "NÚCLEO migra", "ferrao", "pilot braga", "8812", str(row.pk)]
    for text in words:
        assert found(client, text) == {row.pk}, text
    assert found(client, "ferrao toledo") == set()


@pytest.mark.rule("DEAL-039")
@pytest.mark.parametrize("words", ["", "da", " d ", "%%%", "___", "\x00"])
def test_less_than_three_characters_find_nothing_and_say_so(
    make: Make, login: Any, ana: Person, words: str
) -> None:
    make(name="Data")
    answer = login(ana).get("/search/", {"q": words})
    assert answer.context["page"].rows == []
    assert "at least 3 characters" in answer.content.decode()


def test_results_cannot_be_filtered(make: Make, login: Any, ana: Person) -> None:
    row = make(name="Data lake", status="won")
    client = login(ana)
    answer = client.get("/search/?q=data&status=lost&country=BR")
    assert [r["id"] for r in answer.context["page"].rows] == [row.pk]
    assert "deals_filters" not in answer.content.decode()
    assert not answer.context["chips"]


def test_pages_of_a_search_keep_its_words(make: Make, login: Any, ana: Person) -> None:
    for n in range(30):
        make(name=f"Needle {n}")
    client = login(ana)
    first = client.get("/search/?q=needle").context["page"]
    second = client.get(f"/search/?q=needle&after={first.next}").context["page"]
    assert len({r["id"] for r in (*first.rows, *second.rows)}) == 30


def test_nobody_finds_another_partners_deals(
    make: Make, login: Any, carla: Person, bruno: Person, paula: Person
) -> None:
    row = make(name="Secret plan")
    for person in (carla, bruno, paula):
        assert found(login(person), "secret plan") == set()
        assert found(login(person), str(row.pk)) == set()
