"""What a deal page tells: where a referral stands, and what has happened to it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from portal import formats
from portal.models import Event, Person
from portal.story import Line
from portal.workflow import Text
from referrals.choices import MCEM, ErrorReason, Help, Reason, Stage
from referrals.lifecycle.eligibility import State
from referrals.lifecycle.referral import CLOSED, Status
from referrals.models import Comment, Referral
from referrals.registration_story import progress

SENTENCES: dict[str, Text] = {
    "open": gettext_lazy("%(who)s opened this deal"),
    "send": gettext_lazy("%(who)s sent this referral"),
    "accept": gettext_lazy("%(who)s accepted"),
    "decline": gettext_lazy("%(who)s declined"),
    "remind": gettext_lazy("A reminder was sent: the time to answer is running out"),
    "expire": gettext_lazy("Nobody answered in time, and the referral expired"),
    "move_stage": gettext_lazy("%(who)s moved the sales stage"),
    "win": gettext_lazy("%(who)s marked the deal as won"),
    "lose": gettext_lazy("%(who)s marked the deal as lost"),
    "close_as_error": gettext_lazy("%(who)s closed the deal as an error"),
    "share": gettext_lazy("%(who)s showed the deal to the vendor's sellers"),
    "ask_help": gettext_lazy("%(who)s asked the vendor for help"),
    "invite": gettext_lazy("%(who)s invited a partner"),
    "add_member": gettext_lazy("%(who)s added a person to the team"),
    "remove_member": gettext_lazy("%(who)s removed a person from the team"),
    "set_solutions": gettext_lazy("%(who)s changed the solutions"),
    "set_contact": gettext_lazy("%(who)s entered the customer's contact"),
    "reveal_contact": gettext_lazy("%(who)s looked at the customer's contact"),
    "comment": gettext_lazy("%(who)s wrote a note"),
    "edit": gettext_lazy("%(who)s edited the deal"),
    "apply_match": gettext_lazy("The customer was found among the accounts the vendor manages"),
    "dismiss_match": gettext_lazy("The customer is none of the accounts the vendor manages"),
    "find_unmanaged": gettext_lazy("The customer is none of the accounts the vendor manages"),
}
OF_THE_CUSTOMER = ("apply_match", "dismiss_match", "find_unmanaged")
# Moments that the sentence or the life-cycle bar tells already.
UNTOLD = {"due_at", "accepted_at", "closed_at", "reminded_at", "location_id"}
TALKING = (Status.ACCEPTED, Status.WON, Status.LOST)
OWN = {"crm_id", "campaign_id"}  # the own company's numbers, which its partners are not told


def history(referral: Referral, *, own: bool = True) -> list[Line]:
    """What happened to this leg and to its customer's account, newest first.

    `own`: the reader is of the leg's company, and reads what only that one is told.
    """
    account = Q(record_id=referral.deal.customer_id, verb__in=OF_THE_CUSTOMER)
    rows = Event.objects.filter(Q(record_id=referral.pk) | account)
    untold = UNTOLD if own else UNTOLD | OWN
    return [_line(event, untold) for event in rows.order_by("-at", "-version")]


def _line(event: Event, untold: set[str]) -> Line:
    sentence = str(SENTENCES.get(event.verb, event.verb)) % {"who": event.actor_label}
    note = str(dict(Help.choices).get(event.note, event.note)) if event.note else ""
    if event.record_type != "referral":
        return Line(sentence, event.at, note)
    return Line(sentence, event.at, note, list(_changes(event.changes, untold)))


def _changes(changes: dict[str, Any], untold: set[str]) -> Iterator[tuple[str, str, str]]:
    for name, (old, new) in changes.items():
        if name not in untold:
            column: Any = Referral._meta.get_field(name)
            label = str(column.verbose_name)
            yield label[:1].upper() + label[1:], _told(name, old), _told(name, new)


def _told(name: str, value: Any) -> str:
    if value in (None, ""):
        return ""
    if name == "reason":
        return str((dict(Reason.choices) | dict(ErrorReason.choices)).get(value, value))
    if name == "close_on" and (day := parse_date(str(value))):
        return formats.day(day)
    if name == "value":
        return formats.number(Decimal(str(value)))
    choices = dict(Referral._meta.get_field(name).flatchoices)  # type: ignore[union-attr]
    return str(choices.get(value, value))


def lifecycle(referral: Referral, verdict: State | None = None) -> list[dict[str, Any]]:
    """The bar: where it has been, is, and can go.

    `verdict`: can it be registered? None for readers who are not told how a won deal goes on.
    """
    way = [*_beginning(referral), *_stages(referral), _end(referral)]
    if verdict is None or referral.status != Status.WON:
        return way
    return [*way[:-1], *_after_win(referral, way[-1], verdict)]


def _after_win(referral: Referral, won: dict[str, Any], verdict: State) -> Iterator[dict[str, Any]]:
    if hasattr(referral, "registration"):
        yield won | {"state": "done"}
        yield from progress(referral.registration)
    elif verdict == State.UNMET:
        yield won | {"state": "done"}
        yield _mark(pgettext("deal", "Closed"), "current", referral.closed_at)
    else:
        yield won
        yield _mark(_("Registration"), "next", None)


def _beginning(referral: Referral) -> Iterator[dict[str, Any]]:
    pending = referral.shown_status == Status.PENDING
    started = referral.status == Status.ACCEPTED and referral.stage == Stage.START
    state = "current" if started else "done"
    if not referral.sender_id:
        yield _mark(_("Created"), state, referral.created_at, f"10% · {MCEM[10]}")
        return
    yield _mark(_("Received"), "current" if pending else "done", referral.created_at)
    if referral.accepted_at:
        yield _mark(_("Accepted"), state, referral.accepted_at, f"10% · {MCEM[10]}")
    elif pending:
        yield _mark(_("Accepted"), "next", None, f"10% · {MCEM[10]}")


def _stages(referral: Referral) -> Iterator[dict[str, Any]]:
    if referral.shown_status in (Status.DECLINED, Status.EXPIRED):
        return
    closed = referral.status in CLOSED
    for stage in list(referral.stages)[1:]:
        state = "done" if stage.value <= referral.stage else "barred" if closed else "next"
        if stage.value == referral.stage and referral.status == Status.ACCEPTED:
            state = "current"
        yield _mark(str(stage.label), state, None, f"{stage.value}% · {MCEM[stage.value]}")


def _end(referral: Referral) -> dict[str, Any]:
    status = referral.shown_status
    if status in CLOSED:
        return _mark(str(status.label), "current", referral.closed_at or referral.due_at)
    return _mark(_("Won or lost"), "next", None, f"100% · {MCEM[100]}")


def _mark(label: str, state: str, at: datetime | None, hint: str = "") -> dict[str, Any]:
    return {"label": label, "state": state, "at": at, "hint": hint}


@dataclass(frozen=True)
class OtherLeg:
    """Another company's part in the deal, as far as the reader may know it."""

    leg: Referral
    url: str = ""
    shows_numbers: bool = False


