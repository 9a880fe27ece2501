"""An account admin makes API clients, changes them and switches them off, by page."""

import re
from typing import Any

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client as Browser
from django.urls import reverse
from oauth2_provider.models import AccessToken

from notifications.models import Message
from notifications.outbox import tell
from portal.actions import clients, people
from portal.actions.people import Grant
from portal.models import Client, Company, Event, Person, Role
from portal.workflow import NotAllowed, Refused, Stale
from referrals.models import Referral
from tests.calling import Caller, token_of
from tests.conftest import accept, make_person
from tests.portal.api.test_oauth import READ, credentials, make, refresh, tokens_of, works

pytestmark = pytest.mark.django_db
FORM = {"name": "CRM", "scopes": [READ], "per_minute": "", "referrals_admin": "whole"}


@pytest.fixture
def admin_page(client: Browser, paula: Person) -> Browser:
    client.force_login(paula)
    return client


def verbs(client: Client) -> list[str]:
    return [event.verb for event in Event.objects.of(client)][::-1]


def secret_of(response: Any) -> str:
    found = re.search(r'<code id="secret">(\w+)</code>', response.content.decode())
    assert found
    return found[1]


# --- make -----------------------------------------------------------------------------


@pytest.mark.rule("API-010")
def test_the_secret_is_shown_once_and_nowhere_else(admin_page: Browser, contoso: Company) -> None:
    answer = admin_page.post(reverse("new_client"), FORM)
    made = Client.objects.get()
    secret = secret_of(answer)
    assert "no-store" in answer["Cache-Control"]
    assert (made.company, made.name, made.kind) == (contoso, "CRM", "program")
    assert made.client_secret != secret
    made.secret = secret
    assert credentials(made).status_code == 200
    for name in ("api_client", "edit_client"):
        assert secret not in admin_page.get(reverse(name, args=[made.pk])).content.decode()
    assert secret not in admin_page.get(reverse("api_clients")).content.decode()
    assert secret not in str(list(Event.objects.values()))
    assert verbs(made) == ["create"]


@pytest.mark.rule("API-011")
def test_an_integration_has_a_person_of_its_own_with_the_roles(paula: Person) -> None:
    place = paula.company.locations.first()
    made = make(paula, "program", grants=[Grant(Role.REFERRALS_ADMIN, (place,))])
    assert made.user.is_program
    assert made.user.company == paula.company
    assert made.user.scopes == {"referrals_admin": {place.pk}}
    assert (made.user.actor_kind, made.user.label) == ("program", "CRM")
    assert Event.objects.get(record_id=made.pk).changes["referrals_admin"] == ["", place.partner_id]


@pytest.mark.rule("API-011")
def test_that_person_is_nobody_who_signs_in_reads_mail_or_stands_on_a_list(
    paula: Person, admin_page: Browser
) -> None:
    made = make(paula, "program")
    itself = made.user
    assert not itself.has_usable_password()
    assert not admin_page.login(email=itself.email, password="")
    browser = Browser()
    browser.force_login(itself)
    assert browser.get("/").status_code == 302
    admin_page.force_login(paula)
    page = admin_page.get(reverse("people")).content.decode()
    assert "programs.invalid" not in page
    assert admin_page.get(itself.get_absolute_url()).status_code == 404
    Browser().post("/account/password/reset/", {"email": itself.email})
    assert not mail.outbox
    Browser().post("/account/password/reset/", {"email": paula.email})
    assert [sent.to for sent in mail.outbox] == [[paula.email]]


def test_a_program_is_not_the_last_account_admin(paula: Person) -> None:
    make(paula, "program", grants=[Grant(Role.ACCOUNT_ADMIN)])
    with pytest.raises(Refused, match="one account admin"):
        people.set_roles(paula, by=paula, grants=[Grant(Role.REFERRALS_USER)])


@pytest.mark.rule("API-011")
def test_a_program_is_never_written_to(own_deal: Referral, paula: Person) -> None:
    itself = make(paula, "program").user
    with transaction.atomic():
        tell("referrals/accepted", [itself, paula], about=own_deal, context={"name": "x"})
    assert list(Message.objects.values_list("person", flat=True)) == [paula.pk]


@pytest.mark.rule("API-011")
def test_a_program_that_accepts_is_not_on_the_team_and_gets_no_mail(
    invited_leg: Referral, carla: Person, fabrikam: Company
) -> None:
    boss = make_person("Fred Boss", fabrikam, Role.ACCOUNT_ADMIN)
    itself = make(boss, "program").user
    leg = accept(invited_leg, itself)
    assert leg.status == "accepted"
    assert not leg.team.filter(email=itself.email).exists()
    assert not Message.objects.filter(address__endswith="programs.invalid").exists()
    assert Event.objects.of(leg).first().actor_kind == "program"


