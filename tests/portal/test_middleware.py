"""Every page asks to sign in unless it says otherwise, and speaks the reader's language."""

from datetime import UTC, datetime

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone, translation

from portal.middleware import ReaderMiddleware, above, zone
from portal.models import Person

# What a reader who has not signed in may reach, by the view's own mark. Libraries' sign-in
# pages are listed by their prefix.
OPEN = {"health", "health_live", "set_language", "set_theme", "join"}
LIBRARIES = ("account/", "admin/")
PROGRAMS = ("v1.0/", "webhooks/v1/", "oauth/", ".well-known/")  # ask for a token themselves


def _patterns(patterns: list[object], prefix: str = "") -> list[tuple[str, URLPattern]]:
    found = []
    for one in patterns:
        if isinstance(one, URLResolver):
            found += _patterns(one.url_patterns, prefix + str(one.pattern))
        elif isinstance(one, URLPattern):
            found.append((prefix + str(one.pattern), one))
    return found


def test_every_page_of_ours_asks_to_sign_in() -> None:
    """Also a page that somebody adds tomorrow."""
    is_open = {
        one.name
        for route, one in _patterns(get_resolver().url_patterns)
        if not route.startswith(LIBRARIES + PROGRAMS)
        and not getattr(one.callback, "login_required", True)
    }
    assert is_open == OPEN


@pytest.mark.django_db
def test_a_page_leads_to_the_sign_in_and_back(client: Client) -> None:
    answer = client.get(reverse("profile"))
    assert answer.status_code == 302
    assert answer["Location"] == f"{reverse('account_login')}?next={reverse('profile')}"


@pytest.mark.django_db
def test_a_part_of_a_page_sends_the_whole_browser(client: Client) -> None:
    answer = client.get(reverse("profile"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Redirect"]) == (401, reverse("account_login"))
    assert not answer.content


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live/", "/no-such-page/", "/account/login/"])
def test_probes_errors_and_the_sign_in_need_none(client: Client, path: str) -> None:
    assert client.get(path).status_code in (200, 404)


@pytest.mark.django_db
def test_the_persons_language_wins_over_the_browsers(client: Client, ana: Person) -> None:
    assert client.get("/account/login/")["Content-Language"] == "en"
    asked = client.get("/account/login/", headers={"accept-language": "pt-BR,pt;q=0.9"})
    assert asked["Content-Language"] == "pt-br"
    Person.objects.filter(pk=ana.pk).update(language="pt-br")
    client.force_login(ana)
    hers = client.get(reverse("profile"), headers={"accept-language": "en"})
    assert hers["Content-Language"] == "pt-br"


@pytest.mark.django_db
def test_the_zone_is_the_persons_and_ends_with_the_request(ana: Person) -> None:
    ana.time_zone, ana.language = "America/Sao_Paulo", "pt-br"
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append((timezone.get_current_timezone_name(), translation.get_language()))
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = ana
    ReaderMiddleware(view)(request)
    assert seen == [("America/Sao_Paulo", "pt-br")]
    assert timezone.get_current_timezone_name() == "UTC"
    assert translation.get_language() == "en"


@pytest.mark.parametrize("name", ["Mars/Base", "", "../etc/passwd"])
def test_a_zone_that_this_machine_does_not_know_is_utc(name: str) -> None:
    person = Person(time_zone=name)
    moment = datetime(2026, 11, 3, 14, 2, tzinfo=UTC)
    assert moment.astimezone(zone(person)).utcoffset() == moment.utcoffset()


@pytest.mark.django_db
def test_a_buttons_address_opened_as_a_page_leads_back(client: Client, ana: Person) -> None:
    client.force_login(ana)
    answer = client.get(reverse("deactivate", args=[ana.pk]))
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert f'href="{reverse("person", args=[ana.pk])}"' in answer.content.decode()
    assert not client.get(reverse("set_theme"), headers={"HX-Request": "true"}).content


@pytest.mark.parametrize(
    ("path", "page"),
    [
        (
            "/deals/01a20001-5327-7531-88be-5df6d6a01be2/remove_member/3/",
            "/deals/01a20001-5327-7531-88be-5df6d6a01be2/",
        ),
        ("/language/", "/"),
    ],
)
def test_the_page_above_is_the_nearest_that_exists(path: str, page: str) -> None:
    assert above(path) == page
