"""The mark of a favourite: each person's own, also on closed deals."""

from typing import Any

import pytest

from portal.models import Person
from referrals.models import Favourite
from tests.referrals.conftest import Make

pytestmark = pytest.mark.django_db


@pytest.mark.rule("DEAL-021")
@pytest.mark.parametrize("status", ["accepted", "won", "error"])
def test_favour_and_unfavour(make: Make, login: Any, ana: Person, status: str) -> None:
    row = make(status=status)
    client = login(ana)
    for _ in range(2):
        answer = client.post(f"/deals/{row.pk}/favour/", {"next": "/deals/?tab=outbound"})
        assert answer.url == "/deals/?tab=outbound"
    assert list(Favourite.objects.values_list("person", "referral")) == [(ana.pk, row.pk)]
    assert 'aria-pressed="true"' in client.get("/deals/?tab=outbound").content.decode()
    client.post(f"/deals/{row.pk}/unfavour/")
    assert not Favourite.objects.exists()


def test_a_favourite_is_ones_own(make: Make, login: Any, ana: Person, bruno: Person) -> None:
    row = make()
    login(ana).post(f"/deals/{row.pk}/favour/")
    answer = login(bruno).get("/deals/?tab=favourites")
    assert answer.context["page"].rows == []


def test_what_is_invisible_cannot_be_marked(
    make: Make, login: Any, carla: Person, bruno: Person
) -> None:
    row = make()
    for person in (carla, bruno):
        for verb in ("favour", "unfavour"):
            assert login(person).post(f"/deals/{row.pk}/{verb}/").status_code == 404
    assert not Favourite.objects.exists()


def test_htmx_gets_the_button_turned_over(make: Make, login: Any, ana: Person) -> None:
    row = make()
    headers = {"HX-Request": "true"}
    answer = login(ana).post(f"/deals/{row.pk}/favour/", headers=headers)
    text = answer.content.decode()
    assert text.startswith("<button")
    assert f"/deals/{row.pk}/unfavour/" in text
    assert answer["HX-Retarget"] == f"[formaction='/deals/{row.pk}/favour/']"


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "/\\evil.example"])
def test_the_way_back_is_ours(make: Make, login: Any, ana: Person, address: str) -> None:
    row = make()
    answer = login(ana).post(f"/deals/{row.pk}/favour/", {"next": address})
    assert answer.url == f"/deals/{row.pk}/"


def test_a_get_marks_nothing(make: Make, login: Any, ana: Person) -> None:
    row = make()
    assert login(ana).get(f"/deals/{row.pk}/favour/").status_code == 405
    assert not Favourite.objects.exists()
