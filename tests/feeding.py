"""Waiting until the feed may tell what was written."""

import time

from django.db import connection


def settle(seconds: float = 30) -> None:
    """Wait for the transactions that are older than now: the feed stays behind them, and on
    PostgreSQL the tests next door write too. Call it outside of a transaction."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint")
        wanted = cursor.fetchone()[0]
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            cursor.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint")
            if cursor.fetchone()[0] >= wanted:
                return
            time.sleep(0.02)
    raise AssertionError("Somebody's transaction does not end.")
