"""Charts drawn as SVG on the server, with the same numbers as rows for a table.

No script and no inline style: geometry is attributes, colour is a CSS class (c1…c6 fills,
l1…l6 strokes), so both themes and print decide for themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from math import ceil, floor, log10
from typing import Any

from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from portal.formats import Number, compact, number, percent

Text = str | Promise
Points = Sequence[tuple[Text, Number]]

WIDTH = 400
LEFT, RIGHT, TOP = 44, 12, 28
LETTER = 7.2  # mean width of a letter at 13 px
TONES = 6
_ids = count(1)


@dataclass(frozen=True)
class Chart:
    """A drawing and its numbers: `columns` are the table's headers, `rows` its cells."""

    svg: SafeString
    title: Text
    columns: list[Text]
    rows: list[list[Text]]


def bars(title: Text, points: Points, *, unit: Text = "", desc: Text = "") -> Chart:
    """Horizontal bars, one a category, in the order given. `unit` is written on the axis."""
    room = min(max((len(str(label)) for label, _v in points), default=0) * LETTER + 12, 150)
    top = _ceiling(max((value for _l, value in points), default=0))
    height = TOP + 32 * len(points) + 24
    scale = (WIDTH - room - 48) / top
    body = _join(_grid_down(top, room, scale, height - 24))
    for at, (label, value) in enumerate(points):
        body += _bar(at, str(label), value, room, scale)
    body += _text(room, 14, unit, anchor="start")
    rows: list[list[Text]] = [[label, number(value)] for label, value in points]
    return _chart(title, desc or _sentence(points, unit), height, body, [_("Category"), unit], rows)


def line(
    title: Text,
    points: Points | Mapping[Text, Points],
    *,
    unit: Text = "",
    desc: Text = "",
    area: bool = False,
) -> Chart:
    """One or more lines over equal steps of time. Every series has the same labels."""
    series = dict(points) if isinstance(points, Mapping) else {unit or title: points}
    labels = [str(label) for label, _v in next(iter(series.values()), ())]
    values = {name: [value for _l, value in rows] for name, rows in series.items()}
    top = _ceiling(max((v for row in values.values() for v in row), default=0))
    body = _axes(labels, top, unit)
    for tone, row in enumerate(values.values()):
        body += _line(row, top, tone % TONES + 1, area and len(series) == 1)
    height, legend = 250.0, mark_safe("")
    if len(series) > 1:
        legend, deep = _legend([str(name) for name in series], 262)
        height = 262 + deep
    columns = [_("Month"), *(name for name in series)]
    rows = [
        [at, *(number(v) for v in row)] for at, *row in zip(labels, *values.values(), strict=True)
    ]
    said = desc or "; ".join(f"{name}: {_sentence(p, unit)}" for name, p in series.items())
    return _chart(title, said, height, body + legend, columns, rows)


def stacked(title: Text, points: Points, *, unit: Text = "", desc: Text = "") -> Chart:
    """One bar cut into shares of the whole, with a legend that names count and share."""
    whole = float(sum(value for _l, value in points)) or 1
    parts = [(str(label), value, float(value) / whole) for label, value in points]
    body, x = mark_safe(""), 0.0
    for tone, (_label, _value, share) in enumerate(parts):
        body += format_html(
            '<rect class="c{} gap" x="{}" y="4" width="{}" height="36"/>',
            *(tone % TONES + 1, _n(x), _n(WIDTH * share)),
        )
        x += WIDTH * share
    named = [f"{label}: {number(value)} ({percent(share)})" for label, value, share in parts]
    legend, deep = _legend(named, 58)
    rows: list[list[Text]] = [[label, number(v), percent(share)] for label, v, share in parts]
    columns = [_("Category"), unit or _("Count"), _("Share")]
    said = desc or "; ".join(named)
    return _chart(title, said, 58 + deep, body + legend, columns, rows)


def _chart(
    title: Text,
    desc: Text,
    height: float,
    body: SafeString,
    columns: list[Text],
    rows: list[list[Text]],
) -> Chart:
    name = f"chart-{next(_ids)}"
    svg = format_html(
        '<svg class="chart-svg" role="img" viewBox="0 0 {} {}" aria-labelledby="{}-t {}-d">'
        '<title id="{}-t">{}</title><desc id="{}-d">{}</desc>{}</svg>',
        *(WIDTH, _n(height), name, name, name, title, name, desc, body),
    )
    return Chart(svg, title, columns, rows)


def _bar(at: int, label: str, value: Number, room: float, scale: float) -> SafeString:
    y = TOP + 32 * at
    width = max(float(value) * scale, 1)
    shown = label if len(label) <= 19 else label[:18] + "…"
    return format_html(
        '{}<rect class="c1" x="{}" y="{}" width="{}" height="20" rx="2"/>{}',
        _text(room - 8, y + 18, shown, anchor="end"),
        _n(room),
        y + 4,
        _n(width),
        _text(room + width + 6, y + 18, compact(value), anchor="start", css="val"),
    )


