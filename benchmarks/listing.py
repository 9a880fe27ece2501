"""The list of deals as people open it: the whole page through Django's WSGI handler.

The limit reads the same fifty rows by psycopg in a bare WSGI application and answers JSON.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any

import orjson

from benchmarks.fill import World
from benchmarks.measure import Figure, Side, against, counted, interleave, own_backend, plain
from benchmarks.web import Browser, environ
from portal.models import Person

ROUNDS, TIMES = 20, 3
ROWS = """
    SELECT r.id, r.name, a.name AS customer, r.status, r.stage, r.value, r.currency, r.close_on,
        r.created_at, r.due_at, r.version, v.status AS vendor_status, v.due_at AS vendor_due_at
    FROM referrals_referral r
    JOIN referrals_deal d ON d.id = r.deal_id
    JOIN portal_account a ON a.id = d.customer_id
    LEFT JOIN referrals_referral v ON v.deal_id = d.id AND v.company_id = %s
    WHERE {where} ORDER BY r.created_at DESC, r.id DESC LIMIT 51
"""
OUTBOUND = ROWS.format(where="r.company_id = %s AND r.sender_id IS NULL")
INBOUND = ROWS.format(where="r.company_id = %s AND r.sender_id IS NOT NULL")


def figures(world: World) -> Iterator[Figure]:
    shown = f"{world.rows:,}"
    yield from _page(f"list 50 of {shown}, partner, HTML", world, world.admin, "outbound", OUTBOUND)
    yield from _page(f"list 50 of {shown}, seller, HTML", world, world.seller, "inbound", INBOUND)


def _page(name: str, world: World, person: Person, tab: str, rows: str) -> Iterator[Figure]:
    browser, path = Browser(person), f"/deals/?tab={tab}&size=50"
    with counted() as statements:
        sent = browser.get(path)
    with plain() as bare:
        read = {"rows": lambda: _bare(bare, rows, (world.vendor.pk, person.company_id))}
        mine = Side(lambda: browser.get(path), own_backend(), TIMES)
        limit = Side(read["rows"], bare.info.backend_pid, TIMES)
        interleave(mine, limit, rounds=world.rounds(ROUNDS))
    yield Figure(f"{name}: queries", len(statements), "queries")
    yield against(name, mine, limit)
    yield Figure(f"{name}: bytes", len(sent), "bytes")
    walls = (1000 / median(side.wall) for side in (mine, limit))
    yield Figure(f"{name}: requests", *_both(walls), rounds=len(mine.wall), more_is_better=True)


def _both(walls: Iterator[float]) -> tuple[float, str, float]:
    mine, limit = walls
    return mine, "per s", limit


def _bare(connection: Any, sql: str, params: tuple[Any, ...]) -> bytes:
    """The least that a web application can do for these rows."""

    def application(_environ: Any, start: Any) -> list[bytes]:
        cursor = connection.execute(sql, params)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        start("200 OK", [("Content-Type", "application/json")])
        return [orjson.dumps(found, default=str)]

    return b"".join(application(environ("/deals/"), lambda status, headers: None))
