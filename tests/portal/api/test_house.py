"""The API's house: who is calling, what a refusal looks like, and what every answer carries."""

import pytest

from portal.models import Client, Company, Person
from tests.calling import Caller, caller, client_of, token_of

pytestmark = pytest.mark.django_db


def test_who_is_unknown_is_401_in_the_shape_of_the_api() -> None:
    for token in ("", "nonsense"):
        found = Caller(token).get("/v1.0/nowhere")
        assert found.status_code == 401
        assert found.json()["error"]["code"] == "unauthenticated"
        assert found["WWW-Authenticate"].startswith("Bearer")


def test_an_unknown_address_is_404_in_the_shape_of_the_api(ana) -> None:
    found = caller(ana).get("/v1.0/nowhere", MS_CorrelationId="abc")
    assert (found.status_code, found.json()["error"]["code"]) == (404, "itemNotFound")
    assert found["MS-CorrelationId"] == "abc"
    assert found["Request-ID"]


@pytest.mark.parametrize("off", ["client", "person", "company"])
def test_switching_off_ends_a_token_at_once(ana, off) -> None:
    client = client_of(ana)
    call = Caller(token_of(client, ana))
    assert call.get("/v1.0/nowhere").status_code == 404
    rows = {
        "client": Client.objects.filter(pk=client.pk),
        "person": Person.objects.filter(pk=ana.pk),
        "company": Company.objects.filter(pk=ana.company_id),
    }
    rows[off].update(is_active=False)
    assert call.get("/v1.0/nowhere").status_code == 401


def test_a_token_that_ran_out_is_no_token(ana) -> None:
    call = Caller(token_of(client_of(ana), ana, hours=-1))
    assert call.get("/v1.0/nowhere").status_code == 401