@pytest.mark.rule("API-012")
@pytest.mark.parametrize(
    ("kind", "changed", "sentence"),
    [
        ("program", {"grants": []}, "Choose at least one role."),
        ("program", {"grants": [Grant(Role.SELLER)]}, "can't hold one of these roles"),
        ("program", {"scopes": []}, "Choose at least one scope."),
        ("program", {"scopes": ["everything"]}, "Choose at least one scope."),
        ("program", {"redirect_uris": "https://a.example/"}, "redirect address"),
        ("program", {"per_minute": 601}, "Only an operator"),
        ("app", {"redirect_uris": ""}, "redirect address"),
        ("app", {"redirect_uris": "http://crm.example/back"}, "redirect address"),
        ("app", {"redirect_uris": "https://crm.example/back#x"}, "redirect address"),
        ("app", {"redirect_uris": "https://me@crm.example/back"}, "redirect address"),
        ("app", {"redirect_uris": "https://*.crm.example/back"}, "redirect address"),
        ("app", {"redirect_uris": "javascript:alert(1)"}, "redirect address"),
    ],
)
def test_a_client_that_does_not_fit_is_refused(paula, kind, changed, sentence) -> None:
    with pytest.raises(Refused, match=sentence):
        make(paula, kind, **changed)
    assert not Client.objects.exists()
    assert not Person.objects.filter(is_program=True).exists()


def test_a_location_of_another_company_is_refused(paula, fabrikam) -> None:
    grants = [Grant(Role.REFERRALS_ADMIN, (fabrikam.locations.first(),))]
    with pytest.raises(Refused, match="another company"):
        make(paula, "program", grants=grants)


def test_an_operator_can_give_more_requests(otto, paula, contoso) -> None:
    made = clients.create(
        contoso, by=otto, kind="program", name="Big", scopes=[READ], per_minute=5000,
        grants=[Grant(Role.REFERRALS_ADMIN)],
    )  # fmt: skip
    changed = clients.edit(made, by=paula, name="Big one", grants=[Grant(Role.REFERRALS_USER)])
    assert (changed.name, changed.per_minute, changed.user.name) == ("Big one", 5000, "Big one")


# --- who may --------------------------------------------------------------------------


@pytest.mark.rule("API-012")
@pytest.mark.parametrize("who", ["ana", "carla", "sam", "rita"])
def test_only_account_admins_of_the_company_and_operators(who, paula, request) -> None:
    person, made = request.getfixturevalue(who), make(paula, "program")
    with pytest.raises(NotAllowed):
        make(person, "app", redirect_uris="https://a.example/")
    for verb in (clients.rotate_secret, clients.revoke, clients.edit):
        with pytest.raises(NotAllowed):
            verb(made, by=person)
    browser = Browser()
    browser.force_login(person)
    for name in ("api_client", "edit_client"):
        assert browser.get(reverse(name, args=[made.pk])).status_code == 404
    for name in ("rotate_secret", "revoke_client", "reactivate_client"):
        assert browser.post(reverse(name, args=[made.pk])).status_code == 404
    assert verbs(made) == ["create"]


def test_an_account_admin_of_another_company_sees_nothing(paula, fabrikam, client) -> None:
    made = make(paula, "program")
    client.force_login(make_person("Fred Boss", fabrikam, Role.ACCOUNT_ADMIN))
    assert "No API client" in client.get(reverse("api_clients")).content.decode()
    asked = client.get(reverse("api_clients"), {"company": str(paula.company_id)})
    assert asked.status_code == 404
    assert client.get(reverse("api_client", args=[made.pk])).status_code == 404


# --- change ---------------------------------------------------------------------------


@pytest.mark.rule("API-013")
def test_roles_and_scopes_hold_from_the_next_request_on(paula: Person) -> None:
    made = make(paula, "program")
    call = Caller(credentials(made).json()["access_token"])
    assert call.get("/v1.0/nowhere").status_code == 404
    clients.edit(made, by=paula, scopes=["customers.read"], grants=[Grant(Role.REFERRALS_USER)])
    fresh = AccessToken.objects.get().application
    assert fresh.scopes == ["customers.read"]
    assert set(Person.objects.get(pk=made.user_id).scopes) == {"referrals_user"}
    told = Event.objects.of(made).first()
    assert told.verb == "edit"
    assert told.changes == {
        "referrals_admin": ["*", ""],
        "referrals_user": ["", "*"],
        "scopes": [[READ, "referrals.write"], ["customers.read"]],
    }


def test_an_edit_that_changes_nothing_writes_nothing(paula: Person) -> None:
    made = make(paula)
    clients.edit(made, by=paula, name=made.name, redirect_uris=made.redirect_uris)
    assert verbs(made) == ["create"]


