"""A client that tries again: `python -m tests.faults.retry DRAFT PERSON CUSTOMER`."""

import sys

import django

django.setup()

from django.db import OperationalError, connection  # noqa: E402

from portal.models import Account, Person  # noqa: E402
from referrals.actions import deal  # noqa: E402
from referrals.models import Draft  # noqa: E402
from tests.conftest import HELP, opening  # noqa: E402


def main(draft: str, person: str, customer: str) -> None:
    """Open the deal of this draft, once more where the line was cut; say how often it tried."""
    by = Person.objects.get(pk=person)
    wanted = opening(by, Account.objects.get(pk=customer), **HELP)
    kept = Draft.objects.get(pk=draft)
    for tries in range(1, 6):
        try:
            opened = deal.open(wanted, by=by, draft=kept)
        except OperationalError:
            connection.close()
        else:
            print(tries, opened.deal_id)
            return


if __name__ == "__main__":
    main(*sys.argv[1:])