def other_legs(referral: Referral, person: Person) -> list[OtherLeg]:
    """Companies that work together know each other's progress; numbers only by pairs.

    The pair is who invited and who was invited (facts 2.5). A receiver that has not
    accepted, or no longer takes part, sees only who sent it.
    """
    legs = [leg for leg in referral.deal.legs.all() if leg.pk != referral.pk]
    if referral.shown_status not in (Status.ACCEPTED, Status.WON, Status.LOST):
        legs = [leg for leg in legs if leg.company_id == referral.sender_id]
    mine = set(Referral.objects.visible_to(person).filter(deal=referral.deal_id).values_list("pk"))
    return [_other(leg, referral, open=(leg.pk,) in mine) for leg in legs]


def _other(leg: Referral, mine: Referral, *, open: bool) -> OtherLeg:
    pair = leg.sender_id == mine.company_id or mine.sender_id == leg.company_id
    return OtherLeg(leg, leg.get_absolute_url() if open else "", open or pair)


def early_until(referral: Referral) -> datetime | None:
    """A win before this moment makes the registration be refused (decision 9)."""
    moment = referral.created_at + settings.EARLY_WIN
    own = referral.sender_id is None and referral.status == Status.ACCEPTED
    return moment if own and referral.now < moment else None


def talks(referral: Referral, person: Person) -> bool:
    """The conversation belongs to companies that work on the deal, and to who may watch."""
    return referral.company_id != person.company_id or referral.status in TALKING


def conversation(referral: Referral, person: Person) -> "list[Comment]":
    """What this person may read of it, oldest first."""
    if person.company is None or not talks(referral, person):
        return []
    rows = referral.deal.comments.read_by(person.company)
    return list(rows.select_related("author", "company"))
