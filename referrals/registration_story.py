"""What a registration's page tells: what it says, where it stands, what has happened to it."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils import translation
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal import formats, money
from portal.models import Event
from portal.story import Line
from portal.workflow import Text
from referrals.choices import FailReason, Outcome, ReviewReason, Term
from referrals.lifecycle.contract import annual_value, by_contract, by_marketplace, in_usd
from referrals.lifecycle.decisions import FILES_REFUSED
from referrals.lifecycle.registration import DECIDED, WAITING, Status
from referrals.models import ExceptionRequest, Registration, Solution

SENTENCES: dict[str, Text] = {
    "register": gettext_lazy("%(who)s began the registration"),
    "edit": gettext_lazy("%(who)s changed what is registered"),
    "attach": gettext_lazy("%(who)s attached a file"),
    "detach": gettext_lazy("%(who)s removed a file"),
    "submit": gettext_lazy("%(who)s submitted the registration"),
    "forgo": gettext_lazy("%(who)s closed the deal without registration"),
    "ask_more": gettext_lazy("%(who)s asked for more"),
    "verify": gettext_lazy("It went to the validation with the marketplace"),
    "select": gettext_lazy("It was selected for review"),
    "auto_approve": gettext_lazy("It was approved automatically"),
    "approve": gettext_lazy("%(who)s approved it after review"),
    "fail": gettext_lazy("%(who)s failed it after review"),
    "pull_back": gettext_lazy("%(who)s pulled it back for review"),
    "close": gettext_lazy("It was closed"),
    "ask_exception": gettext_lazy("%(who)s requested an exception"),
    "reconsider": gettext_lazy("It was passed by an exception"),
    "grant": gettext_lazy("%(who)s granted the exception"),
    "refuse": gettext_lazy("%(who)s refused the exception"),
}
BY_THE_PORTAL = gettext_lazy("The portal")
# Moments and people that the sentence tells already; words that stand in a note.
UNTOLD = {
    "due_at", "submitted_at", "pending_at", "action_at", "approved_at", "passed_at", "failed_at",
    "closed_at", "decided_at", "outcome", "override", "question", "note", "reviewer_id",
    "pulled_back_by_id",
}  # fmt: skip
TO_DAY = {"signed_on", "starts_on", "ends_on", "marketplace_on"}
AMOUNTS = {"total_value", "solution_value"}


def history(registration: Registration) -> list[Line]:
    """What happened to a registration and its exception, newest first."""
    records: list[models.Model] = [registration]
    if registration.has_exception:
        records.append(registration.exception)
    rows = Event.objects.of(*records)
    own_only = [row for row in rows if not _told_twice(row)]
    return [_line(row) for row in own_only]


def _told_twice(row: Event) -> bool:
    """A request is a line of the registration and of the request itself."""
    return row.record_type == "exceptionrequest" and row.verb == "ask_exception"


def _line(row: Event) -> Line:
    who = row.actor_label if row.person_id else str(BY_THE_PORTAL)
    sentence = str(SENTENCES.get(row.verb, row.verb)) % {"who": who}
    model = ExceptionRequest if row.record_type == "exceptionrequest" else Registration
    note = _(row.note) if row.note and not row.person_id else row.note
    return Line(sentence, row.at, note, list(_changes(model, row.changes)))


def _changes(model: type[models.Model], changes: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in changes.items():
        if name not in UNTOLD:
            label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            yield label[:1].upper() + label[1:], told(name, old), told(name, new)


def told(name: str, value: Any) -> str:
    """A stored value as the page says it."""
    if value in (None, "", []):
        return ""
    if name in TO_DAY and (day := parse_date(str(value))):
        return formats.day(day)
    if name in AMOUNTS:
        return formats.number(Decimal(str(value)))
    if name == "solution_id":
        return str(Solution.objects.filter(pk=value).first() or value)
    if name == "reasons":
        return ", ".join(str(dict(ReviewReason.choices).get(code, code)) for code in value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return _chosen(name, value)


def _chosen(name: str, value: Any) -> str:
    if name == "fail_reason":
        return str(dict(FailReason.choices).get(value, value))
    choices = dict(Registration._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def question(registration: Registration) -> str:
    """What is asked for; the portal's own question in the reader's language."""
    with translation.override(None):
        by_portal = registration.question == str(FILES_REFUSED)
    return str(FILES_REFUSED) if by_portal else registration.question


def facts(registration: Registration) -> list[tuple[Text, str]]:
    """What the registration says, as far as its form asks for it."""
    rows: list[tuple[Text, str]] = [
        (_label("solution"), str(registration.solution or "")),
        (_label("is_marketplace"), told("is_marketplace", registration.is_marketplace)),
        (_label("deployment"), _chosen("deployment", registration.deployment)),
        (_label("total_value"), _valued(registration, registration.total_value)),
        (
            _label("solution_value"),
            formats.money(registration.solution_value, registration.currency),
        ),
    ]
    if by_marketplace(registration):
        rows.insert(2, (_label("marketplace_on"), formats.day(registration.marketplace_on)))
    if by_contract(registration):
        rows += _of_contract(registration)
    return rows


def _of_contract(registration: Registration) -> Iterator[tuple[Text, str]]:
    yield _("Value of a year"), _valued(registration, annual_value(registration))
    yield _label("term"), _chosen("term", registration.term)
    yield _label("signed_on"), formats.day(registration.signed_on)
    yield _label("starts_on"), formats.day(registration.starts_on)
    if registration.term != Term.PERPETUAL:
        yield _label("ends_on"), formats.day(registration.ends_on)
    yield _label("tenant"), _chosen("tenant", registration.tenant)
    yield _label("pricing"), _chosen("pricing", registration.pricing)


def _label(name: str) -> str:
    text = str(Registration._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return text[:1].upper() + text[1:]


def _valued(registration: Registration, amount: Decimal | None) -> str:
    """With what it is worth in dollars beside it, since thresholds are in dollars."""
    said = formats.money(amount, registration.currency)
    if amount is None or registration.currency == money.USD:
        return said
    worth = in_usd(registration, amount)
    return f"{said} ({formats.money(worth, money.USD)})" if worth is not None else said


def progress(registration: Registration) -> list[dict[str, Any]]:
    """The marks of a registration on the deal's life-cycle bar."""
    status = registration.status
    sent = registration.submitted_at
    marks = [_mark(_("Registered"), "done" if sent else "current", sent)]
    if registration.outcome == Outcome.FORGONE:
        return [_mark(str(Outcome.FORGONE.label), "current", registration.closed_at)]
    if status == Status.DRAFT:
        marks[0]["hint"] = _("not submitted yet")
    if status in (Status.PENDING, *WAITING, Status.ACTION):
        moment = registration.action_at if status == Status.ACTION else registration.pending_at
        marks.append(_mark(str(Status(status).label), "current", moment))
    return [*marks, *_decision(registration)]


def _decision(registration: Registration) -> Iterator[dict[str, Any]]:
    closed = registration.status == Status.CLOSED
    if registration.status in DECIDED or closed:
        label = str(Outcome(registration.outcome).label)
        yield _mark(label, "done" if closed else "current", _decided_at(registration))
    else:
        yield _mark(_("Decision"), "next", None)
    yield _mark(str(Status.CLOSED.label), "current" if closed else "next", registration.closed_at)


def _decided_at(registration: Registration) -> datetime | None:
    moments = {
        Outcome.APPROVED: registration.approved_at,
        Outcome.PASSED: registration.passed_at,
        Outcome.FAILED: registration.failed_at,
    }
    return moments.get(Outcome(registration.outcome))


def _mark(label: str, state: str, at: datetime | None) -> dict[str, Any]:
    return {"label": label, "state": state, "at": at, "hint": ""}
