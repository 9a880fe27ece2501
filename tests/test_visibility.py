"""Nobody reads, names or uses what is another company's, on whatever page they try."""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from portal.models import Company, Person
from referrals.actions import deal, refer, referral
from referrals.actions.opening import Invitation
from referrals.actions.refer import Sending
from referrals.models import Draft, Referral, Solution
from tests.conftest import CONTACT, terms
from tests.test_urls import PAGES, address, cast  # noqa: F401 — the fixtures of the walk

pytestmark = pytest.mark.django_db
ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_ids(answer: Any) -> str:
    """The body, without the ids that were asked for and the token of its forms."""
    body = ID.sub("", answer.content.decode())
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body)


OTHERS = sorted(
    name
    for name, answers in PAGES.items()
    if answers["carla"] in (404, 405) and name != "keep_view"
)


def test_what_is_not_ones_own_reads_like_what_is_not_there(
    cast: Any,  # noqa: F811
    address: Any,  # noqa: F811
    client: Client,
) -> None:
    client.force_login(cast["carla"])
    for name in OTHERS:
        path = address(name)
        nothing = ID.sub(str(uuid4()), path)
        for method in (client.get, client.post):
            theirs, none = method(path), method(nothing)
            assert theirs.status_code == none.status_code, name
            assert without_ids(theirs) == without_ids(none), name


def test_a_shared_deal_is_read_not_edited(
    own_deal: Referral,
    ana: Person,
    client: Client,
    cast: Any,  # noqa: F811
) -> None:
    deal.share(own_deal, by=ana)
    referral.edit(own_deal, by=ana, crm_id="CRM-4711", campaign_id="MAIL-4712")
    for who in ("sam", "rita", "otto"):
        client.force_login(cast[who])
        assert client.get(reverse("edit", args=[own_deal.pk])).status_code == 302
        for page in (own_deal.get_absolute_url(), "/deals/?tab=partner_led&columns=crm"):
            body = client.get(page).content.decode()
            assert own_deal.name in body
            assert "CRM-4711" not in body, (who, page)
            assert "MAIL-4712" not in body, (who, page)
    client.force_login(ana)
    assert "CRM-4711" in client.get(own_deal.get_absolute_url()).content.decode()
    assert "CRM-4711" in client.get("/deals/?tab=outbound&columns=crm").content.decode()


def sent(sam: Person, fabrikam: Company, customer: Any) -> Referral:
    solution = fabrikam.solutions.order_by("code")[0]
    what = Invitation(
        fabrikam, terms().value, "USD", terms().close_on, "proof", "Please", (solution,)
    )
    return refer.refer(Sending(customer, CONTACT, terms(intent=""), what), by=sam)


@pytest.mark.rule("DEAL-027")
def test_a_contact_is_for_those_who_work(
    sam: Person,
    fabrikam: Company,
    customer: Any,
    client: Client,
    cast: Any,  # noqa: F811
) -> None:
    """Neither the vendor's readers nor a receiver before it accepts, on any page of the deal."""
    leg = sent(sam, fabrikam, customer)
    own = leg.deal.legs.get(company=sam.company)
    fragments = (CONTACT.name, CONTACT.email, "211 111 111", "+351211111111")

    def seen(who: str, record: Referral) -> bool:
        client.force_login(cast[who])
        paths = ["", "preview/", "accept/", "edit/", "add_member/", "invite/", "ask_help/"]
        bodies = [client.get(record.get_absolute_url() + path).content.decode() for path in paths]
        lists = ["/deals/", "/inbox/", "/deals/?tab=outbound", "/notices/", "/", "/search/?q=nora"]
        bodies += [client.get(path).content.decode() for path in lists]
        return any(part in body for body in bodies for part in fragments)

    assert seen("sam", own)
    assert not seen("rita", own)
    assert not seen("otto", own)
    assert not seen("carla", leg)
    leg = referral.decline(leg, by=cast["carla"], reason="timeline")
    assert not seen("carla", leg)
    revealed = client.post(f"{leg.get_absolute_url()}reveal_contact/", follow=True)
    assert CONTACT.email not in revealed.content.decode()


def test_a_filter_names_nothing_of_others(ana: Person, fabrikam: Company, client: Client) -> None:
    place = fabrikam.locations.order_by("partner_id")[0]
    secret = Solution.objects.create(
        code="SOL-X", name="Not announced yet", company=fabrikam, status="in_market"
    )
    client.force_login(ana)
    body = client.get(
        f"/deals/?tab=inbound&location={place.pk}&solution={secret.pk}"
    ).content.decode()
    assert str(place.pk) in body
    assert place.name not in body
    assert secret.name not in body


def test_posted_ids_of_others_are_refused(
    own_deal: Referral, ana: Person, fabrikam: Company, carla: Person, client: Client
) -> None:
    client.force_login(ana)
    secret = Solution.objects.create(
        code="SOL-X", name="Not announced yet", company=fabrikam, status="in_market"
    )
    answer = client.post(f"{own_deal.get_absolute_url()}set_solutions/", {"solutions": [secret.pk]})
    assert answer.status_code == 422
    assert secret.name not in answer.content.decode()
    place = fabrikam.locations.order_by("partner_id")[0]
    answer = client.post(reverse("routing"), {"location": place.pk, "country": "BR"})
    assert answer.status_code == 422
    assert place.name not in answer.content.decode()
    theirs = deal.save_draft(Draft(), by=carla, step="customer", data={})
    for path in (theirs.get_absolute_url(), f"{theirs.get_absolute_url()}details/"):
        assert client.post(path, {"go": "next"}).status_code == 404
    client.post(reverse("discard_draft", args=[theirs.pk]))
    assert Draft.objects.filter(pk=theirs.pk).exists()


def test_a_note_of_a_private_deal_stays_there(
    own_deal: Referral,
    ana: Person,
    cast: Any,  # noqa: F811
    client: Client,
) -> None:
    referral.comment(own_deal, by=ana, text="Only between us four", internal=False)
    for who in ("sam", "rita", "otto", "carla", "paula", "bruno"):
        client.force_login(cast[who])
        for page in (
            own_deal.get_absolute_url(),
            "/notices/",
            "/",
            "/deals/",
            "/search/?q=northwind",
        ):
            body = client.get(page).content.decode()
            assert "Only between us four" not in body, (who, page)
            assert own_deal.notes not in body, (who, page)
