"""What must hold whatever page is asked for: headers, limits, and nobody else's objects."""

import json
import logging
from time import process_time
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as house
from django.core import mail, signing
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from portal import invitation, logs
from portal.actions import people
from portal.models import Company, Person, Role
from portal.workflow import Refused
from referrals.actions import deal, export, team
from referrals.actions.opening import Member
from referrals.drafting import scrub
from referrals.models import Draft, Export, Referral
from tests.conftest import PASSWORD
from tests.test_urls import PAGES, address, cast  # noqa: F401 — the fixtures of the walk

pytestmark = pytest.mark.django_db

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A path, and the status that makes it this kind of answer.
KINDS = [
    ("/", 302),
    ("/account/login/", 200),
    ("/account/password/reset/", 200),
    ("/admin/", 302),
    ("/invitation/forged/", 410),
    ("/health/live/", 200),
    ("/nothing/", 404),
    ("/language/", 405),
]


def assert_armoured(answer: Any, kind: object) -> None:
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy, kind
    assert "frame-ancestors 'none'" in policy, kind
    assert "unsafe" not in policy, kind
    assert "camera=()" in answer["Permissions-Policy"], kind
    for name, value in HEADERS.items():
        assert answer[name] == value, (kind, name)


def assert_not_kept(answer: Any, kind: object) -> None:
    assert "no-store" in answer["Cache-Control"], kind
    assert "private" in answer["Cache-Control"], kind


# --- headers ----------------------------------------------------------------------------


@pytest.mark.parametrize(("path", "status"), KINDS)
def test_headers_for_strangers(path: str, status: int, client: Client) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert_armoured(answer, path)
    assert_not_kept(answer, path)


