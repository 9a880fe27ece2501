"""The description of the API: what runs, in the file that is reviewed, and as a page."""

import pytest
from django.conf import settings
from django.test import Client as Browser
from drf_spectacular.drainage import GENERATOR_STATS, reset_generator_stats
from drf_spectacular.generators import SchemaGenerator

from portal.reference import description, text
from tests.calling import caller

ADDRESS, PAGE = "/v1.0/openapi.json", "/v1.0/docs"


@pytest.mark.rule("API-026")
def test_the_file_is_what_the_code_says() -> None:
    """Run `manage.py describe_api` where it is not."""
    kept = (settings.BASE_DIR / "docs/openapi.json").read_text(encoding="utf-8")
    assert kept == text()


@pytest.mark.rule("API-026")
def test_nothing_is_guessed() -> None:
    reset_generator_stats()
    SchemaGenerator().get_schema(request=None, public=True)
    assert not GENERATOR_STATS


@pytest.mark.rule("API-027")
def test_every_operation_says_its_scope_and_its_refusals() -> None:
    for path, methods in description()["paths"].items():
        for method, said in methods.items():
            (scope,) = said["security"][0]["oauth2"]
            assert scope in settings.SCOPES, path
            assert scope.endswith(".read" if method == "get" else ".write"), path
            assert {"400", "401", "403", "404", "429", "500"} <= set(said["responses"]), path


@pytest.mark.django_db
@pytest.mark.rule("API-028")
def test_it_is_for_whoever_is_known(ana, login) -> None:
    assert Browser().get(ADDRESS).status_code == 401
    assert Browser().get(PAGE).status_code == 302
    by_token, by_session = caller(ana).get(ADDRESS), login(ana).get(ADDRESS)
    assert by_token.json() == by_session.json() == description()


@pytest.mark.django_db
@pytest.mark.rule("API-028")
def test_the_page_has_every_operation(ana, login) -> None:
    page = login(ana).get(PAGE).content.decode()
    for path, methods in description()["paths"].items():
        assert f"<code>{path}</code>" in page
        for said in methods.values():
            assert f'id="{said["operationId"].lower()}"' in page