def _line(row: Sequence[Number], top: float, tone: int, area: bool) -> SafeString:
    spots = [(_x(at, len(row)), _y(value, top)) for at, value in enumerate(row)]
    path = " ".join(f"{_n(x)},{_n(y)}" for x, y in spots)
    drawn = mark_safe("")
    if area and spots:
        floor_y = _y(0, top)
        under = f"{_n(spots[0][0])},{_n(floor_y)} {path} {_n(spots[-1][0])},{_n(floor_y)}"
        drawn += format_html('<polygon class="area c{}" points="{}"/>', tone, under)
    drawn += format_html('<polyline class="line l{}" points="{}"/>', tone, path)
    return drawn + _join(_mark(x, y, tone) for x, y in spots)


def _mark(x: float, y: float, tone: int) -> SafeString:
    """A point, in a form of its own for each series: colour is never the only sign."""
    if tone % 2:
        return format_html('<circle class="c{}" cx="{}" cy="{}" r="3.5"/>', tone, _n(x), _n(y))
    return format_html(
        '<rect class="c{}" x="{}" y="{}" width="7" height="7"/>', tone, _n(x - 3.5), _n(y - 3.5)
    )


def _axes(labels: Sequence[str], top: float, unit: Text) -> SafeString:
    drawn = _text(0, 14, unit, anchor="start")
    for tick in _ticks(top):
        y = _y(tick, top)
        drawn += format_html(
            '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>',
            *("axis" if not tick else "grid", LEFT, WIDTH - RIGHT, _n(y), _n(y)),
        )
        drawn += _text(LEFT - 8, y + 4, compact(tick), anchor="end")
    widest = max((len(label) for label in labels), default=1) * LETTER + 8
    skip = max(ceil(widest * len(labels) / (WIDTH - LEFT - RIGHT)), 1)
    shown = list(enumerate(labels))[::skip]
    return drawn + _join(_text(_x(at, len(labels)), 242, label) for at, label in shown)


def _grid_down(top: float, room: float, scale: float, bottom: float) -> list[SafeString]:
    drawn = []
    for tick in _ticks(top):
        x = room + tick * scale
        css = "axis" if not tick else "grid"
        drawn.append(
            format_html(
                '<line class="{}" x1="{}" x2="{}" y1="{}" y2="{}"/>{}',
                *(css, _n(x), _n(x), TOP, _n(bottom)),
                _text(x, bottom + 18, compact(tick)),
            )
        )
    return drawn


def _legend(names: Sequence[str], y: float) -> tuple[SafeString, float]:
    """Names with their colours, wrapped to the width. Returns the drawing and its depth."""
    drawn, x, deep = mark_safe(""), 0.0, 0
    for tone, name in enumerate(names):
        width = len(name) * LETTER + 36
        if x and x + width > WIDTH:
            x, deep = 0.0, deep + 20
        drawn += format_html(
            '<rect class="c{}" x="{}" y="{}" width="12" height="12" rx="2"/>{}',
            *(
                tone % TONES + 1,
                _n(x),
                _n(y + deep),
                _text(x + 18, y + deep + 10, name, anchor="start"),
            ),
        )
        x += width
    return drawn, deep + 20


def _text(x: float, y: float, words: Any, anchor: str = "middle", css: str = "") -> SafeString:
    if words in ("", None):
        return mark_safe("")
    kind = format_html(' class="{}"', css) if css else ""
    return format_html(
        '<text x="{}" y="{}" text-anchor="{}"{}>{}</text>', _n(x), _n(y), anchor, kind, words
    )


def _x(at: int, of: int) -> float:
    return LEFT + 12 + (WIDTH - LEFT - RIGHT - 24) * (at / (of - 1) if of > 1 else 0.5)


def _y(value: Number, top: float) -> float:
    return 220 - (220 - TOP) * float(value) / top


def _ceiling(value: Number) -> float:
    """The round number at or above a value, so that the axis ends on a label."""
    if value <= 0:
        return 1
    unit = 10.0 ** floor(log10(float(value)))
    return next(unit * step for step in (1, 2, 4, 5, 8, 10) if unit * step >= float(value))


def _ticks(top: float) -> list[float]:
    """Equal steps up to a ceiling, so round that counts get whole numbers."""
    lead = round(top / 10.0 ** floor(log10(top)))
    parts = int(top) if 1 <= top < 4 else 5 if lead in (1, 5) else 4
    return [top * at / parts for at in range(parts + 1)]


def _sentence(points: Points, unit: Text) -> str:
    return ", ".join(f"{label} {number(value)}" for label, value in points) + (
        f" ({unit})" if unit else ""
    )


def _join(parts: Any) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _n(value: float) -> str:
    """A coordinate: one decimal at most, and a point whatever the language."""
    return f"{float(value):.1f}".removesuffix(".0")