def test_headers_of_refusals(settings: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    forged = client.post("/account/login/", {"login": "a@b.example", "password": "x"})
    assert forged.status_code == 403, "nobody is signed in by another site"
    elsewhere = client.get("/", HTTP_HOST="evil.example")
    assert elsewhere.status_code == 400
    for answer in (forged, elsewhere):
        assert_armoured(answer, answer.status_code)
        assert_not_kept(answer, answer.status_code)


def test_headers_of_a_failure(ana: Person, client: Client, monkeypatch: Any) -> None:
    def broken(*_args: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("referrals.views.home._deals", broken)
    client.force_login(ana)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500
    assert_armoured(answer, 500)
    assert_not_kept(answer, 500)


def test_headers_of_a_static_file(tmp_path: Any, settings: Any) -> None:
    (tmp_path / "one.css").write_text("a{}")
    settings.STATIC_ROOT, settings.WHITENOISE_AUTOREFRESH = tmp_path, True
    answer = Client().get("/static/one.css")
    answer.close()
    assert answer.status_code == 200
    assert_armoured(answer, "static")
    assert "no-store" not in answer["Cache-Control"], "everybody may keep a style sheet"


def test_headers_of_pages_for_people(cast: Any, address: Any, client: Client) -> None:  # noqa: F811
    for name, answers in sorted(PAGES.items()):
        who = next((w for w, status in answers.items() if status == 200), "ana")
        client.force_login(cast[who])
        answer = client.get(address(name))
        assert_armoured(answer, name)
        assert_not_kept(answer, name)


def test_headers_of_the_administration(otto: Person, client: Client) -> None:
    client.force_login(otto)
    for name in ("index", "portal_person_changelist", "portal_company_add", "jsi18n"):
        answer = client.get(reverse(f"admin:{name}"))
        assert answer.status_code == 200
        assert_armoured(answer, name)
        assert_not_kept(answer, name)


# --- sign-in and identity ---------------------------------------------------------------


def test_nobody_takes_another_address(ana: Person, client: Client) -> None:
    """The library lets people make any address their own where mails are not confirmed."""
    client.force_login(ana)
    page = reverse("account_email")
    assert client.get(page).status_code == 404
    for verb in ("action_add", "action_primary"):
        client.post(page, {verb: "", "email": "boss@fabrikam.example"})
    assert Person.objects.get(pk=ana.pk).email == "ana@contoso.example"
    assert not EmailAddress.objects.filter(email__contains="fabrikam").exists()


def test_a_changed_password_is_told_by_mail(ana: Person, client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    ana.set_password(PASSWORD)
    ana.save()
    client.force_login(ana)
    new = "quite another long password"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post(reverse("account_change_password"), data)
    assert [message.to for message in mail.outbox] == [[ana.email]]
    assert new not in mail.outbox[0].body


def test_sign_in_leads_to_no_other_site(ana: Person, client: Client) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    for there in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"):
        data = {"login": ana.email, "password": PASSWORD, "next": there}
        answer = client.post(reverse("account_login"), data)
        assert answer["Location"] == "/", there
        client.logout()
        switched = client.post(reverse("set_theme"), {"theme": "dark", "next": there})
        assert switched["Location"] == "/", there


def test_a_made_up_address_of_the_reader_evades_no_limit(ana: Person) -> None:
    for n in range(12):
        client = Client(HTTP_X_FORWARDED_FOR=f"10.0.0.{n}")
        answer = client.post(reverse("account_login"), {"login": ana.email, "password": "wrong"})
    assert "Too many failed login attempts" in answer.content.decode()


def test_an_invitation_opens_once_and_for_its_person_only(
    paula: Person, contoso: Any, client: Client
) -> None:
    dora = people.invite(
        contoso,
        by=paula,
        email="dora@contoso.example",
        name="D",
        grants=[people.Grant(Role.REFERRALS_USER)],
    )
    token = invitation.token(dora)
    _pk, seal, until = signing.loads(token, salt="portal.invitation")
    forged = signing.dumps([str(paula.pk), seal, until], salt="portal.invitation")
    assert client.get(reverse("join", args=[forged])).status_code == 410
    assert client.get(reverse("join", args=[token])).status_code == 200
    new = {"password": "a long enough sentence", "repeated": "a long enough sentence"}
    assert client.post(reverse("join", args=[token]), new).status_code == 303
    assert client.get(reverse("join", args=[token])).status_code == 410
    assert client.post(reverse("join", args=[token]), new).status_code == 410


# --- logs -------------------------------------------------------------------------------


def test_djangos_own_warnings_name_no_token(paula: Person) -> None:
    token = invitation.token(paula)
    record = logging.LogRecord(
        *("django.security.csrf", logging.WARNING, __file__, 1, "Forbidden (%s): %s"),
        ("CSRF cookie not set.", reverse("join", args=[token])),
        None,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(logs.configure("INFO")["formatters"]["json"]["()"]())
    line = json.loads(handler.format(record))
    assert line["event"] == "Forbidden (CSRF cookie not set.): /invitation/…/"


# --- limits -----------------------------------------------------------------------------


def test_a_file_nobody_asked_for_is_not_read(client: Client) -> None:
    big = SimpleUploadedFile("big.bin", b"0" * (house.DATA_UPLOAD_MAX_MEMORY_SIZE + 1))
    answer = client.post("/account/login/", {"login": big})
    assert answer.status_code == 413
    assert_armoured(answer, 413)
    for size in ("-1", "1e3", "9" * 40):
        assert client.generic("POST", "/account/login/", CONTENT_LENGTH=size).status_code == 413


def test_numbers_without_end_are_no_numbers(
    own_deal: Referral, ana: Person, client: Client
) -> None:
    client.force_login(ana)
    answer = client.post(reverse("win", args=[own_deal.pk]), {"version": "9" * 5000})
    assert answer.status_code == 303


@pytest.mark.parametrize("name", ["after", "before"])
def test_a_page_beyond_every_list(name: str, paula: Person, client: Client) -> None:
    client.force_login(paula)
    assert client.get(reverse("people"), {name: "9" * 30}).status_code == 200


def test_one_person_keeps_no_worker_busy_for_everybody(own_deal: Referral, ana: Person) -> None:
    views = [f"tab=outbound&sort={sort}" for sort in ("name", "-name", "value", "-value")]
    for view in views[: export.AT_ONCE]:
        export.ask(ana, view)
    assert export.ask(ana, views[0]), "the same view is the same job"
    with pytest.raises(Refused, match="still being made"):
        export.ask(ana, views[-1])
    Export.objects.filter(query=views[0]).update(state="done")
    export.ask(ana, views[-1])


def test_drafts_end_somewhere(ana: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr(deal, "DRAFTS_MAX", 2)
    kept = [deal.save_draft(Draft(), by=ana, step="customer", data={}) for _n in range(2)]
    with pytest.raises(Refused, match="too many drafts"):
        deal.save_draft(Draft(), by=ana, step="customer", data={})
    deal.save_draft(kept[0], by=ana, step="details", data={})


def test_teams_end_somewhere(own_deal: Referral, ana: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr(team, "TEAM_MAX", 2)
    team.add_member(own_deal, Member("Zoe", "+351210000001", "zoe@else.example"), by=ana)
    with pytest.raises(Refused, match="full"):
        team.add_member(own_deal, Member("Yan", "+351210000002", "yan@else.example"), by=ana)


def test_nobody_floods_strangers_with_invitations(
    paula: Person, contoso: Company, monkeypatch: Any
) -> None:
    monkeypatch.setattr(people, "INVITED_A_DAY", Person.objects.filter(company=contoso).count() + 1)

    def invite(name: str) -> Person:
        grants = [people.Grant(Role.REFERRALS_USER)]
        email = f"{name}@else.example"
        return people.invite(contoso, by=paula, email=email, name=name, grants=grants)

    dora = invite("dora")
    with pytest.raises(Refused, match="tomorrow"):
        invite("emil")
    for _n in range(people.MAILED_A_DAY):
        people.resend_invitation(dora, by=paula)
    with pytest.raises(Refused, match="tomorrow"):
        people.resend_invitation(dora, by=paula)


def test_no_text_keeps_the_pattern_busy() -> None:
    for text in ("a" * 5000, "1" * 5000, "+1" * 2500, "a@" * 2500):
        began = process_time()
        scrub(text, ("Nora Wind",))
        assert process_time() - began < 1.5, text[:4]  # 4 s and more where it grows by the square
