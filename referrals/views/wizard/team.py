"""Who works on the deal."""

from typing import Any

from django.http import HttpResponse

from referrals.actions.referral import suggested_team
from referrals.forms.wizard_reading import TEAM_MAX
from referrals.views.wizard.page import QUIET, Page

FIELDS = ("name", "phone", "email")


def team(page: Page) -> HttpResponse:
    if not page.posted:
        return _show(page, _kept(page))
    rows = _typed(page)
    verb, of = page.go
    if verb == "remove" and of.isdecimal():
        rows = [row for n, row in enumerate(rows) if n != int(of[:4])]
    if verb == "suggest":
        rows = _named(rows) + [row for row in suggestions(page, rows) if row["id"] == of]
    if verb == "add":
        rows = [*rows, dict.fromkeys(FIELDS, "")]
    page.keep({"team": _canonical(page, rows if verb == "add" else _named(rows))})
    if verb in ("add", "suggest", "remove"):
        last = f"id_m{max(len(rows) - 1, 0)}-name"
        return page.to("team", QUIET, last if verb == "add" else "team")
    return page.onward() or _show(page, _kept(page))


def _typed(page: Page) -> list[dict[str, str]]:
    rows = []
    for n in range(TEAM_MAX):
        row = {name: page.post.get(f"m{n}-{name}") for name in FIELDS}
        if all(value is None for value in row.values()):
            break
        rows.append({name: value or "" for name, value in row.items()})
    return rows


def _named(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Rows with anything in them."""
    return [row for row in rows if any(row[name].strip() for name in FIELDS)]


def _canonical(page: Page, rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    forms = [page.reading.team_row(n, row) for n, row in enumerate(rows[:TEAM_MAX])]
    return [form.kept() for form in forms]


def _kept(page: Page) -> list[dict[str, Any]]:
    """The rows of the draft; before anything was saved, the reader."""
    if page.reading.seen("team"):
        return [
            {name: str(form.data.get(form.add_prefix(name)) or "") for name in FIELDS}
            for form in page.reading.team_rows
        ]
    me = page.person
    phone = me.phone.as_international if me.phone else ""
    return [{"name": me.name, "phone": phone, "email": me.email}]


def _show(page: Page, rows: list[dict[str, Any]]) -> HttpResponse:
    shown = rows or [dict.fromkeys(FIELDS, "")]
    forms = [page.reading.team_row(n, row) for n, row in enumerate(shown)]
    fresh = not page.reading.seen("team") or page.quiet
    for form in forms:
        blank = not any(str(value).strip() for value in form.data.values())
        if fresh or blank:
            form.calm()
        form.mark()
    return page.show(rows=forms, suggested=suggestions(page, rows), full=len(rows) >= TEAM_MAX)


def suggestions(page: Page, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Colleagues of recent deals who are not on the list yet; the reader among them."""
    here = {row["email"].strip().lower() for row in rows}
    me = page.person
    people = [(str(m.pk), m.name, m.phone, m.email) for m in suggested_team(me)]
    if me.email not in {email for *_rest, email in people}:
        people.append(("me", me.name, me.phone, me.email))
    return [
        {"id": pk, "name": name, "phone": getattr(phone, "as_international", ""), "email": email}
        for pk, name, phone, email in people
        if email.lower() not in here
    ]
