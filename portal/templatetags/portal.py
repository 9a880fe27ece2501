"""Tags that every template has without loading them (listed in the settings)."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.template import Context
from django.utils.html import conditional_escape, escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from lucide.templatetags.lucide import lucide
from phonenumber_field.phonenumber import to_python

from portal import formats

register = template.Library()

# What a status looks like: tone (a CSS class) and icon, beside its word.
LOOKS = {
    "pending": ("info", "hourglass"),
    "accepted": ("info", "circle-dot"),
    "active": ("good", "circle-check"),
    "won": ("good", "trophy"),
    "lost": ("neutral", "circle-x"),
    "declined": ("neutral", "ban"),
    "expired": ("warn", "clock"),
    "error": ("bad", "circle-alert"),
    "draft": ("neutral", "file-pen"),
    "submitted": ("info", "send"),
    "review": ("info", "eye"),
    "approved": ("good", "circle-check"),
    "validation": ("info", "store"),
    "action": ("warn", "circle-alert"),
    "passed": ("good", "badge-check"),
    "closed": ("neutral", "archive"),
    "granted": ("good", "circle-check"),
    "rejected": ("bad", "circle-x"),
    "refused": ("bad", "circle-x"),
    "invited": ("info", "mail"),
    "inactive": ("neutral", "circle-slash"),
    "sent": ("good", "send"),
    "dead": ("bad", "triangle-alert"),
    "queued": ("info", "clock"),
    "waiting": ("info", "clock"),
    "running": ("info", "loader"),
    "done": ("good", "circle-check"),
    "failed": ("bad", "triangle-alert"),
    "asked": ("info", "search"),
    "offered": ("warn", "circle-question-mark"),
    "applied": ("good", "circle-check"),
    "ready": ("good", "circle-check"),
    "ip": ("good", "badge-check"),
    "business": ("good", "badge-check"),
}
PLAIN = ("neutral", "circle")
USUAL = 16  # px, as .icon has it in parts.css

register.simple_tag(formats.number, name="number")
register.simple_tag(formats.percent, name="percent")


@register.simple_tag
def money(value: Any, currency: str = "", short: bool = False) -> str:
    """An amount with its currency; `short` for tiles."""
    shown = formats.money_short if short else formats.money
    return mark_safe(f'<span class="num nowrap">{escape(shown(value, currency))}</span>')


@register.filter
def phone(value: Any) -> str:
    """A number with its groups, as people read it; what is none stays as it is."""
    number = to_python(str(value or ""))
    return number.as_international if number and number.is_valid() else str(value or "")


@register.simple_tag
def when(value: datetime | None) -> str:
    """Date and time in the reader's zone, which the title names."""
    if value is None:
        return formats.NOTHING
    stamp, zone = value.isoformat(timespec="seconds"), escape(formats.zone(value))
    shown = formats.moment(value)  # digits and names of months need no escaping
    return mark_safe(f'<time datetime="{stamp}" title="{zone}">{shown}</time>')


@register.simple_tag
def day(value: date | None) -> str:
    """A date without time."""
    if value is None:
        return formats.NOTHING
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), formats.day(value))


@register.simple_tag
def left(due_at: datetime | None, now: datetime) -> str:
    """Words for what remains until a deadline."""
    return formats.left(due_at, now) if due_at else formats.NOTHING


@register.simple_tag
def duration(value: timedelta | None) -> str:
    """A span of time in words, like `2 days 4 hours`."""
    return formats.duration(value) if value else formats.NOTHING


@register.simple_tag
def time_since(value: datetime | None, now: datetime) -> str:
    """How long ago, with the moment on hover."""
    if value is None:
        return formats.NOTHING
    return format_html(
        '<time datetime="{}" title="{}, {}">{}</time>',
        value.isoformat(timespec="seconds"),
        formats.moment(value),
        formats.zone(value),
        formats.ago(value, now),
    )


@lru_cache(maxsize=256)
def _drawing(name: str) -> str:
    """The shapes inside an icon of the package, without the frame."""
    return re.sub(r"^<svg[^>]*>|</svg>\s*$", "", lucide(name).strip()).strip()


@register.simple_tag(takes_context=True)
def icon(context: Context, name: str, label: Any = "", size: int = 16) -> SafeString:
    """An icon of the package. Drawn once per page and referred to where a page has a sheet."""
    sheet = context.get("icon_sheet")
    if sheet is not None:
        sheet.add(str(name))
    return _svg(str(name), str(label), size, sheet is not None)


