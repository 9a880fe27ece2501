"""Signing in: what the library does for us, as configured here."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.actions import people
from portal.models import Person, Role
from tests.conftest import PASSWORD
from tests.portal.oidc import CLIENT_ID, SECRET, Server

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _fresh(settings: Any) -> Iterator[None]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def ana(ana: Person) -> Person:
    ana.set_password(PASSWORD)
    ana.save()
    return ana


def sign_in(client: Client, person: Person, password: str = PASSWORD) -> Any:
    data = {"login": person.email, "password": password}
    return client.post(reverse("account_login"), data)


def signed_in(client: Client) -> bool:
    return client.get(reverse("profile")).status_code == 200


# --- password -------------------------------------------------------------------------


def test_by_email_whatever_the_case(client: Client, ana: Person) -> None:
    ana.email = ana.email.upper()
    assert sign_in(client, ana).status_code == 302
    assert signed_in(client)
    assert Person.objects.get(pk=ana.pk).last_login


def test_a_new_session_at_sign_in(client: Client, ana: Person) -> None:
    client.post(reverse("set_language"), {"language": "en"})
    session = client.session
    session["before"] = True
    session.save()
    before = session.session_key
    client.cookies[client.cookies and "session"] = before
    sign_in(client, ana)
    assert client.session.session_key != before


@pytest.mark.rule("PEOPLE-005")
def test_nobody_learns_which_accounts_exist(ana: Person) -> None:
    nobody = Person(email="nobody@contoso.example")
    answers = [
        sign_in(Client(), ana, "wrong password"),
        sign_in(Client(), nobody, "wrong password"),
    ]
    pages = [re.sub(r'value="[^"]*"', "", a.content.decode()) for a in answers]
    assert answers[0].status_code == answers[1].status_code == 200
    assert pages[0] == pages[1]
    assert "not correct" in pages[0]


@pytest.mark.rule("PEOPLE-005")
@pytest.mark.parametrize("who", ["known", "unknown"])
def test_lock_out_after_repeated_failures(ana: Person, who: str) -> None:
    person = ana if who == "known" else Person(email="nobody@contoso.example")
    for _n in range(5):
        assert "Too many" not in sign_in(Client(), person, "wrong password").content.decode()
    locked = sign_in(Client(), person)
    assert "Too many failed login attempts" in locked.content.decode()


def test_the_lock_is_for_one_account_and_address(ana: Person, bruno: Person) -> None:
    for _n in range(6):
        sign_in(Client(), bruno, "wrong password")
    client = Client()
    sign_in(client, ana)
    assert signed_in(client), "somebody else's failures lock nobody out"


@pytest.mark.rule("PEOPLE-003")
def test_somebody_not_active_reads_the_same_as_a_wrong_password(
    client: Client, ana: Person, paula: Person
) -> None:
    people.deactivate(ana, by=paula)
    page = sign_in(client, ana).content.decode()
    assert "not correct" in page
    assert not signed_in(client)


def test_nobody_signs_up(client: Client) -> None:
    data = {"email": "new@contoso.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert not Person.objects.filter(email="new@contoso.example").exists()


# --- a new password by mail -----------------------------------------------------------


def test_a_new_password_by_mail(client: Client, ana: Person) -> None:
    Person.objects.filter(pk=ana.pk).update(language="pt-br")
    client.post(reverse("account_reset_password"), {"email": ana.email})
    assert mail.outbox[0].to == [ana.email]
    found = re.search(r"https?://[^/]+(/account/password/reset/key/\S+)", mail.outbox[0].body)
    assert found
    form = client.get(found[1], follow=True)
    url = form.redirect_chain[-1][0]
    new = "a different long password"
    client.post(url, {"password1": new, "password2": new})
    assert sign_in(Client(), ana).status_code == 200, "the old one is gone"
    sign_in(client, ana, new)
    assert signed_in(client)
    again = Client().get(found[1], follow=True).content.decode()
    assert 'name="password1"' not in again, "the link works once"


def test_a_reset_tells_nothing_and_writes_to_no_stranger(ana: Person) -> None:
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email})
        for email in (ana.email, "nobody@contoso.example")
    ]
    assert answers[0].status_code == answers[1].status_code == 302
    assert answers[0]["Location"] == answers[1]["Location"]
    assert [message.to for message in mail.outbox] == [[ana.email]]


def test_a_reset_works_for_somebody_who_lost_the_invitation(
    client: Client, paula: Person, contoso: Any
) -> None:
    grants = [people.Grant(Role.REFERRALS_USER)]
    dora = people.invite(contoso, by=paula, email="dora@contoso.example", name="D", grants=grants)
    client.post(reverse("account_reset_password"), {"email": dora.email})
    assert "/password/reset/key/" in mail.outbox[-1].body


# --- second factor --------------------------------------------------------------------


def code_now(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))


def test_the_second_factor_and_its_recovery_codes(client: Client, ana: Person) -> None:
    sign_in(client, ana)
    url = reverse("mfa_activate_totp")
    again = client.get(url)
    assert again["Location"].startswith(reverse("account_reauthenticate"))
    client.post(again["Location"], {"password": PASSWORD})
    page = client.get(url).content.decode()
    secret = client.session["mfa.totp.secret"]
    assert "<svg" in page or "data:image" in page
    client.post(url, {"code": code_now(secret)})
    kinds = set(Authenticator.objects.filter(user=ana).values_list("type", flat=True))
    assert kinds == {"totp", "recovery_codes"}
    stored = Authenticator.objects.get(user=ana, type="totp").data["secret"]
    assert secret not in stored
    assert get_adapter().decrypt(stored) == secret

    later = Client()
    cache.clear()  # a code counts once in its half minute
    answer = sign_in(later, ana)
    assert answer["Location"].startswith(reverse("mfa_authenticate"))
    assert not signed_in(later), "the password alone is not enough"
    wrong = later.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert wrong.status_code == 200
    later.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    assert signed_in(later)

    recovery = Authenticator.objects.get(user=ana, type="recovery_codes").wrap()
    code = recovery.get_unused_codes()[0]
    for attempt, expected in ((1, True), (2, False)):
        cache.clear()
        lost = Client()
        sign_in(lost, ana)
        lost.post(reverse("mfa_authenticate"), {"code": code})
        assert signed_in(lost) is expected, f"use {attempt} of a recovery code"


# --- a company account ----------------------------------------------------------------


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    server = Server()
    app = {
        "provider_id": "company",
        "name": "Company account",
        "client_id": CLIENT_ID,
        "secret": SECRET,
        "settings": {"server_url": server.issuer, "verified_email": []},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }
    yield server
    server.shutdown()
    server.server_close()


def through(server: Server, client: Client, **claims: Any) -> Any:
    """Sign in at the company with these claims, and come back."""
    server.claims = {"sub": "17", "name": "Ana", "email_verified": True} | claims
    start = reverse("openid_connect_login", args=["company"])
    assert client.get(start).status_code == 200, "a link alone starts nothing"
    there = client.post(start)["Location"]
    assert there.startswith(f"{server.issuer}/authorize?")
    back = server.authorize(there)
    return client.get(reverse("openid_connect_callback", args=["company"]), back)


def test_a_company_account_signs_in_the_invited_person(
    client: Client, ana: Person, server: Server
) -> None:
    assert "Company account" in client.get(reverse("account_login")).content.decode()
    through(server, client, email=ana.email.upper())
    assert signed_in(client)
    assert SocialAccount.objects.get(user=ana).uid == "17"
    moved = Client()
    through(server, moved, email="ana.new@contoso.example")
    assert signed_in(moved), "linked by the company's own number from now on"


def test_a_password_that_the_invitation_proved_is_kept(
    client: Client, ana: Person, server: Server
) -> None:
    EmailAddress.objects.create(user=ana, email=ana.email, verified=True, primary=True)
    through(server, client, email=ana.email)
    assert sign_in(Client(), ana).status_code == 302


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "stranger@contoso.example"},
        {"email": "ana@contoso.example", "email_verified": False},
        {},
    ],
)
def test_whom_nobody_invited_stays_out(
    client: Client, ana: Person, server: Server, claims: dict[str, Any]
) -> None:
    before = Person.objects.count()
    through(server, client, **claims)
    assert not signed_in(client)
    assert Person.objects.count() == before
    assert not SocialAccount.objects.exists()


def test_an_address_is_believed_for_a_named_domain(
    client: Client, ana: Person, server: Server, settings: Any
) -> None:
    """Entra ID does not say `email_verified`: OIDC_VERIFIED_DOMAINS names what it may vouch for."""
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["verified_email"] = ["fabrikam.example"]
    through(server, client, email=ana.email, email_verified=False)
    assert not signed_in(client)
    app["settings"]["verified_email"] = ["contoso.example"]
    through(server, client, email=ana.email, email_verified=False)
    assert signed_in(client)


def test_a_company_account_of_somebody_not_active(
    client: Client, ana: Person, paula: Person, server: Server
) -> None:
    through(server, client, email=ana.email)
    people.deactivate(ana, by=paula)
    assert not signed_in(client), "the running session ended"
    through(server, client, email=ana.email)
    assert not signed_in(client)


def test_a_code_of_somebody_elses_browser_is_refused(
    client: Client, ana: Person, server: Server
) -> None:
    server.claims = {"sub": "17", "email": ana.email, "email_verified": True}
    start = reverse("openid_connect_login", args=["company"])
    stolen = server.authorize(Client().post(start)["Location"])
    client.get(reverse("openid_connect_callback", args=["company"]), stolen)
    assert not signed_in(client)


# --- cookies --------------------------------------------------------------------------


def test_cookies_belong_to_this_host_only_over_https() -> None:
    script = (
        "import django, json; django.setup(); from django.conf import settings as s;"
        "print(json.dumps([s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, s.LANGUAGE_COOKIE_NAME,"
        " s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_DOMAIN,"
        " s.SESSION_COOKIE_PATH]))"
    )
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "portal.settings",
        "SANDBOX": "1",
        "HTTPS": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, capture_output=True, check=True
    )
    assert json.loads(done.stdout) == [
        "__Host-session",
        "__Host-csrf",
        "__Host-language",
        *(True, True, None, "/"),
    ]