def test_the_form_of_a_change_starts_with_what_is(admin_page: Browser, paula: Person) -> None:
    made = make(paula)
    url = reverse("edit_client", args=[made.pk])
    text = admin_page.get(url).content.decode()
    assert made.redirect_uris in text
    data = {"name": "CRM 2", "scopes": [READ], "version": made.version, "per_minute": "60"}
    two = "https://a.example/x\nhttp://localhost:8080/y"
    assert admin_page.post(url, data | {"redirect_uris": two}).status_code == 303
    fresh = Client.objects.get(pk=made.pk)
    assert (fresh.name, fresh.scopes, fresh.per_minute) == ("CRM 2", [READ], 60)
    assert fresh.addresses == two.split()
    assert fresh.client_secret == made.client_secret
    assert admin_page.post(url, data | {"redirect_uris": two}).status_code == 412
    refused = admin_page.post(url, data | {"version": "2", "redirect_uris": "http://b.example"})
    assert refused.status_code == 409
    assert "http://b.example" in refused.content.decode()


@pytest.mark.rule("API-014")
def test_a_new_secret_replaces_the_old_one_and_its_tokens_at_once(
    admin_page: Browser, paula: Person
) -> None:
    made = make(paula, "program")
    old = credentials(made).json()["access_token"]
    answer = admin_page.post(reverse("rotate_secret", args=[made.pk]), {"version": made.version})
    assert credentials(made).status_code == 401
    assert not works(old)
    made.secret = secret_of(answer)
    assert credentials(made).status_code == 200
    assert verbs(made) == ["create", "rotate_secret"]
    again = admin_page.post(reverse("rotate_secret", args=[made.pk]), {"version": made.version})
    assert again.status_code == 303
    assert credentials(made).status_code == 200
    with pytest.raises(Stale):
        clients.rotate_secret(made, by=paula, version=1)


def test_a_new_secret_of_an_app_leaves_people_signed_in(paula, ana, login) -> None:
    app = make(paula)
    told = tokens_of(login, ana, app)
    fresh = clients.rotate_secret(app, by=paula)
    assert works(told["access_token"])
    assert refresh(app, told["refresh_token"]).status_code == 401
    assert refresh(fresh, told["refresh_token"]).status_code == 200


@pytest.mark.rule("API-015")
def test_switching_off_ends_every_token_for_good(admin_page, paula, ana, login) -> None:
    app, program = make(paula), make(paula, "program")
    told = tokens_of(login, ana, app)
    own = credentials(program).json()["access_token"]
    admin_page.force_login(paula)
    for made in (app, program):
        url = reverse("revoke_client", args=[made.pk])
        assert admin_page.post(url, {"version": made.version}).status_code == 303
    assert not works(told["access_token"])
    assert not works(own)
    assert credentials(program).status_code == 401
    for made in (app, program):
        assert admin_page.post(reverse("reactivate_client", args=[made.pk])).status_code == 303
        assert verbs(made) == ["create", "revoke", "reactivate"]
    assert not works(told["access_token"])
    assert not works(own)
    assert refresh(app, told["refresh_token"]).status_code == 400
    assert credentials(program).status_code == 200


def test_a_token_of_one_who_lost_a_role_lives_with_what_is_left(paula, ana) -> None:
    made = make(paula, "app")
    call = Caller(token_of(made, ana))
    assert call.get("/v1.0/nowhere").status_code == 404
    people.set_roles(ana, by=paula, grants=[Grant(Role.INCENTIVES_USER)])
    assert call.get("/v1.0/nowhere").status_code == 404
    assert not Person.objects.get(pk=ana.pk).has_role(Role.REFERRALS_ADMIN)


# --- pages ----------------------------------------------------------------------------


def test_the_pages_tell_what_there_is(admin_page: Browser, paula: Person, otto: Person) -> None:
    empty = admin_page.get(reverse("api_clients")).content.decode()
    assert "No API client" in empty
    made = make(paula, "program")
    listed = admin_page.get(reverse("api_clients")).content.decode()
    assert "Integration of the company" in listed
    assert READ in listed
    text = admin_page.get(made.get_absolute_url()).content.decode()
    for words in ("Paula Reis made this client", "Whole company", "It has not called yet", "600"):
        assert words in text
    for kind in Client.Kind:
        assert admin_page.get(reverse("new_client"), {"kind": kind}).status_code == 200
    assert admin_page.get(reverse("new_client"), {"kind": "x"}).status_code == 404
    refused = admin_page.post(reverse("new_client"), FORM | {"referrals_admin": ""})
    assert (refused.status_code, "Choose at least one role" in refused.content.decode()) == (
        409,
        True,
    )
    admin_page.force_login(otto)
    query = {"company": str(paula.company_id)}
    assert "CRM" in admin_page.get(reverse("api_clients"), query).content.decode()
    assert "CRM" in admin_page.get(made.get_absolute_url()).content.decode()


def test_the_library_s_own_pages_are_not_there(client: Browser, otto: Person) -> None:
    Person.objects.filter(pk=otto.pk).update(is_superuser=True)
    client.force_login(otto)
    assert client.get("/admin/").status_code == 200
    for name in ("oauth2_provider/accesstoken", "oauth2_provider/grant", "portal/client"):
        assert client.get(f"/admin/{name}/").status_code == 404
