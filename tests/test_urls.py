"""Every page as every kind of person. A page that is missing from the table fails."""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from portal.models import Account, Company, Event, Person, Role
from referrals.actions import deal
from referrals.models import Draft, Referral
from tests.calling import client_of
from tests.conftest import make_person, opening
from tests.referrals.registering import asked, at, won

ALL = "ana bruno paula carla sam rita otto".split()
DEALS = "ana bruno carla".split()
VENDOR = "sam rita otto".split()


def only(names: str, status: int = 200, others: int = 404) -> dict[str, int]:
    return dict.fromkeys(ALL, others) | dict.fromkeys(names.split(), status)


POST = dict.fromkeys(ALL, 405)
EVERYBODY = dict.fromkeys(ALL, 200)
ANAS = only("ana")
DECIDED = only("rita") | {"ana": 302}  # whose turn it is not goes back to the record

# URL name -> who gets which answer to GET. The record is Ana's private deal, Paula's colleague
# Ana, Ana's draft or export, whichever the address asks for.
PAGES: dict[str, dict[str, int]] = {
    "home": EVERYBODY,
    "notices": EVERYBODY,
    "notices_count": EVERYBODY,
    "notification_settings": EVERYBODY,
    "profile": EVERYBODY,
    "deals": EVERYBODY,
    "search": EVERYBODY,
    "drafts": EVERYBODY,
    "deals_filters": EVERYBODY,
    "inbox": EVERYBODY,
    "deal": ANAS,
    "preview": ANAS,
    "edit": ANAS,
    "move_stage": ANAS,
    "lose": ANAS,
    "close_as_error": ANAS,
    "invite": ANAS,
    "ask_help": ANAS,
    "add_member": ANAS,
    "set_solutions": ANAS,
    "accept": only("ana", 302),
    "decline": only("ana", 302),
    "new_deal": only("ana bruno carla", 200, 403),
    "draft": only("ana", 302),
    "draft_step": ANAS,
    "refer": only("sam", 200, 403),
    "routing": only("ana bruno carla"),
    "people": only("paula otto", 200, 403),
    "invite_person": only("paula otto", 200, 403),
    "person": only("paula otto"),
    "set_roles": only("paula otto"),
    **dict.fromkeys(("api_clients", "new_client"), only("paula otto", 200, 403)),
    **dict.fromkeys(("api_client", "edit_client"), only("paula otto")),
    **dict.fromkeys(("webhook", "edit_webhook"), only("paula ana carla sam otto", 200, 403)),
    "matches": only("otto", 200, 403),
    "registrations": EVERYBODY,
    "registration": only("ana rita"),
    "registration_document": only("ana rita"),
    "submit": ANAS,
    **dict.fromkeys(("approve", "ask_more", "fail", "pull_back"), DECIDED),
    "ask_exception": only("ana") | {"rita": 302},
    "exception": only("ana rita"),
    **dict.fromkeys(("grant", "refuse"), DECIDED),
    "mail_failures": EVERYBODY,  # a tile, empty but for operators
    "health": EVERYBODY,
    "health_live": EVERYBODY,
    **dict.fromkeys(
        "win share remove_member reveal_contact comment favour unfavour keep_view discard_draft "
        "set_theme set_language deactivate reactivate resend_invitation apply_match dismiss_match "
        "notices_read_all notices_read_about notice_read remove_rule register forgo "
        "detach_registration_document rotate_secret revoke_client reactivate_client "
        "send_webhook_test rotate_webhook_secret unsubscribe replay_deliveries "
        "replay_delivery".split(),
        POST,
    ),
}
# Made and watched in tests of their own: they need more than an address.
ELSEWHERE = {"export", "export_job", "export_file", "move_rule", "join", "webhook_delivery"}
LIBRARY = {"account/"}
PROGRAMS = ("v1.0/", "oauth/", "webhooks/v1/", ".well-known/")  # tests/test_api_matrix.py
OPEN_TO_STRANGERS = {"health", "health_live", "set_language", "set_theme", "join"}


def named(resolver: URLResolver, before: str = "") -> Iterator[str]:
    """The names of all pages; what programs ask has a table of its own."""
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            if not path.startswith(PROGRAMS):
                yield str(entry.name)
        elif not entry.namespace and path not in LIBRARY:
            yield from named(entry, path)


# Pages of a registration -> the state in which the step is open.
REGISTERED = {
    "registration": "review",
    "registration_document": "review",
    "detach_registration_document": "draft",
    "submit": "draft",
    "forgo": "draft",
    **dict.fromkeys(("approve", "ask_more", "fail"), "review"),
    "pull_back": "approved",
    **dict.fromkeys(("ask_exception", "exception", "grant", "refuse"), "failed"),
}


def registered(name: str, customer: Account, ana: Person) -> str:
    """The address of a page about the registration of another deal of Ana's."""
    found = at(REGISTERED[name], won(deal.open(opening(ana, customer), by=ana), ana), ana)
    if name in ("exception", "grant", "refuse"):
        return reverse(name, args=[asked(found, ana, total_value=70000).pk])
    document = [found.documents[0].pk] if name.endswith("document") else []
    return reverse(name, args=[found.pk, *document])


