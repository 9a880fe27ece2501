"""One side of a race: `python -m tests.racer MOMENT VERB ID [ACTOR]`.

The ID is a referral's, and for the verbs of a registration that registration's referral.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import django

django.setup()

from portal.models import Person  # noqa: E402
from portal.workflow import Refused  # noqa: E402
from referrals.actions import deal, exception, referral, registration  # noqa: E402
from referrals.models import Referral  # noqa: E402
from tests.conftest import CONTACT, accept, invitation  # noqa: E402


def run(verb: str, pk: str, actor: str = "") -> str:
    """Take one verb on one referral and say how it ended."""
    leg = Referral.objects.get(pk=pk)
    by = Person.objects.get(pk=actor) if actor else None
    verbs: dict[str, Callable[[], object]] = {
        "accept": lambda: accept(leg, by),  # type: ignore[arg-type]
        "decline": lambda: referral.decline(leg, by=by, reason="budget"),  # type: ignore[arg-type]
        "expire": lambda: f"{referral.expire_overdue()}",
        "ask_help": lambda: deal.ask_help(
            leg,
            by=by,  # type: ignore[arg-type]
            help="proof",
            ask="Help",
            contact=CONTACT,
        ),
        "invite": lambda: deal.invite(leg, invitation(_other(leg)), by=by),  # type: ignore[arg-type]
    }
    verbs |= _registering(leg, by)
    try:
        return f"done {verbs[verb]()}"
    except Refused as refused:
        return str(refused)


def _registering(leg: Referral, by: Any) -> dict[str, Callable[[], object]]:
    return {
        "register": lambda: registration.register(leg, by=by).pk,
        "submit": lambda: registration.submit(leg.registration, by=by).status,
        "approve": lambda: registration.approve(leg.registration, by=by).status,
        "fail": lambda: registration.fail(leg.registration, by=by, fail_reason="value").status,
        "settle": registration.settle_scanned,
        "close": registration.close_decided,
        "ask_exception": lambda: (
            exception.ask_exception(leg.registration, by=by, explanation="Late").pk
        ),
        "grant": lambda: exception.grant(leg.registration.exception, by=by, note="Yes").status,
        "refuse": lambda: exception.refuse(leg.registration.exception, by=by, note="No").status,
    }


def _other(leg: Referral):  # type: ignore[no-untyped-def]
    companies = type(leg.company).objects.partners()
    return companies.exclude(pk=leg.company_id).get()


if __name__ == "__main__":
    moment, *rest = sys.argv[1:]
    Referral.objects.exists()  # connected before the start
    time.sleep(max(0.0, float(moment) - time.time()))
    print(run(*rest))
