"""A program that takes one verb: `python -m tests.faults.client open|accept ID PERSON`.

Where the line to the database is cut it tries again, as people and browsers do.
"""

import sys
from collections.abc import Callable

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402

from portal.models import Account, Person  # noqa: E402
from portal.workflow import Refused  # noqa: E402
from referrals.actions import deal  # noqa: E402
from referrals.models import Draft, Referral  # noqa: E402
from tests.conftest import HELP, accept, opening  # noqa: E402


def _open(draft: str, by: Person) -> object:
    wanted = opening(by, Account.objects.get(), **HELP)
    return deal.open(wanted, by=by, draft=Draft.objects.get(pk=draft)).deal_id


def _accept(leg: str, by: Person) -> object:
    return accept(Referral.objects.get(pk=leg), by).status


VERBS: dict[str, Callable[[str, Person], object]] = {"open": _open, "accept": _accept}


def main(verb: str, pk: str, person: str) -> None:
    """Say how often it tried, and the result: what came of it, or "refused"."""
    for tries in range(1, 6):
        try:
            result = VERBS[verb](pk, Person.objects.get(pk=person))
        except OperationalError:
            connection.close()
            continue
        except Refused:
            result = "refused"
        print(tries, result)
        return


if __name__ == "__main__":
    main(*sys.argv[1:])
