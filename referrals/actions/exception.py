"""The verbs on a request for an exception: one for a deal, decided once, final."""

from typing import Any

from django.conf import settings
from django.db import transaction

from portal import clock, workdays
from portal.models import Company, Person
from portal.workflow import Refused, created, move
from referrals.actions.registration import take_turns
from referrals.lifecycle.exception import changes_fit
from referrals.mail import registrations as mail
from referrals.models import ExceptionRequest, Registration


@transaction.atomic
def ask_exception(
    registration: Registration,
    *,
    by: Person,
    explanation: str,
    version: int | None = None,
    **changes: Any,
) -> ExceptionRequest:
    """Ask that other terms or dates count. `changes` are named in ExceptionRequest.CHANGEABLE.

    Raises Refused also where the registration would contradict itself with them.
    """
    take_turns(registration.deal_id)
    registration = move(
        registration, "ask_exception", by=by, version=version, explanation=explanation
    )
    country = str(Company.objects.vendor().country)
    request = ExceptionRequest(
        registration=registration,
        company=registration.company,
        explanation=explanation,
        due_at=workdays.add(clock.now(), settings.EXCEPTION_WORKING_DAYS, country),
        **changes,
    )
    if not request.fits:  # it would be refused for sure, and there is no second request
        raise Refused(changes_fit.refusal)  # type: ignore[attr-defined]
    created(request, "ask_exception", by=by)
    mail.exception_asked(request)
    return request


@transaction.atomic
def grant(
    request: ExceptionRequest, *, by: Person, note: str, version: int | None = None
) -> ExceptionRequest:
    """Let the changes count: the registration is passed with them, whatever its dates say."""
    take_turns(request.registration.deal_id)
    request = move(request, "grant", by=by, version=version, note=note, reviewer=by, answer=note)
    request.registration = move(request.registration, "reconsider", by=by, **request.changes)
    mail.exception_decided(request)
    return request


@transaction.atomic
def refuse(
    request: ExceptionRequest, *, by: Person, note: str, version: int | None = None
) -> ExceptionRequest:
    """Leave the registration as it is. There is no second request."""
    request = move(request, "refuse", by=by, version=version, note=note, reviewer=by, answer=note)
    mail.exception_decided(request)
    return request
