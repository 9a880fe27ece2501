"""An account admin manages the people of the own company, by page, with history."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal import clock
from portal.actions import people, profile
from portal.actions.people import Grant
from portal.invitation import LASTS
from portal.models import Company, Event, Person, Role
from portal.workflow import NotAllowed, Refused, Stale
from tests.conftest import PASSWORD, make_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


@pytest.fixture
def admin_page(client: Client, paula: Person) -> Client:
    client.force_login(paula)
    return client


def verbs(person: Person) -> list[str]:
    return [event.verb for event in Event.objects.of(person)][::-1]


def invite(by: Person, company: Company, *grants: Grant, **changed: Any) -> Person:
    values: dict[str, Any] = {"email": "Dora@Contoso.example", "name": "Dora Costa"}
    return people.invite(company, by=by, grants=grants, **values | changed)


def link_of(message: Any) -> str:
    found = re.search(r"https?://[^/]+(/invitation/\S+)", message.body)
    assert found
    return found[1]


# --- invite ---------------------------------------------------------------------------


def test_invite_makes_a_person_with_roles_history_and_mail(
    admin_page: Client, paula: Person, contoso: Company
) -> None:
    place = contoso.locations.first()
    answer = admin_page.post(
        reverse("invite_person"),
        {
            "name": "Dora Costa",
            "email": "Dora@Contoso.example",
            "language": "en",
            "referrals_user": "some",
            "referrals_user_at": [str(place.pk)],
            "incentives_admin": "whole",
        },
    )
    dora = Person.objects.get(email="dora@contoso.example")
    assert (answer.status_code, answer["Location"]) == (303, dora.get_absolute_url())
    assert dora.company == contoso
    assert dora.scopes == {"referrals_user": {place.pk}, "incentives_admin": None}
    assert verbs(dora) == ["invite"]
    assert Event.objects.get(record_id=dora.pk).changes == {
        "incentives_admin": ["", "*"],
        "referrals_user": ["", place.partner_id],
    }
    assert mail.outbox[0].to == ["dora@contoso.example"]
    page = admin_page.get(answer["Location"]).content.decode()
    assert "Paula Reis invited this person" in page
    assert "Invited" in page


def test_a_refused_invitation_shows_the_form_again_as_typed(
    admin_page: Client, ana: Person
) -> None:
    data = {"name": "Dora Costa", "email": ana.email.upper(), "language": "pt-br"}
    answer = admin_page.post(reverse("invite_person"), data | {"referrals_user": "whole"})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Somebody with this e-mail address signs in here already." in page
    assert 'value="Dora Costa"' in page
    assert re.search(r'value="pt-br"\s+selected', page)
    assert not mail.outbox


def test_the_mail_speaks_the_language_of_the_invited(paula: Person, contoso: Company) -> None:
    seen = []
    for language in ("en", "pt-br"):
        address = f"dora.{language}@contoso.example"
        invite(paula, contoso, Grant(Role.REFERRALS_USER), email=address, language=language)
        html = mail.outbox[-1].alternatives[0].content
        seen.append(f'lang="{language}"' in html)
        assert "{{" not in mail.outbox[-1].body
        assert "\n" not in mail.outbox[-1].subject
    assert seen == [True, True]


@pytest.mark.rule("PEOPLE-001")
@pytest.mark.parametrize(
    ("grants", "sentence"),
    [
        ([], "Choose at least one role."),
        ([Grant(Role.SELLER)], "can't hold one of these roles"),
        ([Grant(Role.REFERRALS_USER, ())], "Choose at least one location"),
    ],
)
def test_roles_must_fit(
    paula: Person, contoso: Company, grants: list[Grant], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        invite(paula, contoso, *grants)
    assert not Person.objects.filter(name="Dora Costa").exists()


def test_an_account_admin_is_one_for_the_whole_company(paula: Person, contoso: Company) -> None:
    with pytest.raises(Refused, match="whole company only"):
        invite(paula, contoso, Grant(Role.ACCOUNT_ADMIN, tuple(contoso.locations.all())))


def test_locations_are_the_companys_own(paula: Person, contoso: Company, fabrikam: Company) -> None:
    with pytest.raises(Refused, match="location of another company"):
        invite(paula, contoso, Grant(Role.REFERRALS_USER, tuple(fabrikam.locations.all())))


@pytest.mark.rule("PEOPLE-001")
def test_who_invites(
    ana: Person, sam: Person, otto: Person, paula: Person, contoso: Company, fabrikam: Company
) -> None:
    for somebody, company in ((ana, contoso), (sam, contoso), (paula, fabrikam)):
        with pytest.raises(NotAllowed):
            invite(somebody, company, Grant(Role.REFERRALS_USER))
    assert invite(otto, fabrikam, Grant(Role.ACCOUNT_ADMIN)).company == fabrikam


# --- join -----------------------------------------------------------------------------


def test_the_link_sets_a_password_once(client: Client, paula: Person, contoso: Company) -> None:
    dora = invite(paula, contoso, Grant(Role.REFERRALS_USER))
    link = link_of(mail.outbox[0])
    assert "Welcome, Dora Costa" in client.get(link).content.decode()
    weak = client.post(link, {"password": "password1234", "repeated": "password1234"})
    assert weak.status_code == 422
    differ = client.post(link, {"password": PASSWORD, "repeated": PASSWORD + "x"})
    assert "The two passwords differ." in differ.content.decode()
    joined = client.post(link, {"password": PASSWORD, "repeated": PASSWORD})
    assert joined["Location"] == reverse("account_login")
    assert client.get(link).status_code == 410
    assert client.post(link, {"password": "x" * 20, "repeated": "x" * 20}).status_code == 410
    assert verbs(dora) == ["invite", "join"]
    assert client.login(email=dora.email, password=PASSWORD)


def test_the_link_ends(client: Client, paula: Person, contoso: Company) -> None:
    dora = invite(paula, contoso, Grant(Role.REFERRALS_USER))
    first = link_of(mail.outbox[0])
    people.resend_invitation(dora, by=paula)
    second = link_of(mail.outbox[1])
    assert client.get(first).status_code == 410, "another invitation was sent"
    assert client.get(second).status_code == 200
    assert client.get(second[:-3] + "x/").status_code == 410, "forged"
    clock.move(LASTS)
    assert client.get(second).status_code == 410, "too old"


def test_two_who_hold_the_same_link_do_not_both_set_it(paula: Person, contoso: Company) -> None:
    dora = invite(paula, contoso, Grant(Role.REFERRALS_USER))
    again = Person.objects.get(pk=dora.pk)
    profile.join(Person.objects.get(pk=dora.pk), password=PASSWORD)
    with pytest.raises(Refused, match="used already"):
        profile.join(again, password="another long password")


# --- set_roles ------------------------------------------------------------------------


def test_set_roles_on_the_page(admin_page: Client, bruno: Person, contoso: Company) -> None:
    url = reverse("set_roles", args=[bruno.pk])
    page = admin_page.get(url).content.decode()
    assert "Roles of Bruno Lima" in page
    answer = admin_page.post(url, {"referrals_admin": "whole", "version": bruno.version})
    assert answer.status_code == 303
    bruno = Person.objects.get(pk=bruno.pk)
    assert bruno.scopes == {"referrals_admin": None}
    first = contoso.locations.order_by("partner_id")[0].partner_id
    assert Event.objects.get(record_id=bruno.pk).changes == {
        "referrals_admin": ["", "*"],
        "referrals_user": [first, ""],
    }


def test_set_roles_that_changes_nothing_writes_nothing(paula: Person, ana: Person) -> None:
    people.set_roles(ana, by=paula, grants=[Grant(Role.REFERRALS_ADMIN)])
    assert verbs(ana) == []


def test_set_roles_of_a_stale_page_is_412(admin_page: Client, ana: Person, paula: Person) -> None:
    people.set_roles(ana, by=paula, grants=[Grant(Role.REFERRALS_USER)])
    url = reverse("set_roles", args=[ana.pk])
    answer = admin_page.post(url, {"incentives_user": "whole", "version": 0})
    assert answer.status_code == 412
    page = answer.content.decode()
    assert "Somebody changed this in the meantime." in page
    assert 'name="version" value="1"' in page, "the repeat goes through"
    with pytest.raises(Stale):
        people.set_roles(ana, by=paula, grants=[Grant(Role.INCENTIVES_USER)], version=0)


def test_is_staff_follows_the_operator_role(otto: Person, sam: Person) -> None:
    sam = people.set_roles(sam, by=otto, grants=[Grant(Role.OPERATOR)])
    assert sam.is_staff
    assert not people.set_roles(sam, by=otto, grants=[Grant(Role.SELLER)]).is_staff


@pytest.mark.rule("PEOPLE-004")
def test_a_company_keeps_an_account_admin(paula: Person, ana: Person) -> None:
    strip = {"grants": [Grant(Role.REFERRALS_USER)], "by": paula}
    with pytest.raises(Refused, match="A company needs one account admin"):
        people.set_roles(paula, **strip)
    with pytest.raises(Refused, match="A company needs one account admin"):
        people.deactivate(paula, by=paula)
    second = people.set_roles(ana, by=paula, grants=[Grant(Role.ACCOUNT_ADMIN)])
    people.deactivate(paula, by=second)
    with pytest.raises(Refused, match="A company needs one account admin"):
        people.deactivate(second, by=second)


def test_the_vendor_keeps_an_operator(otto: Person) -> None:
    with pytest.raises(Refused, match="The vendor needs one operator"):
        people.deactivate(otto, by=otto)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_admins_who_end_each_others_access_at_once_leave_one(contoso: Company) -> None:
    for n in range(5):
        pair = [make_person(f"A{n}{i} Admin", contoso, Role.ACCOUNT_ADMIN) for i in range(2)]
        together = threading.Barrier(2)

        def end(by: Person, whom: Person, together: threading.Barrier = together) -> bool:
            try:
                together.wait(timeout=10)
                people.deactivate(whom, by=by)
            except Refused:
                return False
            finally:
                connection.close()
            return True

        with ThreadPoolExecutor(2) as pool:
            done = list(pool.map(end, pair, pair[::-1]))
        assert sorted(done) == [False, True]
        Person.objects.filter(company=contoso).update(is_active=False)


# --- deactivate and reactivate --------------------------------------------------------


@pytest.mark.rule("PEOPLE-003")
def test_deactivate_ends_the_sessions_for_good(admin_page: Client, ana: Person) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    hers = Client()
    assert hers.login(email=ana.email, password=PASSWORD)
    assert hers.get(reverse("profile")).status_code == 200
    answer = admin_page.post(reverse("person", args=[ana.pk]) + "deactivate/")
    assert answer.status_code == 303
    assert hers.get(reverse("profile")).status_code == 302
    assert not Client().login(email=ana.email, password=PASSWORD)
    admin_page.post(reverse("person", args=[ana.pk]) + "reactivate/")
    assert Person.objects.get(pk=ana.pk).is_active
    assert hers.get(reverse("profile")).status_code == 302, "the old session stays ended"
    assert not Client().login(email=ana.email, password=PASSWORD), "a new password is needed"
    assert "/invitation/" in mail.outbox[-1].body
    assert verbs(ana) == ["deactivate", "reactivate"]


def test_a_barred_step_says_why(admin_page: Client, paula: Person) -> None:
    page = admin_page.get(paula.get_absolute_url()).content.decode()
    assert "A company needs one account admin." in page
    assert "Deactivate" in page


def test_a_refusal_for_htmx_is_its_status_and_sentence(admin_page: Client, paula: Person) -> None:
    url = reverse("deactivate", args=[paula.pk])
    answer = admin_page.post(url, headers={"HX-Request": "true"})
    assert answer.status_code == 409
    assert "A company needs one account admin." in answer.content.decode()
    plain = admin_page.post(url, follow=True)
    assert plain.redirect_chain == [(paula.get_absolute_url(), 303)]
    assert "A company needs one account admin." in plain.content.decode()


@pytest.mark.parametrize("verb", ["reactivate", "resend_invitation"])
def test_what_is_not_possible_now_is_refused(paula: Person, ana: Person, verb: str) -> None:
    ana.set_password(PASSWORD)
    ana.save()
    with pytest.raises(Refused):
        getattr(people, verb)(ana, by=paula)
    assert verbs(ana) == []
    assert not mail.outbox


# --- the list, and who sees it --------------------------------------------------------


def test_the_list_finds_and_counts(admin_page: Client, ana: Person, carla: Person) -> None:
    page = admin_page.get(reverse("people")).content.decode()
    assert "Ana Souza" in page
    assert "Carla Dias" not in page
    found = admin_page.get(reverse("people"), {"q": "souz ana"}).content.decode()
    assert "Ana Souza" in found
    assert "Paula Reis</a>" not in found
    nobody = admin_page.get(reverse("people"), {"q": "zzz"}).content.decode()
    assert "Nobody found" in nobody


def test_the_list_takes_the_same_queries_for_three_and_for_thirty(
    admin_page: Client, contoso: Company
) -> None:
    counts = []
    for n in (3, 30):
        place = contoso.locations.first()
        for i in range(n):
            make_person(f"P{n}x{i} Someone", contoso, Role.REFERRALS_USER, at=place)
        with CaptureQueriesContext(connection) as queries:
            admin_page.get(reverse("people"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_pages(admin_page: Client, contoso: Company) -> None:
    for i in range(30):
        make_person(f"P{i:02} Someone", contoso)
    first = admin_page.get(reverse("people"), {"size": 25}).content.decode()
    assert "after=25" in first
    second = admin_page.get(reverse("people"), {"size": 25, "after": 25}).content.decode()
    assert "before=25" in second
    names = set(re.findall(r"P\d\d Someone", first)) | set(re.findall(r"P\d\d Someone", second))
    assert len(names) == 30


PAGES = ("person", "set_roles")
BUTTONS = ("deactivate", "reactivate", "resend_invitation")


@pytest.mark.parametrize("language", ["en", "pt-br"])
def test_who_may_see_and_do(
    request: pytest.FixtureRequest, contoso: Company, language: str
) -> None:
    """Every page of this piece as every kind of person."""
    target = make_person("Tiago Target", contoso, Role.REFERRALS_USER)
    admins, others = ("paula", "otto"), ("ana", "bruno", "carla", "sam", "rita")
    for name in (*admins, *others, None):
        client = Client(headers={"accept-language": language})
        if name:
            who = request.getfixturevalue(name)
            Person.objects.filter(pk=who.pk).update(language=language)
            client.force_login(who)
        seen = {page: client.get(reverse(page)).status_code for page in ("people", "invite_person")}
        seen |= {p: client.get(reverse(p, args=[target.pk])).status_code for p in PAGES}
        for page in BUTTONS:
            seen[page] = client.post(reverse(page, args=[target.pk])).status_code
            Person.objects.filter(pk=target.pk).update(is_active=True)
        if name in admins:
            assert seen == dict.fromkeys(("people", "invite_person", *PAGES), 200) | (
                dict.fromkeys(BUTTONS, 303)
            ), name
        elif name:
            assert seen == dict.fromkeys(("people", "invite_person"), 403) | dict.fromkeys(
                (*PAGES, *BUTTONS), 404
            ), name
        else:
            assert set(seen.values()) == {302}


def test_somebody_of_another_company_is_not_there(
    admin_page: Client, carla: Person, fabrikam: Company
) -> None:
    for page in PAGES:
        assert admin_page.get(reverse(page, args=[carla.pk])).status_code == 404
    for page in BUTTONS:
        assert admin_page.post(reverse(page, args=[carla.pk])).status_code == 404
    assert admin_page.get(reverse("people"), {"company": fabrikam.pk}).status_code == 404


def test_an_operator_manages_a_partners_people(client: Client, otto: Person, ana: Person) -> None:
    client.force_login(otto)
    page = client.get(reverse("people"), {"company": ana.company_id}).content.decode()
    assert "Ana Souza" in page
    assert f"{reverse('invite_person')}?company={ana.company_id}" in page
