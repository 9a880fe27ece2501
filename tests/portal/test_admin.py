"""Operators keep companies, locations, accounts and solutions, with history; the rest is
looked at. The administration has no sign-in of its own."""

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from portal.models import Account, Company, Event, Location, Person
from referrals.models import Referral
from tests.conftest import opening

pytestmark = pytest.mark.django_db

KEPT = ("portal_company", "portal_location", "portal_account", "referrals_solution")
SEEN = (
    *("portal_person", "portal_accountmatch", "portal_event", "portal_exchangerate"),
    *("referrals_routingrule", "referrals_deal", "referrals_referral"),
)


@pytest.fixture
def desk(client: Client, otto: Person) -> Client:
    client.force_login(otto)
    return client


@pytest.mark.parametrize("language", ["en", "pt-br"])
@pytest.mark.parametrize("name", ["otto", "sam", "rita", "paula", "ana", None])
def test_only_operators_come_in(
    request: pytest.FixtureRequest, client: Client, name: str | None, language: str
) -> None:
    if name:
        person = request.getfixturevalue(name)
        Person.objects.filter(pk=person.pk).update(language=language)
        client.force_login(person)
    urls = [reverse("admin:index"), *(reverse(f"admin:{m}_changelist") for m in KEPT + SEEN)]
    answers = [client.get(url) for url in urls]
    if name == "otto":
        assert {answer.status_code for answer in answers} == {200}
    else:
        assert {answer.status_code for answer in answers} == {302}
        login = client.get(reverse("admin:login"))
        assert login.status_code == (403 if name else 302)
        if not name:
            assert login["Location"].startswith(reverse("account_login"))


def test_somebody_staff_without_the_role_sees_nothing(client: Client, sam: Person) -> None:
    Person.objects.filter(pk=sam.pk).update(is_staff=True)
    client.force_login(sam)
    for model in KEPT + SEEN:
        assert client.get(reverse(f"admin:{model}_changelist")).status_code == 403


def test_what_lives_by_verbs_is_read_only(desk: Client, ana: Person, customer: Account) -> None:
    from referrals.actions import deal

    leg = deal.open(opening(ana, customer), by=ana)
    line = Event.objects.filter(record_id=leg.pk).latest("at")
    for model, pk in (("portal_event", line.pk), ("referrals_referral", leg.pk)):
        assert desk.get(reverse(f"admin:{model}_change", args=[pk])).status_code == 200
        assert desk.get(reverse(f"admin:{model}_add")).status_code == 403
        assert desk.post(reverse(f"admin:{model}_change", args=[pk]), {}).status_code == 403
        assert desk.post(reverse(f"admin:{model}_delete", args=[pk]), {}).status_code == 403
    assert Referral.objects.filter(pk=leg.pk).exists()
    page = desk.get(reverse("admin:referrals_deal_change", args=[leg.deal_id])).content.decode()
    assert "nora@northwind.example" not in page, "the contact is shown where reveals are recorded"


def test_nothing_is_deleted(desk: Client, contoso: Company) -> None:
    url = reverse("admin:portal_company_delete", args=[contoso.pk])
    assert desk.post(url, {"post": "yes"}).status_code == 403


def test_a_save_is_a_line_of_history(desk: Client, otto: Person) -> None:
    data = {"kind": "partner", "name": "Tailspin", "country": "SE", "designations": "[]"}
    desk.post(reverse("admin:portal_company_add"), data | {"is_active": "on", "in_cosell": "on"})
    tailspin = Company.objects.get(name="Tailspin")
    url = reverse("admin:portal_company_change", args=[tailspin.pk])
    desk.post(url, data | {"name": "Tailspin Toys", "is_active": "on", "in_cosell": "on"})
    lines = list(Event.objects.of(tailspin))[::-1]
    assert [(line.verb, line.version, line.person) for line in lines] == [
        ("create", 1, otto),
        ("edit", 2, otto),
    ]
    assert lines[1].changes == {"name": ["Tailspin", "Tailspin Toys"]}


def test_an_edit_keeps_what_somebody_else_changed(otto: Person, contoso: Company) -> None:
    from portal.actions import records

    mine, theirs = Company.objects.get(pk=contoso.pk), Company.objects.get(pk=contoso.pk)
    theirs.website = "https://contoso.example"
    records.edit(theirs, by=otto, fields=["website"])
    mine.name = "Contoso Ltd"
    records.edit(mine, by=otto, fields=["name"])
    now = Company.objects.get(pk=contoso.pk)
    assert (now.name, now.website, now.version) == ("Contoso Ltd", "https://contoso.example", 2)


def _parts(prefix: str, *rows: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    data = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for i, row in enumerate(rows):
        data |= {f"{prefix}-{i}-{name}": value for name, value in row.items()}
    return data


def test_identifiers_are_part_of_an_accounts_history(desk: Client) -> None:
    data = {"kind": "managed", "name": "Wingtip", "country": "US"}
    rows = _parts("identifiers", {"kind": "domain", "value": "wingtip.example"})
    desk.post(reverse("admin:portal_account_add"), data | rows)
    wingtip = Account.objects.get(name="Wingtip")
    assert [str(one) for one in wingtip.identifiers.all()] == ["wingtip.example"]
    changes = [line.changes for line in Event.objects.of(wingtip)]
    assert changes == [{"identifiers": ["", "wingtip.example"]}, {}]
    found = desk.get(reverse("admin:portal_account_changelist"), {"q": "WÍNGTIP"})
    assert "Wingtip" in found.content.decode()


def test_locations_with_enrolments(desk: Client, contoso: Company) -> None:
    place: Location = contoso.locations.first()
    url = reverse("admin:portal_location_change", args=[place.pk])
    data = {
        "company": contoso.pk,
        "partner_id": place.partner_id,
        "name": place.name,
        "country": "PT",
        "is_active": "on",
    }
    row = {"programme": "Azure", "since": "2026-01-01", "location": place.pk}
    answer = desk.post(url, data | _parts("enrolments", row))
    assert answer.status_code == 302
    assert Event.objects.of(place).get().changes == {"enrolments": ["", "Azure"]}


def test_every_registered_model_is_ours_or_hidden(desk: Client) -> None:
    """What a library registers is not shown to operators."""
    page = desk.get(reverse("admin:index")).content.decode()
    for model in admin.site._registry:
        ours = model._meta.app_label in ("portal", "referrals", "notifications")
        assert ours or f"/admin/{model._meta.app_label}/{model._meta.model_name}/" not in page


def test_a_superuser_starts_an_installation(client: Client, db: None) -> None:
    """`createsuperuser`, then the vendor and its first operator."""
    root = Person.objects.create_superuser("root@vendor.example", "a long enough password")
    client.force_login(root)
    data = {"kind": "vendor", "name": "Vendor", "country": "US", "designations": "[]"}
    client.post(reverse("admin:portal_company_add"), data)
    vendor = Company.objects.get(kind="vendor")
    url = f"{reverse('invite_person')}?company={vendor.pk}"
    asked = {"name": "Olga", "email": "olga@vendor.example", "language": "en"}
    assert client.post(url, asked | {"operator": "whole"}).status_code == 303
    assert Person.objects.get(email="olga@vendor.example").is_staff


def test_an_operator_finds_where_to_invite_a_companys_first_person(
    desk: Client, fabrikam: Company
) -> None:
    page = desk.get(f"/admin/portal/company/{fabrikam.pk}/change/").content.decode()
    people = f"/settings/people/?company={fabrikam.pk}"
    assert f'href="{people}"' in page
    assert f"invite/?company={fabrikam.pk}" in desk.get(people).content.decode()
