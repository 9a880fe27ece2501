"""Notices and preferences in the browser."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from notifications import notices, outbox
from notifications.forms.preference import field_name
from notifications.models import Message, Preference
from notifications.notices import unread_count
from portal.models import Person
from referrals.models import Referral
from tests.notifications.conftest import make_message

KIND = "referrals/accepted"
Login = Callable[[Person], Any]


@pytest.fixture
def told(own_deal: Referral, ana: Person) -> list[Message]:
    """Thirty notices for Ana, oldest first."""
    for number in range(30):
        own_deal.version = number
        outbox.tell(KIND, [ana], about=own_deal, context=_facts(number))
    return list(Message.objects.filter(kind=KIND).order_by("id"))


def _facts(number: int) -> dict[str, str]:
    return {"deal": f"Deal number {number:02}", "customer": "Northwind", "company": "Fabrikam"}


def test_the_page_shows_the_newest_first(login: Login, ana: Person, told: list[Message]) -> None:
    page = login(ana).get(reverse("notices"))
    assert page.status_code == 200
    words = page.content.decode()
    assert "Fabrikam accepted: Deal number 29 (Northwind)" in words
    assert "Deal number 04" not in words
    assert words.index("Deal number 29") < words.index("Deal number 28")


def test_pages_are_neighbours(ana: Person, told: list[Message]) -> None:
    first = notices.page(ana)
    assert (first.count, first.previous) == (25, "")
    second = notices.page(ana, after=first.next)
    assert (second.count, second.next) == (5, "")
    assert [row.pk for row in first.rows + second.rows] == [row.pk for row in told[::-1]]
    back = notices.page(ana, before=second.previous)
    assert back == first


@pytest.mark.parametrize("cursor", ["x", "\x00", "00000000", "'"])
def test_odd_cursors_begin_at_the_top(
    login: Login, ana: Person, told: list[Message], cursor: str
) -> None:
    answer = login(ana).get(reverse("notices"), {"after": cursor, "size": "9999"})
    assert b"Deal number 29" in answer.content


def test_the_page_costs_the_same_for_more_rows(
    login: Login, ana: Person, own_deal: Referral, django_assert_max_num_queries: Any
) -> None:
    for number in range(25):
        own_deal.version = number
        outbox.tell(KIND, [ana], about=own_deal, context=_facts(number))
    browser = login(ana)
    with django_assert_max_num_queries(10):
        browser.get(reverse("notices"))


def test_reading_needs_a_post_and_counts_down(
    login: Login, ana: Person, told: list[Message]
) -> None:
    browser, url = login(ana), reverse("notice_read", args=[told[0].pk])
    assert browser.get(url).status_code == 405
    assert unread_count(ana) == 30
    assert browser.post(url).status_code == 303
    assert unread_count(ana) == 29
    browser.post(reverse("notices_read_all"))
    assert unread_count(ana) == 0


def test_opening_a_record_reads_what_was_said_about_it(
    login: Login, ana: Person, told: list[Message], own_deal: Referral
) -> None:
    url = reverse("notices_read_about", args=[own_deal.pk])
    assert login(ana).post(url).status_code == 204
    assert unread_count(ana) == 0


def test_nobody_reads_for_another(
    login: Login, ana: Person, carla: Person, told: list[Message]
) -> None:
    browser = login(carla)
    assert b"Deal number" not in browser.get(reverse("notices")).content
    browser.post(reverse("notice_read", args=[told[0].pk]))
    browser.post(reverse("notices_read_all"))
    browser.post(reverse("notices_read_about", args=[told[0].record_id]))
    assert unread_count(ana) == 30


def test_the_count_is_a_few_characters(login: Login, ana: Person, told: list[Message]) -> None:
    browser = login(ana)
    assert b">30<" in browser.get(reverse("notices_count")).content
    browser.post(reverse("notices_read_all"))
    assert browser.get(reverse("notices_count")).content.strip() == b""


def test_counting_ends_at_a_hundred(ana: Person, own_deal: Referral) -> None:
    for number in range(101):
        own_deal.version = number
        outbox.tell(KIND, [ana], about=own_deal, context=_facts(number))
    assert notices.shown_count(unread_count(ana)) == "99+"


def test_mails_that_were_worded_elsewhere_are_no_notices(ana: Person, db: None) -> None:
    make_message(person=ana)
    assert unread_count(ana) == 0


def test_choices_are_kept_and_shown(login: Login, ana: Person, own_deal: Referral) -> None:
    browser, url = login(ana), reverse("notification_settings")
    form = browser.get(url).context["form"]
    assert {form.initial[name] for name in form.fields} == {"now"}
    sent = dict.fromkeys(form.fields, "now") | {field_name(KIND): "daily"}
    for _ in range(2):
        assert browser.post(url, sent).status_code == 303
    assert browser.get(url).context["form"].initial[field_name(KIND)] == "daily"
    assert Preference.objects.exclude(how="now").count() == 1
    assert browser.post(url, sent | {field_name(KIND): "never"}).status_code == 303
    assert Preference.objects.get(kind=KIND).how == "never"


def test_an_unknown_choice_is_refused(login: Login, ana: Person, own_deal: Referral) -> None:
    answer = login(ana).post(reverse("notification_settings"), {field_name(KIND): "sometimes"})
    assert answer.status_code == 422
    assert not Preference.objects.exists()


def test_operators_see_failures_and_try_again(login: Login, otto: Person, ana: Person) -> None:
    row = make_message(state="dead", due_at=None, attempts=15, body="https://secret")
    browser, admin = login(otto), reverse("admin:notifications_message_changelist")
    assert b">1<" in browser.get(reverse("mail_failures")).content
    listed = browser.get(admin, {"state__exact": "dead"})
    assert row.address.encode() in listed.content
    page = browser.get(reverse("admin:notifications_message_change", args=[row.pk]))
    assert page.status_code == 200
    assert b"secret" not in page.content
    browser.post(admin, {"action": "try_again", "_selected_action": str(row.pk)})
    row = Message.objects.get(pk=row.pk)
    assert (row.state, row.attempts) == ("queued", 0)
    assert browser.get(reverse("mail_failures")).content.strip() == b""


def test_the_door_of_the_admin_stands_for_strangers(client: Any, vendor: Any) -> None:
    assert client.get(reverse("admin:login")).status_code in (200, 302)


def test_others_see_no_failures(login: Login, ana: Person) -> None:
    make_message(state="dead", due_at=None)
    browser = login(ana)
    assert browser.get(reverse("mail_failures")).content.strip() == b""
    assert browser.get(reverse("admin:notifications_message_changelist")).status_code in (302, 403)
