"""The webhook's pages: set up, tried, seen to fail, sent again, given a new secret, removed."""

import re

import pytest

from notifications.actions import subscription as verbs
from notifications.models import Delivery, Subscription
from notifications.webhooks import delivering
from tests.notifications.webhooks.test_delivering import fresh, queue

pytestmark = pytest.mark.django_db
PAGE = "/settings/webhooks/"


def secret_in(answer) -> str:
    found = re.search(r'id="secret">([^<]+)<', answer.content.decode())
    return found.group(1) if found else ""


@pytest.mark.rule("API-123")
def test_an_account_admin_sets_it_up_and_sees_the_secret_once(paula, login, receiver) -> None:
    browser = login(paula)
    assert "No webhook yet" in browser.get(PAGE).content.decode()
    wish = {"url": receiver.url, "events": ["referral-created", "test-created"]}
    made = browser.post(f"{PAGE}edit/", wish)
    assert made.status_code == 200
    assert "no-store" in made["Cache-Control"]
    secret = secret_in(made)
    assert secret.startswith("whsec_")
    shown = browser.get(PAGE).content.decode()
    assert receiver.url in shown
    assert secret not in shown
    assert "Paula Reis set the webhook up" in shown


def test_a_wrong_address_is_said_beside_what_was_typed(paula, login) -> None:
    wish = {"url": "https://10.0.0.1/in", "events": ["referral-created"]}
    found = login(paula).post(f"{PAGE}edit/", wish)
    assert found.status_code == 409
    assert "Use the name of a host on the internet." in found.content.decode()
    assert "https://10.0.0.1/in" in found.content.decode()
    assert login(paula).post(f"{PAGE}edit/", {"url": ""}).status_code == 422


def test_it_is_changed_and_nobody_is_overwritten(paula, login, receiver, subscribe) -> None:
    own = subscribe(paula, receiver)
    wish = {"url": receiver.url, "events": ["referral-updated"], "skip_own": "on"}
    browser = login(paula)
    assert browser.get(f"{PAGE}edit/").status_code == 200
    stale = browser.post(f"{PAGE}edit/", wish | {"version": own.version - 1})
    assert stale.status_code == 412
    done = browser.post(f"{PAGE}edit/", wish | {"version": own.version})
    assert done.status_code == 303
    assert (fresh(own).events, fresh(own).skip_own) == (["referral-updated"], True)
    assert "Leave out its own changes: " in browser.get(PAGE).content.decode()


@pytest.mark.rule("API-127")
def test_a_test_is_sent_and_its_answer_shown(paula, login, receiver, subscribe) -> None:
    subscribe(paula, receiver)
    browser = login(paula)
    assert browser.post(f"{PAGE}send_test/").status_code == 303
    receiver.usual, receiver.words = 500, "<b>we are closed</b>"
    delivering.drain()
    [row] = Delivery.objects.all()
    page = browser.get(row.get_absolute_url()).content.decode()
    assert "&lt;b&gt;we are closed&lt;/b&gt;" in page
    assert "Could not be sent" in page


def test_a_test_that_is_not_subscribed_to_is_barred_with_its_reason(
    paula, login, receiver, subscribe
) -> None:
    subscribe(paula, receiver, events=("referral-created",))
    assert "Subscribe to test-created first." in login(paula).get(PAGE).content.decode()


@pytest.mark.rule("API-128")
def test_what_was_parked_is_seen_and_sent_again(paula, login, receiver, subscribe) -> None:
    rows = queue(subscribe(paula, receiver), 30)
    Delivery.objects.update(state="parked", due_at=None)
    browser = login(paula)
    shown = browser.get(f"{PAGE}?state=parked").content.decode()
    assert shown.count("data-row") == 25
    assert 'rel="next"' in shown
    assert '<span class="tab-count">30</span>' in shown
    assert browser.post(f"{rows[0].get_absolute_url()}replay/").status_code == 303
    assert fresh(rows[0]).state == "queued"
    done = browser.post(f"{PAGE}replay/", {"start": "2020-01-01T00:00"}, follow=True)
    assert "29 messages are sent again." in done.content.decode()
    wrong = browser.post(f"{PAGE}replay/", {"start": "yesterday"})
    assert wrong.status_code == 422
    assert "There is a problem" in wrong.content.decode()


@pytest.mark.rule("API-113")
def test_a_new_secret_is_shown_once(paula, login, receiver, subscribe) -> None:
    own = subscribe(paula, receiver)
    browser = login(paula)
    secret = secret_in(browser.post(f"{PAGE}rotate_secret/", {"version": own.version}))
    assert secret not in ("", own.told_secret)
    assert secret not in browser.get(PAGE).content.decode()
    again = browser.post(f"{PAGE}rotate_secret/", {"version": own.version}, follow=True)
    assert secret_in(again) == ""  # the page before was shown twice


def test_it_is_removed(paula, login, receiver, subscribe) -> None:
    own = subscribe(paula, receiver)
    rows = queue(own, 2)
    browser = login(paula)
    assert browser.post(f"{PAGE}unsubscribe/", {"version": own.version}).status_code == 303
    assert "No webhook yet" in browser.get(PAGE).content.decode()
    assert delivering.drain() == 0
    assert {fresh(row).state for row in rows} == {"parked"}


def test_one_that_is_gone_says_so_and_works_again_when_saved(
    paula, login, receiver, subscribe
) -> None:
    own = subscribe(paula, receiver)
    verbs.switch_off(own)
    browser = login(paula)
    page = browser.get(PAGE).content.decode()
    assert "The receiver said that it is gone (410)." in page
    wish = {"url": own.url, "events": own.events, "version": fresh(own).version}
    browser.post(f"{PAGE}edit/", wish)
    assert fresh(own).off == ""


@pytest.mark.rule("API-129")
def test_nobody_else_opens_it(paula, ana, bruno, rita, carla, login, receiver, subscribe) -> None:
    [row] = queue(subscribe(paula, receiver))
    assert login(ana).get(row.get_absolute_url()).status_code == 200
    for person in (bruno, rita):
        assert login(person).get(PAGE).status_code == 403
        assert login(person).get(row.get_absolute_url()).status_code == 404
        assert login(person).post(f"{PAGE}unsubscribe/").status_code == 403
    assert "No webhook yet" in login(carla).get(PAGE).content.decode()
    assert login(carla).get(row.get_absolute_url()).status_code == 404
    assert login(carla).post(f"{row.get_absolute_url()}replay/").status_code == 404
    assert Subscription.objects.get().off == ""


@pytest.mark.parametrize("state", ["", "queued", "sent", "parked", "nonsense"])
def test_the_page_asks_a_constant_number_of_times(
    paula, login, receiver, subscribe, django_assert_max_num_queries, state
) -> None:
    queue(subscribe(paula, receiver), 40)
    browser = login(paula)
    with django_assert_max_num_queries(9):
        assert browser.get(f"{PAGE}?state={state}").status_code == 200
