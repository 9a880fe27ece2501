"""The list of deals by what became of their registrations; nobody's business at the vendor."""

from typing import Any

import pytest

from portal.models import Person
from referrals.models import Referral
from tests.referrals.conftest import Make
from tests.referrals.registering import begun, won


@pytest.fixture
def drafted(own_deal: Referral, ana: Person) -> Referral:
    leg = won(own_deal, ana)
    begun(leg, ana)
    return leg


def shown(client: Any, url: str) -> set[Any]:
    return {row["id"] for row in client.get(url).context["page"].rows}


@pytest.mark.rule("REG-036")
def test_filters_by_registration(drafted: Referral, make: Make, login: Any, ana: Person) -> None:
    plain, client = make(), login(ana)
    assert shown(client, "/deals/?tab=outbound&registration=draft") == {drafted.pk}
    assert shown(client, "/deals/?tab=outbound&registration=passed") == set()
    assert shown(client, "/deals/?tab=outbound&registration=none") == {plain.pk}
    both = "/deals/?tab=outbound&registration=none&registration=draft"
    assert shown(client, both) == {plain.pk, drafted.pk}
    page = client.get("/deals/?tab=outbound&registration=draft&columns=registration")
    assert "Not submitted" in page.content.decode()


@pytest.mark.rule("REG-036")
def test_the_vendor_can_not_ask_for_registrations(
    drafted: Referral, login: Any, sam: Person, rita: Person
) -> None:
    for person in (sam, rita):
        client = login(person)
        for value in ("draft", "passed", "none"):
            url = f"/deals/?tab=partner_led&registration={value}&columns=registration"
            assert shown(client, url) == {drafted.pk}
            body = client.get(url).content.decode()
            assert "Not submitted" not in body
        assert 'name="registration"' not in client.get("/deals/filters/").content.decode()
