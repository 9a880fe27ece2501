"""What people say about themselves, and the switches of language and theme."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from portal.actions.profile import edit_profile
from portal.models import Event, Person
from portal.workflow import NotAllowed

pytestmark = pytest.mark.django_db

FILLED = {
    "name": "Ana de Souza",
    "title": "Alliance manager",
    "phone": "+55 11 91234 5678",
    "language": "pt-br",
    "time_zone": "America/Sao_Paulo",
    "theme": "dark",
}


@pytest.fixture
def hers(client: Client, ana: Person) -> Client:
    client.force_login(ana)
    return client


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize("name", ["otto", "sam", "rita", "paula", "ana", "bruno", "carla"])
def test_everybody_has_a_profile(
    request: pytest.FixtureRequest, client: Client, name: str, language: str
) -> None:
    person = request.getfixturevalue(name)
    Person.objects.filter(pk=person.pk).update(language=language)
    client.force_login(person)
    answer = client.get(reverse("profile"))
    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_edit_is_kept_with_history(hers: Client, ana: Person) -> None:
    answer = hers.post(reverse("profile"), FILLED | {"version": 0})
    assert (answer.status_code, answer["Location"]) == (303, reverse("profile"))
    ana = Person.objects.get(pk=ana.pk)
    assert (ana.name, str(ana.phone), ana.time_zone) == (
        "Ana de Souza",
        "+5511912345678",
        "America/Sao_Paulo",
    )
    line = Event.objects.of(ana).get()
    assert line.verb == "edit"
    assert line.changes["name"] == ["Ana Souza", "Ana de Souza"]
    assert line.changes["phone"] == ["+351210000000", "+5511912345678"]
    page = hers.get(reverse("profile")).content.decode()
    assert 'lang="pt-br"' in page
    assert 'data-theme="dark"' in page
    hers.post(reverse("profile"), FILLED | {"version": 1})
    assert Event.objects.of(ana).count() == 1, "the same again is no change"


@pytest.mark.parametrize(
    ("name", "value"),
    [("phone", "123"), ("time_zone", "Mars/Base"), ("language", "xx"), ("name", "")],
)
def test_wrong_shape_stands_beside_its_field(hers: Client, name: str, value: str) -> None:
    answer = hers.post(reverse("profile"), FILLED | {name: value})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'href="#id_{name}"' in page, "the summary leads to the field"
    assert 'value="Alliance manager"' in page


def test_a_refused_profile_does_not_show_in_the_shell(hers: Client, ana: Person) -> None:
    """What was typed stands in the form only: the reader is who they were."""
    answer = hers.post(reverse("profile"), FILLED | {"version": 7})
    page = answer.content.decode()
    assert answer.status_code == 412
    assert "Somebody changed this in the meantime." in page
    assert 'value="Ana de Souza"' in page
    assert re.search(r"me-name[^>]*>Ana Souza<", page)


def test_time_zones_are_grouped_with_their_difference(hers: Client) -> None:
    page = hers.get(reverse("profile")).content.decode()
    assert '<optgroup label="America">' in page
    assert re.search(r'value="America/Sao_Paulo">Sao Paulo \(UTC[+-]\d\d:\d\d\)<', page)
    assert '<option value="UTC" selected>' in page


def test_nobody_edits_another(ana: Person, paula: Person) -> None:
    with pytest.raises(NotAllowed):
        edit_profile(ana, by=paula, name="Somebody else")


# --- switches -------------------------------------------------------------------------


def test_the_language_is_kept_on_the_person(hers: Client, ana: Person) -> None:
    data = {"language": "pt-br", "next": reverse("profile")}
    answer = hers.post(reverse("set_language"), data)
    assert answer["Location"] == reverse("profile")
    assert Person.objects.get(pk=ana.pk).language == "pt-br"
    fresh = Client(headers={"accept-language": "en"})
    fresh.force_login(ana)
    assert 'lang="pt-br"' in fresh.get(reverse("profile")).content.decode()


def test_the_language_is_a_cookie_before_the_sign_in(client: Client, settings: object) -> None:
    client.post(reverse("set_language"), {"language": "pt-br"})
    assert 'lang="pt-br"' in client.get(reverse("account_login")).content.decode()


def test_the_theme_is_kept(hers: Client, ana: Person, client: Client) -> None:
    hers.post(reverse("set_theme"), {"theme": "dark", "next": "/"})
    assert Person.objects.get(pk=ana.pk).theme == "dark"
    visitor = Client()
    visitor.post(reverse("set_theme"), {"theme": "light"})
    assert 'data-theme="light"' in visitor.get(reverse("account_login")).content.decode()


@pytest.mark.parametrize("name", ["set_language", "set_theme"])
@pytest.mark.parametrize("next_url", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_a_switch_stays_on_this_host_and_is_a_post(
    client: Client, name: str, next_url: str
) -> None:
    assert client.post(reverse(name), {"next": next_url})["Location"] == "/"
    assert client.get(reverse(name)).status_code == 405


def test_a_value_that_does_not_exist_changes_nothing(hers: Client, ana: Person) -> None:
    hers.post(reverse("set_language"), {"language": "xx"})
    hers.post(reverse("set_theme"), {"theme": "xx"})
    now = Person.objects.get(pk=ana.pk)
    assert (now.language, now.theme, now.version) == (ana.language, ana.theme, ana.version)
