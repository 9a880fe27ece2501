"""A tenth of the list as a CSV download, formula-safe, through the WSGI handler.

The limit is psql's COPY of the same rows and columns, codes as they are stored.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from django.db import connection

from benchmarks.fill import World
from benchmarks.measure import Figure, Side, interleave, own_backend, plain
from benchmarks.web import Browser

ROUNDS = 5
COPY = """
    COPY (
        SELECT r.name, a.name, r.status, v.status, r.value, r.currency, r.close_on, r.created_at
        FROM referrals_referral r
        JOIN referrals_deal d ON d.id = r.deal_id
        JOIN portal_account a ON a.id = d.customer_id
        LEFT JOIN referrals_referral v ON v.deal_id = d.id AND v.company_id = '{vendor}'
        WHERE r.company_id = '{partner}' AND r.sender_id IS NULL AND r.location_id = '{place}'
        ORDER BY r.created_at DESC, r.id DESC
    ) TO STDOUT WITH (FORMAT csv)
"""


def figures(world: World) -> Iterator[Figure]:
    browser, place = Browser(world.admin), world.places[-1].pk  # nobody opened one there
    path = f"/deals/export/?tab=outbound&location={place}"
    copy = COPY.format(vendor=world.vendor.pk, partner=world.partner.pk, place=place)
    first: list[float] = []
    with plain() as bare:
        mine = Side(lambda: first.append(_download(browser, path)), own_backend())
        limit = Side(_psql(copy) or (lambda: _drain(bare, copy)), bare.info.backend_pid)
        before = _resident("VmRSS")
        _forget_peak()
        interleave(mine, limit, rounds=world.rounds(ROUNDS))
    rows = browser.get(path).count(b"\n") - 1
    name = f"export of {rows:,} rows as CSV"
    seconds = [median(side.wall) / 1000 for side in (mine, limit)]
    yield Figure(f"{name}: time", seconds[0], "s", seconds[1], len(mine.wall))
    yield Figure(f"{name}: first byte", median(first) * 1000, "ms", rounds=len(first))
    yield Figure(f"{name}: peak resident", _resident("VmHWM"), "MB")
    yield Figure(f"{name}: of that, grown meanwhile", _resident("VmHWM") - before, "MB")


def _download(browser: Browser, path: str) -> float:
    """Seconds to the first byte; the rest is read and let go."""
    start = perf_counter()
    pieces = browser.pieces(path)
    next(pieces)
    first = perf_counter() - start
    for _piece in pieces:
        pass
    return first


def _psql(copy: str) -> Callable[[], Any] | None:
    program, known = shutil.which("psql"), connection.get_connection_params()
    if program is None:
        return None
    names = {"dbname": "DATABASE", "user": "USER", "password": "PASSWORD", "host": "HOST"}
    names |= {"port": "PORT", "options": "OPTIONS"}
    said = {f"PG{name}": str(known[key]) for key, name in names.items() if known.get(key)}
    asked = [program, "-X", "-q", "-c", copy]
    return lambda: subprocess.run(
        asked, env=os.environ | said, stdout=subprocess.DEVNULL, check=True
    )


def _drain(bare: Any, copy: str) -> None:
    with bare.cursor() as cursor, cursor.copy(copy) as blocks:
        for _block in blocks:
            pass


def _forget_peak() -> None:
    """The kernel starts to look for the peak anew, where it can."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return


def _resident(kind: str) -> float:
    """Memory of this process in MB: `VmRSS` now, `VmHWM` at its peak; 1 where nobody tells."""
    try:
        told = Path("/proc/self/status").read_text()
    except OSError:
        return 1
    return int(told.partition(f"{kind}:")[2].split()[0]) / 1024
