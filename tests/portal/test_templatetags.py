"""What readers see of money, moments, deadlines, icons and links."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import timezone, translation

from portal import formats
from portal.templatetags.portal import LOOKS

NOW = datetime(2026, 11, 3, 14, 2, tzinfo=UTC)


def draw(source: str, query: str = "", **context: Any) -> str:
    context["request"] = RequestFactory().get(f"/deals/{query}")
    return Template(source).render(Context(context))


@pytest.mark.parametrize(
    ("language", "expected"), [("en", "USD\xa050,000.50"), ("pt-br", "USD\xa050.000,50")]
)
def test_money_names_its_currency_in_the_readers_digits(language: str, expected: str) -> None:
    with translation.override(language):
        assert formats.money(Decimal("50000.5"), "USD") == expected


def test_money_keeps_to_the_currencys_own_decimals() -> None:
    assert formats.money(1200, "JPY") == "JPY\xa01,200"


def test_money_without_an_amount_is_a_dash() -> None:
    assert "—" in draw('{% money value "USD" %}', value=None)
    assert "0.00" in draw('{% money value "USD" %}', value=0)


def test_money_short_for_tiles() -> None:
    assert "USD\xa01.2M" in draw('{% money value "USD" short=True %}', value=1_234_000)


def test_when_is_in_the_readers_zone_and_names_it() -> None:
    with timezone.override("America/Sao_Paulo"):
        html = draw("{% when at %}", at=NOW)
    assert ">3 Nov 2026, 11:02</time>" in html
    assert 'title="America/Sao_Paulo (UTC-03:00)"' in html
    assert 'datetime="2026-11-03T14:02:00+00:00"' in html


def test_when_in_portuguese() -> None:
    with translation.override("pt-br"):
        assert "3 de nov. de 2026, 14:02" in draw("{% when at %}", at=NOW)


def test_when_nothing_happened() -> None:
    assert draw("{% when at %}{% day at %}", at=None) == "——"


def test_day_takes_dates_and_moments() -> None:
    assert ">3 Nov 2026<" in draw("{% day at %}", at=date(2026, 11, 3))
    with timezone.override("Asia/Tokyo"):
        assert ">4 Nov 2026<" in draw("{% day at %}", at=NOW + timedelta(hours=3))


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(days=2, hours=4, minutes=59), "2 days 4 hours left"),
        (timedelta(days=1), "1 day left"),
        (timedelta(days=1, minutes=30), "1 day left"),
        (timedelta(hours=5, minutes=1), "5 hours 1 minute left"),
        (timedelta(minutes=59), "59 minutes left"),
        (timedelta(seconds=30), "less than a minute left"),
        (timedelta(0), "overdue"),
        (timedelta(hours=-1), "overdue"),
    ],
)
def test_left_in_words(span: timedelta, words: str) -> None:
    assert draw("{% left due now %}", due=NOW + span, now=NOW) == words


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(hours=3, minutes=50), "3 hours ago"),
        (timedelta(days=12, hours=5), "12 days ago"),
    ],
)
def test_time_since(span: timedelta, words: str) -> None:
    assert f">{words}</time>" in draw("{% time_since at now %}", at=NOW - span, now=NOW)


@pytest.mark.parametrize(
    ("span", "tone", "icon"),
    [
        (timedelta(days=10), "calm", "clock"),
        (timedelta(days=3), "warn", "hourglass"),
        (timedelta(days=1), "bad", "alarm-clock"),
        (timedelta(0), "bad", "circle-alert"),
    ],
)
def test_deadline_by_word_colour_and_icon(span: timedelta, tone: str, icon: str) -> None:
    html = draw("{% icon_sheet_begin %}{% deadline due now %}", due=NOW + span, now=NOW)
    assert f'class="deadline {tone}"' in html
    assert f'href="#i-{icon}"' in html
    assert "<time" in html


def test_no_deadline_shows_nothing() -> None:
    assert draw("{% deadline due now %}", due=None, now=NOW) == ""


def test_status_is_a_word_a_colour_and_an_icon() -> None:
    html = draw('{% icon_sheet_begin %}{% status "won" "Ganho" %}')
    assert 'class="status good"' in html
    assert "#i-trophy" in html
    assert "Ganho</span>" in html


@pytest.mark.parametrize("code", LOOKS)
def test_every_look_has_an_icon_of_the_package(code: str) -> None:
    assert "<path" in draw("{% status code code %}", code=code).replace("<circle", "<path")


def test_status_unknown_to_the_table_still_shows_its_word() -> None:
    assert 'class="status neutral"' in draw('{% status "odd" "Odd" %}')
    assert 'class="status bad"' in draw('{% status "odd" "Odd" tone="bad" %}')


def test_icons_are_drawn_once_a_page() -> None:
    html = draw('{% icon_sheet_begin %}{% icon "clock" %}{% icon "clock" %}{% icon_sheet_end %}')
    assert html.count('<use href="#i-clock"/>') == 2
    assert html.count('<symbol id="i-clock"') == 1


def test_icons_of_a_fragment_stand_alone() -> None:
    html = draw('{% icon "clock" %}')
    assert "<use" not in html
    assert "<path" in html or "<circle" in html
    assert 'aria-hidden="true"' in html


def test_icon_with_a_name_is_read_out() -> None:
    html = draw('{% icon "star" label %}', label='"Favourite"')
    assert 'role="img" aria-label="&quot;Favourite&quot;"' in html


def test_query_with_changes_and_drops() -> None:
    made = draw('{% query_with request page=None sort="name" %}', "?page=2&country=BR&country=DE")
    assert made == "?country=BR&amp;country=DE&amp;sort=name"
    assert draw("{% query_with country=codes %}", "?country=BR", codes=["PT", "FR"]) == (
        "?country=PT&amp;country=FR"
    )


@pytest.mark.parametrize(
    ("query", "link", "order"),
    [
        ("", "?sort=value", None),
        ("?sort=value&after=x", "?sort=-value", "ascending"),
        ("?sort=-value", "?sort=value", "descending"),
    ],
)
def test_sortable_turns_the_order(query: str, link: str, order: str | None) -> None:
    html = draw('{% sortable "value" "Value" numeric=True %}', query)
    assert f'href="{link}"' in html
    assert ("aria-sort" in html) == (order is not None)
    assert order is None or f'aria-sort="{order}"' in html


def test_names_are_escaped_everywhere() -> None:
    nasty = "<script>"
    html = draw(
        '{% status "won" n %}{% avatar n %}{% sortable "a" n %}{% icon "star" n %}{% money 1 n %}',
        n=nasty,
    )
    assert nasty not in html


def test_barred_step_says_why_and_is_no_form() -> None:
    class Step:
        verb, label, refusal, url = "win", "Mark as won", "Give the close date first.", "/x/"
        confirm, primary, danger = "", True, False

    html = render_to_string("_parts/steps.html", {"steps": [Step()]})
    assert 'aria-disabled="true" aria-describedby="why-win"' in html
    assert "Give the close date first." in html
    assert "<form" not in html


def test_a_step_to_confirm_works_without_script() -> None:
    class Step:
        verb, label, refusal, url = "lose", "Mark as lost", "", "/deals/1/lose/"
        confirm, primary, danger = "This can't be undone.", False, True

    html = render_to_string("_parts/steps.html", {"steps": [Step()]})
    assert "<details" in html
    assert 'action="/deals/1/lose/"' in html
    assert "This can&#x27;t be undone." in html


@pytest.mark.parametrize(
    ("value", "shown"),
    [("+5511912345678", "+55 11 91234-5678"), ("ask Nora", "ask Nora"), ("", "")],
)
def test_a_phone_is_grouped_and_what_is_none_stays(value: str, shown: str) -> None:
    assert draw("{{ value|phone }}", value=value) == shown
