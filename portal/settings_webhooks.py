"""Webhooks: how patient we are with receivers, and where nothing is ever sent."""

import environ

env = environ.Env()

# Seconds. A receiver that needs longer has failed, and is tried again later.
WEBHOOK_CONNECT_SECONDS = env.float("WEBHOOK_CONNECT_SECONDS", 5)
WEBHOOK_READ_SECONDS = env.float("WEBHOOK_READ_SECONDS", 10)
WEBHOOK_TOTAL_SECONDS = env.float("WEBHOOK_TOTAL_SECONDS", 15)
WEBHOOK_LEASE_SECONDS = env.int("WEBHOOK_LEASE_SECONDS", 60)  # longer than one delivery
WEBHOOK_BATCH = env.int("WEBHOOK_BATCH", 1000)  # lines of history told in one transaction
WEBHOOK_KEPT_DAYS = env.int("WEBHOOK_KEPT_DAYS", 30)  # deliveries; as long as a feed's cursor
WEBHOOK_ATTEMPTS_KEPT_DAYS = env.int("WEBHOOK_ATTEMPTS_KEPT_DAYS", 7)
WEBHOOK_OVERLAP_HOURS = env.int("WEBHOOK_OVERLAP_HOURS", 24)  # both secrets sign after a change
WEBHOOK_PORTS = env.list("WEBHOOK_PORTS", cast=int, default=[443])
# The pair that signs `rsa-sha256`: PEM files of a private key and its certificate, with the
# chain. Without them the portal makes a pair of its own, once.
WEBHOOK_KEY_FILE = env.str("WEBHOOK_KEY_FILE", "")
WEBHOOK_CERTIFICATE_FILE = env.str("WEBHOOK_CERTIFICATE_FILE", "")
# host:port of receivers on this machine, over http too. Only a sandbox looks at it.
WEBHOOK_TEST_TARGETS = env.list("WEBHOOK_TEST_TARGETS", default=[])
