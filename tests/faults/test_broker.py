"""Redis dies, forgets and freezes while all programs run. It holds hints only, so nobody minds."""

import time
from uuid import uuid4

import pytest

from referrals.models import Comment
from tests.conftest import PASSWORD
from tests.faults.programs import until
from tests.faults.rows import assert_expired_once, expired, overdue
from tests.faults.web import post, say, session_of

pytestmark = [
    pytest.mark.faults,
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
]
PROMPT = 3.0  # seconds for a write, on a machine that does much else
AWAY = 10.0
SIGN_IN = "/account/login/"


@pytest.fixture
def faults(broker, dice):
    """Each with its name, in an order of chance: how it is broken, how long, how mended."""
    found = [
        ("killed", broker.kill, AWAY, broker.start),
        ("emptied", broker.client.flushall, 0.0, lambda: None),
        ("frozen", broker.freeze, AWAY, broker.thaw),
    ]
    dice.shuffle(found)
    return found


def test_writes_and_sweeps_go_on(programs, faults, ana, customer, sam) -> None:
    """One after the other, on the same programs: nobody starts anything again."""
    for program in ("web", "worker", "beat"):
        programs.start(program)
    leg = overdue(1, ana, customer)[0].deal.legs.get(company=ana.company)
    session = session_of(ana)
    until(programs.answers, 60, "web answers")
    for name, break_it, away, mend_it in faults:
        rows = overdue(30, ana, customer)
        break_it()
        answers = [say(programs.port, session, leg, uuid4()) for _ in range(20)]
        time.sleep(away)
        mend_it()
        slowest = max(one.seconds for one in answers)
        took = until(lambda rows=rows: expired(rows) == len(rows), 60, f"a sweep after {name}")
        print(f"{name}: slowest write {slowest:.2f} s, swept {took:.1f} s later")
        assert {one.status for one in answers} == {303}
        assert slowest < PROMPT
        assert_expired_once(rows)
    assert Comment.objects.filter(referral=leg).count() == 60
    assert programs.tree.ended() is None


def test_people_sign_in_while_redis_is_away(programs, broker, ana, settings) -> None:
    """Limits on sign-in are counted in Redis; its loss may slow a person, never stop one."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    ana.set_password(PASSWORD)  # as the web's own settings read it
    ana.save()
    programs.start("web")
    until(programs.answers, 60, "web answers")
    for break_it, mend_it in ((broker.freeze, broker.thaw), (broker.kill, broker.start)):
        break_it()
        answer = post(programs.port, SIGN_IN, login=ana.email, password=PASSWORD)
        mend_it()
        print(answer)
        assert answer.status == 302