def test_every_page_is_in_the_table() -> None:
    assert set(named(get_resolver())) == set(PAGES) | ELSEWHERE


@pytest.fixture
def cast(ana, bruno, paula, carla, sam, rita, otto) -> dict[str, Person]:
    return {"ana": ana, "bruno": bruno, "paula": paula, "carla": carla} | {
        "sam": sam,
        "rita": rita,
        "otto": otto,
    }


@pytest.fixture
def address(own_deal: Referral, ana: Person, customer: Account) -> Callable[[str], str]:
    """The address of a page, about Ana's record of the kind that the page asks for."""
    draft = deal.save_draft(Draft(), by=ana, step="customer", data={})
    about = {"draft": draft.pk, "draft_step": draft.pk, "discard_draft": draft.pk}
    about |= dict.fromkeys(
        "person set_roles deactivate reactivate resend_invitation".split(), ana.pk
    )
    clients = "api_client edit_client rotate_secret revoke_client reactivate_client".split()
    about |= dict.fromkeys(clients, client_of(ana).pk)
    about |= dict.fromkeys("apply_match dismiss_match notice_read remove_rule".split(), uuid4())

    def find(name: str) -> str:
        if name in REGISTERED:
            return registered(name, customer, ana)
        pk: Any = about.get(name, own_deal.pk)
        tries: list[list[Any]] = [[], [pk], [pk, "customer"], [pk, 1]]
        for args in tries:
            try:
                return reverse(name, args=args)
            except Exception:
                continue
        raise AssertionError(name)

    return find


@pytest.mark.parametrize("name", sorted(PAGES))
def test_page_as_everybody(name, cast, address, client) -> None:
    url = address(name)
    found = {}
    for who, person in cast.items():
        client.force_login(person)
        found[who] = client.get(url).status_code
    assert found == PAGES[name], name


@pytest.mark.parametrize("name", sorted(set(PAGES) - OPEN_TO_STRANGERS))
def test_page_as_a_stranger(name, address, client) -> None:
    answer = client.get(address(name))
    assert answer.status_code == 302
    assert answer["Location"].startswith("/account/login/")


WRITES = (
    "win share comment reveal_contact edit move_stage lose close_as_error invite ask_help "
    "add_member set_solutions accept decline favour unfavour"
).split()


@pytest.mark.parametrize("name", WRITES)
def test_nobody_else_can_write(name, cast, address, client) -> None:
    """Another company's deal answers like an unknown id, and nothing changes."""
    url, unknown = address(name), reverse(name, args=[uuid4()])
    before = Event.objects.count()
    for who in ("bruno", "paula", "carla", "sam", "rita", "otto"):
        client.force_login(cast[who])
        answer, nothing = client.post(url), client.post(unknown)
        assert (answer.status_code, nothing.status_code) == (404, 404), who
    assert Event.objects.count() == before


def test_a_deactivated_person_is_a_stranger(ana, address, client) -> None:
    client.force_login(ana)
    assert client.get(address("deals")).status_code == 200
    Person.objects.filter(pk=ana.pk).update(is_active=False)
    assert client.get(address("deals")).status_code == 302


@pytest.mark.rule("PEOPLE-003")
def test_a_company_that_was_switched_off_is_signed_out(ana, address, client) -> None:
    client.force_login(ana)
    Company.objects.filter(pk=ana.company_id).update(is_active=False)
    assert client.get(address("deals")).status_code == 302


def test_who_sees_a_shared_deal_can_read_but_not_write(own_deal, ana, sam, rita, client) -> None:
    deal.share(own_deal, by=ana)
    for person in (sam, rita):
        client.force_login(person)
        page = client.get(own_deal.get_absolute_url())
        assert page.status_code == 200
        assert "/win/" not in page.content.decode()
        assert client.post(f"{own_deal.get_absolute_url()}comment/", {"text": "x"}).status_code
        refused = client.post(f"{own_deal.get_absolute_url()}win/", HTTP_HX_REQUEST="true")
        assert refused.status_code == 403
    assert Referral.objects.get(pk=own_deal.pk).status == "accepted"


@pytest.mark.rule("DEAL-028")
def test_removed_from_the_team_means_404_at_once(own_deal, bruno, client) -> None:
    member = own_deal.team.create(
        company=bruno.company, person=bruno, name="B", phone="+1", email=bruno.email
    )
    client.force_login(bruno)
    assert client.get(own_deal.get_absolute_url()).status_code == 200
    member.delete()
    assert client.get(own_deal.get_absolute_url()).status_code == 404


def test_a_person_of_several_roles_sees_the_union(contoso, own_deal, client) -> None:
    both = make_person("Bea Both", contoso, Role.ACCOUNT_ADMIN, Role.REFERRALS_ADMIN)
    client.force_login(both)
    assert client.get(reverse("people")).status_code == 200
    assert client.get(own_deal.get_absolute_url()).status_code == 200
