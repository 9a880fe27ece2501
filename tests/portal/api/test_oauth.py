"""How programs get tokens: what is given out, to whom, and for how long."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client as Browser
from oauth2_provider.models import AccessToken, Grant, RefreshToken

from portal import usage
from portal.actions import clients
from portal.actions.people import Grant as Roles
from portal.models import Client, Company, Person, Role
from tests.calling import Caller

pytestmark = pytest.mark.django_db
BACK = "https://crm.example/back"
VERIFIER = "v" * 64
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
READ = "referrals.read"


def make(by: Person, kind: str = "app", **changed: Any) -> Client:
    """A client as an account admin makes it."""
    values: dict[str, Any] = {"name": "CRM", "scopes": [READ, "referrals.write"]}
    if kind == "program":
        values["grants"] = [Roles(Role.REFERRALS_ADMIN)]
    else:
        values["redirect_uris"] = BACK
    assert by.company
    return clients.create(by.company, by=by, kind=kind, **values | changed)


@pytest.fixture
def program(paula: Person) -> Client:
    return make(paula, "program")


@pytest.fixture
def app(paula: Person) -> Client:
    return make(paula)


def asked(client: Client, **changed: str) -> dict[str, str]:
    values = {
        "response_type": "code",
        "client_id": client.client_id,
        "redirect_uri": BACK,
        "scope": READ,
        "state": "xyz",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return {name: value for name, value in (values | changed).items() if value}


def page(browser: Browser, client: Client, **changed: str) -> Any:
    return browser.get(f"/oauth/authorize?{urlencode(asked(client, **changed))}")


def say(browser: Browser, client: Client, allow: bool = True, **changed: str) -> Any:
    answer = {"allow": "true"} if allow else {}
    return browser.post("/oauth/authorize", asked(client, **changed) | answer)


def said(response: Any) -> dict[str, str]:
    """What the app is told by the address that people are sent back to."""
    assert response.status_code == 302, response.content
    return {
        name: value[0] for name, value in parse_qs(urlsplit(response["Location"]).query).items()
    }


def token(client: Client | None = None, secret: str = "", **data: str) -> Any:
    headers = {}
    if client and secret:
        pair = base64.b64encode(f"{client.client_id}:{secret}".encode()).decode()
        headers["Authorization"] = f"Basic {pair}"
    return Browser().post("/oauth/token", data, headers=headers)


def credentials(client: Client, **data: str) -> Any:
    return token(client, client.secret, grant_type="client_credentials", **data)


def exchange(client: Client, code: str, **changed: str) -> Any:
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    return token(client, client.secret, **data | {"code_verifier": VERIFIER} | changed)


def tokens_of(login: Any, person: Person, app: Client) -> dict[str, Any]:
    code = said(say(login(person), app))["code"]
    found = exchange(app, code)
    assert found.status_code == 200, found.content
    return dict(found.json())


def works(text: str) -> bool:
    """A token that opens the API is told that there is nothing; another is not known."""
    return {404: True, 401: False}[Caller(text).get("/v1.0/nowhere").status_code]


# --- client credentials ---------------------------------------------------------------


@pytest.mark.rule("API-001")
def test_an_integration_gets_a_token_of_an_hour_and_acts_as_its_own_person(program) -> None:
    found = credentials(program)
    assert found.status_code == 200
    told = found.json()
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 3600)
    assert set(told["scope"].split()) == {READ, "referrals.write"}
    assert "refresh_token" not in told
    assert "no-store" in found["Cache-Control"]
    assert works(told["access_token"])
    row = AccessToken.objects.get()
    assert row.user is None
    assert told["access_token"] not in (row.token, row.token_checksum)


@pytest.mark.rule("API-002")
def test_a_client_never_gets_more_scopes_than_it_has(program) -> None:
    assert credentials(program, scope=READ).json()["scope"] == READ
    refused = credentials(program, scope="webhooks.write")
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_scope")


def test_a_wrong_secret_is_refused_in_the_shape_of_oauth(program) -> None:
    refused = token(program, "wrong", grant_type="client_credentials")
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")


@pytest.mark.rule("API-003")
@pytest.mark.parametrize(
    "grant",
    ["password", "urn:ietf:params:oauth:grant-type:device_code", "implicit", "", "nonsense"],
)
def test_other_grants_do_not_exist(program, grant) -> None:
    data = {"grant_type": grant, "username": "x", "password": "y"}
    refused = token(program, program.secret, **data)
    assert refused.status_code == 400
    assert refused.json()["error"] in ("unsupported_grant_type", "invalid_request")


@pytest.mark.rule("API-003")
def test_each_kind_has_its_own_grant(program, app, ana, login) -> None:
    assert credentials(app).json()["error"] == "unauthorized_client"
    refused = page(login(ana), program)
    assert refused.status_code in (302, 400)
    assert not Grant.objects.exists()


@pytest.mark.parametrize("off", ["client", "company"])
def test_what_is_switched_off_gets_no_token(program, off) -> None:
    rows = {
        "client": Client.objects.filter(pk=program.pk),
        "company": Company.objects.filter(pk=program.company_id),
    }
    rows[off].update(is_active=False)
    assert credentials(program).status_code == 401


@pytest.mark.parametrize("name", ["client_id", "code", "refresh_token", "scope"])
@pytest.mark.parametrize("path", ["token", "revoke"])
def test_nul_is_refused(name, path) -> None:
    data = {"grant_type": "authorization_code", name: "a\0b"}
    found = Browser().post(f"/oauth/{path}", data)
    assert (found.status_code, found.json()["error"]) == (400, "invalid_request")


# --- the question to a person ---------------------------------------------------------


@pytest.mark.rule("API-004")
def test_somebody_is_asked_in_words_and_can_allow(app, ana, login) -> None:
    found = page(login(ana), app)
    text = found.content.decode()
    assert found.status_code == 200
    for words in ("CRM", "Contoso", "Ana Souza", "Read deals, referrals and registrations", BACK):
        assert words in text
    assert "Open, answer, work" not in text
    told = said(say(login(ana), app))
    assert (told["state"], told["iss"]) == ("xyz", "http://testserver")
    answer = exchange(app, told["code"]).json()
    assert answer["scope"] == READ
    assert works(answer["access_token"])
    assert AccessToken.objects.get().user == ana


@pytest.mark.rule("API-004")
def test_saying_no_tells_the_app_and_gives_nothing(app, ana, login) -> None:
    assert said(say(login(ana), app, allow=False))["error"] == "access_denied"
    assert not Grant.objects.exists()


def test_a_stranger_signs_in_first(app, client) -> None:
    found = page(client, app)
    assert found.status_code == 302
    assert found["Location"].startswith("/account/login/?next=/oauth/authorize")


@pytest.mark.rule("API-004")
def test_the_question_is_asked_each_time(app, ana, login) -> None:
    tokens_of(login, ana, app)
    assert page(login(ana), app, approval_prompt="auto").status_code == 200


@pytest.mark.rule("API-005")
def test_an_app_of_another_company_does_not_exist(app, carla, login) -> None:
    browser = login(carla)
    nothing = page(browser, app, client_id="nothing")
    for found in (page(browser, app), say(browser, app), nothing):
        assert found.status_code == 400
        assert b"CRM" not in found.content
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "https://evil.example/back"},
        {"redirect_uri": "https://crm.example/back/more"},
        {"redirect_uri": "http://crm.example/back"},
        {"client_id": "\0"},
    ],
)
@pytest.mark.parametrize("allow", [True, False])
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    app, ana, login, changed, allow
) -> None:
    for found in (page(login(ana), app, **changed), say(login(ana), app, allow=allow, **changed)):
        assert found.status_code == 400
        assert "Location" not in found


def test_what_can_not_be_decoded_is_a_page_and_no_failure(app, ana, login) -> None:
    query = urlencode(asked(app))
    assert login(ana).get(f"/oauth/authorize?{query}&x=%zz").status_code == 400


@pytest.mark.rule("API-006")
@pytest.mark.parametrize(
    "changed",
    [{"code_challenge": "", "code_challenge_method": ""}, {"code_challenge_method": "plain"}],
)
def test_pkce_is_needed_and_only_with_a_hash(app, ana, login, changed) -> None:
    for found in (page(login(ana), app, **changed), say(login(ana), app, **changed)):
        assert said(found)["error"] == "invalid_request"
    assert not Grant.objects.exists()


@pytest.mark.rule("API-006")
def test_a_code_needs_its_verifier_and_works_once(app, ana, login) -> None:
    code = said(say(login(ana), app))["code"]
    assert exchange(app, code, code_verifier="w" * 64).json()["error"] == "invalid_grant"
    code = said(say(login(ana), app))["code"]
    assert exchange(app, code).status_code == 200
    assert exchange(app, code).json()["error"] == "invalid_grant"


def test_the_form_may_lead_to_the_app_and_nowhere_else(app, paula, ana, login) -> None:
    policy = page(login(ana), app)["Content-Security-Policy"]
    assert "form-action 'self' https://crm.example;" in policy + ";"
    here = make(paula, "device", redirect_uris="http://127.0.0.1/back")
    found = page(login(ana), here, redirect_uri="http://127.0.0.1:5123/back")
    assert "form-action 'self' http://127.0.0.1:5123;" in found["Content-Security-Policy"] + ";"
    assert "crm.example" not in login(ana).get("/")["Content-Security-Policy"]


def test_an_app_on_a_device_has_no_secret_and_comes_back_to_any_port(paula, ana, login) -> None:
    here = make(paula, "device", redirect_uris="http://127.0.0.1/back")
    assert here.secret == ""
    back = "http://127.0.0.1:5123/back"
    code = said(say(login(ana), here, redirect_uri=back))["code"]
    data = {"grant_type": "authorization_code", "code": code, "redirect_uri": back}
    data |= {"client_id": here.client_id, "code_verifier": VERIFIER}
    assert works(token(**data).json()["access_token"])


def test_the_page_speaks_the_reader_s_language(app, ana, login) -> None:
    Person.objects.filter(pk=ana.pk).update(language="pt-br")
    assert page(login(ana), app)["Content-Language"] == "pt-br"


# --- refresh and revoke ---------------------------------------------------------------


def refresh(app: Client, text: str) -> Any:
    return token(app, app.secret, grant_type="refresh_token", refresh_token=text)


@pytest.mark.rule("API-007")
def test_a_refresh_token_works_once_and_its_second_use_ends_the_family(app, ana, login) -> None:
    first = tokens_of(login, ana, app)
    second = refresh(app, first["refresh_token"]).json()
    assert works(second["access_token"])
    assert not works(first["access_token"])
    stolen = refresh(app, first["refresh_token"])
    assert (stolen.status_code, stolen.json()["error"]) == (400, "invalid_grant")
    assert refresh(app, second["refresh_token"]).status_code == 400
    assert not works(second["access_token"])
    assert not RefreshToken.objects.filter(revoked=None).exists()


@pytest.mark.rule("API-008")
def test_who_was_sent_away_gets_no_token(app, ana, login) -> None:
    first = tokens_of(login, ana, app)
    code = said(say(login(ana), app))["code"]
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    assert refresh(app, first["refresh_token"]).json()["error"] == "invalid_grant"
    assert exchange(app, code).json()["error"] == "invalid_grant"


def test_a_token_can_be_ended_before_its_time(app, ana, login) -> None:
    found = tokens_of(login, ana, app)
    data = {"token": found["access_token"], "client_id": app.client_id}
    assert Browser().post("/oauth/revoke", data).status_code in (400, 401)
    assert works(found["access_token"])
    data |= {"client_secret": app.secret}
    assert Browser().post("/oauth/revoke", data).status_code == 200
    assert not works(found["access_token"])


# --- limits and logs ------------------------------------------------------------------


@pytest.mark.rule("API-009")
def test_asking_for_tokens_has_a_limit_by_client_and_address(
    program, settings, monkeypatch
) -> None:
    settings.API_TOKENS_PER_MINUTE = 2
    monkeypatch.setattr(usage.time, "time", lambda: 1_800_000_030.0)
    assert [credentials(program).status_code for _ in range(3)] == [200, 200, 429]
    over = credentials(program)
    assert over["Retry-After"] == "30"
    assert over.json()["error"] == "temporarily_unavailable"
    other = [token(None, client_id=str(n), grant_type="client_credentials") for n in range(5)]
    assert [found.status_code for found in other] == [401, 401, 401, 401, 429]


def test_no_secret_code_or_token_is_logged(app, program, ana, login, caplog) -> None:
    with caplog.at_level("INFO"):
        told = credentials(program).json()
        token(program, "wrong-secret-of-somebody", grant_type="client_credentials")
        code = said(say(login(ana), app))["code"]
        found = exchange(app, code).json()
        Caller(found["access_token"]).get("/v1.0/nowhere")
    written = caplog.text + str([vars(record) for record in caplog.records])
    hidden = [program.secret, app.secret, told["access_token"], code, found["refresh_token"]]
    for text in (*hidden, "wrong-secret-of-somebody", VERIFIER, found["access_token"]):
        assert text not in written


def test_what_is_offered_is_told_at_the_known_address(client) -> None:
    told = client.get("/.well-known/oauth-authorization-server").json()
    assert told["token_endpoint"] == "http://testserver/oauth/token"
    assert told["response_types_supported"] == ["code"]
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert set(told["grant_types_supported"]) == {
        "authorization_code", "client_credentials", "refresh_token",
    }  # fmt: skip
    assert "registration_endpoint" not in told
    for path in ("applications/", "introspect/", "device/", "register/", "authorized_tokens/"):
        assert client.get(f"/oauth/{path}").status_code == 404
