"""One side of the race for the feed, as a process of its own.

`python -m tests.follower write PERSON SEED LEG…`: a writer for each leg, all at once.
`python -m tests.follower read TOKEN CURSOR`: say "ready", read the feed until the end is announced,
and print the id of each line.
"""

import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import django

django.setup()

from django.db import connection, transaction  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from portal.models import Person  # noqa: E402
from referrals.actions import referral  # noqa: E402
from referrals.models import Referral  # noqa: E402
from tests.calling import Caller  # noqa: E402

EDITS, END = 10, "the end"
PAUSE = 0.3  # seconds, at most, between a change and its commit


class _Undone(Exception):  # noqa: N818 — not an error
    pass


def write(person: str, seed: int, leg: str) -> None:
    """Change one leg again and again; commit late, or not at all."""
    by = Person.objects.get(pk=person)
    chance = random.Random(f"{seed} {leg}")
    for n in range(EDITS):
        try:
            with transaction.atomic():
                found = Referral.objects.get(pk=leg)
                for step in range(chance.choice((1, 1, 2))):
                    found = referral.edit(found, by=by, notes=f"{n} {step}")
                time.sleep(chance.random() * PAUSE)
                if chance.random() < 0.1:
                    raise _Undone
        except _Undone:
            pass
        time.sleep(chance.random() * PAUSE)
    connection.close()


def read(token: str, cursor: str) -> None:
    setup_test_environment()  # the test's browser is let in
    call, ended = Caller(token), False
    print("ready", flush=True)
    while not ended:
        page = call.get(f"/v1.0/events?after={cursor}&$top=50").json()
        cursor = page["next"]
        for row in page["value"]:
            print(row["id"])
            ended = ended or row["changes"].get("notes", [""])[-1] == END
        if len(page["value"]) < 50:
            time.sleep(0.1)


if __name__ == "__main__":
    verb, first, second, *legs = sys.argv[1:]
    if verb == "read":
        read(first, second)
    else:
        with ThreadPoolExecutor(len(legs)) as pool:
            list(pool.map(partial(write, first, int(second)), legs))
