"""How values read: money, moments and durations, in the reader's language and zone."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import (
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

NOTHING = "—"
NBSP = "\N{NO-BREAK SPACE}"
DAY = {"pt": "d 'de' MMM 'de' y"}
MONTH = {"pt": "MMMM 'de' y"}
Number = int | float | Decimal


@lru_cache(maxsize=16)
def _locale(language: str) -> Locale:
    return Locale.parse(language, sep="-")


def reader_locale() -> Locale:
    """The locale of the language that is active now."""
    return _locale(get_language() or "en")


def money(amount: Number | str | None, currency: str) -> str:
    """`USD 50,000.00`: the ISO code first, digits by the reader's language."""
    if amount in (None, ""):
        return NOTHING
    return _money(str(amount), currency or "XXX", reader_locale())


@lru_cache(maxsize=4096)  # lists repeat round amounts
def _money(amount: str, currency: str, locale: Locale) -> str:
    pattern = f"¤¤{NBSP}#,##0.00;-¤¤{NBSP}#,##0.00"
    return format_currency(Decimal(amount), currency, pattern, locale)


def money_short(amount: Number | str | None, currency: str) -> str:
    """`USD 1.2M`, for tiles and axes."""
    if amount in (None, ""):
        return NOTHING
    return f"{currency}{NBSP}{compact(Decimal(str(amount)))}"


def compact(value: Number) -> str:
    """`1.2M`, `350K`; small numbers stay whole."""
    digits = 0 if abs(float(value)) < 1000 and value == int(value) else 1
    return format_compact_decimal(value, locale=reader_locale(), fraction_digits=digits)


def number(value: Number | None) -> str:
    """Digits grouped as the reader groups them."""
    return NOTHING if value is None else format_decimal(value, locale=reader_locale())


def percent(share: Number | None, digits: int = 0) -> str:
    """A share (0.42) as `42%`."""
    if share is None:
        return NOTHING
    pattern = "#,##0" + ("." + "0" * digits if digits else "") + "%"
    return format_percent(share, format=pattern, locale=reader_locale())


def day(value: date | None) -> str:
    """`3 Nov 2026`; a moment is taken in the reader's zone."""
    if value is None:
        return NOTHING
    if isinstance(value, datetime):
        value = (timezone.localtime(value) if timezone.is_aware(value) else value).date()
    return _day(value, reader_locale())


@lru_cache(maxsize=4096)
def _day(value: date, locale: Locale) -> str:
    return format_date(value, DAY.get(locale.language, "d MMM y"), locale=locale)


def month(value: date) -> str:
    """`November 2026`."""
    return format_date(value, MONTH.get(reader_locale().language, "MMMM y"), locale=reader_locale())


def moment(value: datetime | None) -> str:
    """`3 Nov 2026, 14:02` in the reader's zone."""
    if value is None:
        return NOTHING
    local = timezone.localtime(value)
    return f"{_day(local.date(), reader_locale())}, {local.hour:02}:{local.minute:02}"


def zone(value: datetime) -> str:
    """The reader's zone at that moment: `America/Sao_Paulo (UTC-03:00)`."""
    local = timezone.localtime(value)
    return _zone(str(local.tzinfo), local.utcoffset() or timedelta(0))


@lru_cache(maxsize=256)
def _zone(name: str, offset: timedelta) -> str:
    minutes = int(offset.total_seconds() // 60)
    return (
        f"{name} (UTC{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02})"
    )


def duration(span: timedelta) -> str:
    """The two largest units in words: `2 days 4 hours`, `3 hours 5 minutes`."""
    minutes = max(int(span.total_seconds() // 60), 0)
    days = minutes // 1440
    return _duration(days, minutes // 60 % 24, 0 if days else minutes % 60, get_language())


@lru_cache(maxsize=8192)
def _duration(days: int, hours: int, minutes: int, language: str | None) -> str:
    units = (
        ngettext("%(n)s day", "%(n)s days", days) % {"n": number(days)} if days else "",
        ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours} if hours else "",
        ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
    )
    words = [unit for unit in units if unit]
    if not words:
        return _("less than a minute")
    return words[0] if len(words) == 1 else _("%(larger)s %(smaller)s") % _pair(words)


def _pair(words: list[str]) -> dict[str, str]:
    return {"larger": words[0], "smaller": words[1]}


def left(due_at: datetime, now: datetime) -> str:
    """What remains until a deadline, in words; the deadline itself is already overdue."""
    if due_at <= now:
        return _("overdue")
    return _("%(time)s left") % {"time": duration(due_at - now)}


def ago(value: datetime, now: datetime) -> str:
    """How long since, by the largest unit: `3 hours ago`."""
    minutes = int((now - value).total_seconds() // 60)
    if minutes < 1:
        return _("just now")
    whole = timedelta(minutes=minutes)
    if minutes >= 1440:
        whole = timedelta(days=minutes // 1440)
    elif minutes >= 60:
        whole = timedelta(hours=minutes // 60)
    return _("%(time)s ago") % {"time": duration(whole)}
