"""One side of a race: `python -m tests.portal.api.calls MOMENT TOKEN KEY HOW_MANY`.

Sends the same write that many times at once, each from a thread of its own, and prints the
answers as JSON.
"""

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402

from tests.calling import Caller  # noqa: E402


def call(token: str, key: str, moment: float) -> list[object]:
    """Wait for the moment, then write."""
    time.sleep(max(0.0, moment - time.time()))
    try:
        found = Caller(token).post("/probe", {"step": "customer"}, Idempotency_Key=key)
        return [found.status_code, found.json()]
    finally:
        connection.close()


if __name__ == "__main__":
    moment, token, key, many = sys.argv[1:]
    settings.ROOT_URLCONF, settings.ALLOWED_HOSTS = "tests.portal.api.probe", ["testserver"]
    with ThreadPoolExecutor(int(many)) as pool:
        running = [pool.submit(call, token, key, float(moment)) for _ in range(int(many))]
    print(json.dumps([one.result() for one in running]))
