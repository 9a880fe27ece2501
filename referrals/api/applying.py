"""The verbs that a change on the wire asks for: first what opens the referral for changes, then
the changes, then what closes it."""

from copy import deepcopy
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.api.errors import Problem
from portal.models import Person
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.actions import team as teams
from referrals.actions.opening import Contact
from referrals.api import members, registering
from referrals.api.opening import chosen
from referrals.api.patching import Changes
from referrals.api.words import ERRORS, REASONS, TO_OTHERS, TO_VENDOR, pair, stage_of, status_of
from referrals.api.words import reason as said_reason
from referrals.choices import VENDOR_REASONS, ErrorReason, Reason
from referrals.lifecycle.referral import Status
from referrals.models import Referral, Solution

NOT_NOW = _("This step is not possible now.")
NO_WAY_BACK = _("The vendor's sellers see this deal already. That can't be taken back.")
CLOSING = (Status.WON, Status.LOST, Status.DECLINED, Status.ERROR)


def apply(leg: Referral, changes: Changes, *, by: Person) -> None:
    """Raises Refused or Problem; the transaction around it undoes what came before."""
    wanted = _wanted(leg, changes)
    if wanted == Status.ACCEPTED:
        leg = _accept(leg, changes, by)
    _edit(leg, changes, by)
    _move(leg, changes, by)
    _offer(leg, changes, by)
    _staff(leg, changes, by)
    _meet(leg, changes, by)
    _show(leg, changes, by)
    if wanted in CLOSING:
        _close(leg, wanted, changes, by)
    if changes.registered is not None:
        registering.begin(leg, changes.registered, by=by)
    if changes.entered:
        registering.correct(leg, changes.entered, by=by)


# --- where it stands ----------------------------------------------------------------------


def _wanted(leg: Referral, changes: Changes) -> Status | None:
    """The status that is asked for; None where it stays. The two words are one thing and are
    changed together (facts 1.5)."""
    now = pair(leg.shown_status)
    asked = changes.status or now[0], changes.substatus or now[1]
    wanted = status_of(*asked)
    if wanted is None:
        raise Problem("Status and substatus contradict each other.", target="substatus")
    if wanted == leg.shown_status:
        _check_reason(leg, changes)
        return None
    if wanted not in (Status.ACCEPTED, *CLOSING):
        raise Problem(NOT_NOW, target="status", status=409, code="notPossibleNow")
    return wanted


def _check_reason(leg: Referral, changes: Changes) -> None:
    if changes.reason and changes.reason != said_reason(leg.reason):
        message = "A reason goes with declining, losing and closing as an error."
        raise Problem(message, target="statusReason")


def _accept(leg: Referral, changes: Changes, by: Person) -> Referral:
    """What is changed with it are the terms on which it is accepted."""
    terms: dict[str, Any] = {"name": leg.name, "value": leg.value, "close_on": leg.close_on}
    return actions.accept(leg, by=by, **terms | changes.fields)


def _close(leg: Referral, wanted: Status, changes: Changes, by: Person) -> None:
    if wanted == Status.WON:
        actions.win(leg, by=by)
        return
    verbs = {Status.LOST: actions.lose, Status.DECLINED: actions.decline}
    verb = verbs.get(wanted, actions.close_as_error)
    code, note = _reason(leg, wanted, changes.reason or "")
    verb(leg, by=by, reason=code, reason_note=note)


def _reason(leg: Referral, wanted: Status, said: str) -> tuple[str, str]:
    """Our code for a reason, or the sender's own words for another one."""
    error = wanted == Status.ERROR
    code = (ERRORS if error else REASONS).read(said) if said else ""
    if code in VENDOR_REASONS and not leg.company.is_vendor:
        code = None  # of this list for the vendor's people only
    if code is None:
        return (ErrorReason.OTHER_ERROR if error else Reason.OTHER), said
    return code, ""


# --- what is changed -----------------------------------------------------------------------