@lru_cache(maxsize=1024)
def _svg(name: str, label: str, size: int, on_sheet: bool) -> SafeString:
    drawn = _drawing(name)  # also where only a reference is written: a wrong name fails here
    inside = f'<use href="#i-{name}"/>' if on_sheet else drawn
    named = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    if on_sheet and size == USUAL:  # a list has hundreds: the style sheet gives size and box
        return mark_safe(f'<svg class="icon" {named}>{inside}</svg>')
    return mark_safe(
        f'<svg class="icon" width="{size}" height="{size}" viewBox="0 0 24 24" {named}>'
        f"{inside}</svg>"
    )


@register.simple_tag(takes_context=True)
def icon_sheet_begin(context: Context) -> str:
    """From here on icons are references into the sheet at the end of the page."""
    context["icon_sheet"] = set()
    return ""


@register.simple_tag(takes_context=True)
def icon_sheet_end(context: Context) -> SafeString:
    """The drawings that this page referred to."""
    symbols = (
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>'
        for name in sorted(context["icon_sheet"])
    )
    return mark_safe(f'<svg class="icon-sheet" aria-hidden="true">{"".join(symbols)}</svg>')


@register.simple_tag(takes_context=True)
def status(context: Context, code: str, label: Any, tone: str = "", icon: str = "") -> SafeString:
    """A status as word, colour and icon."""
    looks = LOOKS.get(str(code), PLAIN)
    drawing = _icon(context, icon or looks[1])
    word = conditional_escape(label or code)
    return mark_safe(f'<span class="status {tone or looks[0]}">{drawing}{word}</span>')


_icon = icon  # `status` takes an argument of that name


@register.simple_tag(takes_context=True)
def deadline(context: Context, due_at: datetime | None, now: datetime, short: bool = False) -> str:
    """A deadline as icon, colour, words and moment; `short`, for lists, says no zone.

    Nothing when no clock runs.
    """
    if due_at is None:
        return ""
    tone, name = _urgency(due_at - now)
    words = escape(formats.left(due_at, now))
    moment = f"<small>{escape(formats.moment(due_at))}</small>" if short else when(due_at)
    return mark_safe(
        f'<span class="deadline {tone}"><b>{icon(context, name)}{words}</b> {moment}</span>'
    )


def _urgency(span: timedelta) -> tuple[str, str]:
    if span <= timedelta(days=1):
        return "bad", "circle-alert" if span <= timedelta(0) else "alarm-clock"
    if span <= timedelta(days=settings.REMIND_DAYS):
        return "warn", "hourglass"
    return "calm", "clock"


@register.simple_tag
def avatar(name: Any) -> SafeString:
    """Initials in a circle, always the same colour for the same name."""
    tone = sum(map(ord, str(name))) % 5 + 1
    return format_html(
        '<span class="avatar a{}" aria-hidden="true">{}</span>', tone, initials(str(name))
    )


def initials(name: str) -> str:
    """First letters of the first and last word."""
    words = re.findall(r"\w+", name)
    return "".join(w[0] for w in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


@register.simple_tag(takes_context=True)
def query_with(context: Context, request: Any = None, **changes: Any) -> str:
    """This page's query string with changes: None drops a name, a list gives several."""
    query = (request or context["request"]).GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value not in (None, ""):
            query.setlist(name, [str(x) for x in value] if _is_list(value) else [str(value)])
    return "?" + query.urlencode()


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple | set | frozenset)


@register.simple_tag(takes_context=True)
def sortable(context: Context, key: str, label: Any, numeric: bool = False) -> SafeString:
    """A column's header that sorts by it, and the other way when it already does."""
    now_by = context["request"].GET.get("sort") or str(context.get("sort") or "")
    order = {key: "ascending", f"-{key}": "descending"}.get(now_by, "")
    turned = f"-{key}" if order == "ascending" else key
    link = query_with(context, sort=turned, after=None, before=None)
    arrows = {"ascending": "arrow-up", "descending": "arrow-down", "": "arrow-up-down"}
    attributes = [("class", "num" if numeric else ""), ("aria-sort", order)]
    return format_html(
        '<th scope="col"{}><a href="{}">{} {}</a></th>',
        format_html_join("", ' {}="{}"', [pair for pair in attributes if pair[1]]),
        link,
        label,
        icon(context, arrows[order], size=12),
    )