def _edit(leg: Referral, changes: Changes, by: Person) -> None:
    wire = _wire(leg, changes)
    if changes.fields or wire != leg.wire:
        actions.edit(leg, by=by, **changes.fields, wire=wire)
    if changes.is_favourite is not None:
        (actions.favour if changes.is_favourite else actions.unfavour)(leg, by=by)


def _wire(leg: Referral, changes: Changes) -> dict[str, Any]:
    """What has no field of ours."""
    found = deepcopy(leg.wire)
    if changes.programme is not None:
        found["referralProgram"] = changes.programme
    if changes.solutions is not None or changes.categories:
        kept = {} if changes.solutions is not None else found.get("prices", {})
        requirements = found.setdefault("requirements", {})
        before = [] if changes.solutions is not None else requirements.get("solutions", [])
        requirements["solutions"] = [*before, *changes.categories]
        found["prices"] = {**kept, **changes.prices}
    return found


def _move(leg: Referral, changes: Changes, by: Person) -> None:
    if not changes.stage:
        return
    stage = stage_of(changes.stage[0], leg.deal.motion)
    if stage is None:
        raise Problem("This is no stage of this deal.", target="salesStage")
    if stage != leg.stage:
        actions.move_stage(leg, by=by, stage=stage)


def _offer(leg: Referral, changes: Changes, by: Person) -> None:
    if changes.solutions is None and not changes.adding:
        return
    wanted = [*(changes.solutions or ()), *changes.adding]
    found = chosen(wanted, Solution.objects.offered_to(by).filter(is_assessment=False))
    now = [one.pk for one in leg.solutions.order_by("referral_rows__id")]
    before = now if changes.solutions is None else []
    ids = list(dict.fromkeys([*before, *(one.pk for one in found)]))
    if set(ids) != set(now):
        deals.set_solutions(leg, by=by, solutions=ids)


def _staff(leg: Referral, changes: Changes, by: Person) -> None:
    """Who is on the team already stays as they are known; others join before anybody leaves."""
    rows = {row.email: row for row in leg.team.filter(company=leg.company_id)}
    if changes.team is not None:
        for one in {m.email: m for m in changes.team}.values():
            if one.email not in rows:
                teams.add_member(leg, one, by=by)
        named = {one.email for one in (*changes.team, *changes.joining)}
        for email, row in rows.items():
            if email not in named:
                teams.remove_member(leg, row, by=by)
    for one in changes.joining:
        teams.add_member(leg, one, by=by)


def _meet(leg: Referral, changes: Changes, by: Person) -> None:
    """The first is the deal's contact, whom sellers may call; further ones are kept beside."""
    if changes.contacts is None and not changes.further:
        return
    now = _contact(leg)
    people = list(changes.further)
    if changes.contacts is not None:
        people = [*changes.contacts, *people]
    elif now != Contact():
        people = [now, *people]
    first = people[0] if people else Contact()
    if (first.name, first.phone, first.email) != (now.name, now.phone, now.email):
        agreed = first == Contact() or bool(leg.wire.get("consent", {}).get(TO_OTHERS))
        deals.set_contact(leg, first, by=by, agreed=agreed or now != Contact())
    _keep_contacts(leg, changes, people[1:], by)


def _keep_contacts(leg: Referral, changes: Changes, people: list[Contact], by: Person) -> None:
    fresh = Referral.objects.get(pk=leg.pk)
    kept = [] if changes.contacts is not None else fresh.wire.get("contacts", [])
    contacts = [*kept, *(members.on_wire(one) for one in people)]
    if contacts != fresh.wire.get("contacts", []):
        actions.edit(leg, by=by, wire=fresh.wire | {"contacts": contacts})


def _contact(leg: Referral) -> Contact:
    deal = leg.deal
    phone = str(deal.contact_phone or "")
    return Contact(deal.contact_name, deal.contact_title, phone, deal.contact_email)


def _show(leg: Referral, changes: Changes, by: Person) -> None:
    if changes.visible is None or changes.visible == leg.deal.visible_to_vendor:
        return
    if not changes.visible:
        path = f"consent/{TO_VENDOR}"
        raise Problem(NO_WAY_BACK, target=path, status=409, code="not_shared")
    deals.share(leg, by=by)
