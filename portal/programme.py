"""What the product calls things, and its durations, thresholds and limits.

Data, never literals in rules. Each can be set by the environment.
"""

from datetime import timedelta
from decimal import Decimal

import environ

env = environ.Env()

VENDOR_NAME = env.str("VENDOR_NAME", "") or "Microsoft"

# Referrals
ANSWER_DAYS = env.int("ANSWER_DAYS", 14)
REMIND_DAYS = env.int("REMIND_DAYS", 3)
EARLY_WIN = timedelta(hours=env.int("EARLY_WIN_HOURS", 72))
MATCH_APPLY_AT = env.float("MATCH_APPLY_AT", 0.93)
MATCH_OFFER_AT = env.float("MATCH_OFFER_AT", 0.70)
EXPORT_MAX_ROWS = env.int("EXPORT_MAX_ROWS", 100_000)

# Registrations; amounts in US dollars, by the rate of the month of the win
REGISTRATION_MIN_VALUE = Decimal(env.str("REGISTRATION_MIN_VALUE", "25000"))
REGISTRATION_REVIEW_ABOVE = Decimal(env.str("REGISTRATION_REVIEW_ABOVE", "1000000"))
REGISTRATION_SIGNED_DAYS = env.int("REGISTRATION_SIGNED_DAYS", 60)
REGISTRATION_START_DAYS = env.int("REGISTRATION_START_DAYS", 90)
REGISTRATION_CLOSE_DAYS = env.int("REGISTRATION_CLOSE_DAYS", 14)
PERPETUAL_YEARS = env.int("PERPETUAL_YEARS", 6)
EXCEPTION_DAYS = env.int("EXCEPTION_DAYS", 60)
EXCEPTION_WORKING_DAYS = env.int("EXCEPTION_WORKING_DAYS", 14)

# Documents
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", 20_000_000)
DOCUMENTS_PER_RECORD = env.int("DOCUMENTS_PER_RECORD", 20)
DOCUMENTS_PER_REQUEST = env.int("DOCUMENTS_PER_REQUEST", 5)
CLAMAV_URL = env.str("CLAMAV_URL", "")  # tcp://host:3310 or unix:///path; none: no quarantine

# A language model that drafts notes, where one is configured
LLM_BASE_URL = env.str("LLM_BASE_URL", "")
LLM_API_KEY = env.str("LLM_API_KEY", "")
LLM_MODEL = env.str("LLM_MODEL", "")
LLM_TIMEOUT_SECONDS = env.float("LLM_TIMEOUT_SECONDS", 8.0)

# The API
IDEMPOTENCY_HOURS = env.int("IDEMPOTENCY_HOURS", 24)
API_PER_MINUTE = env.int("API_PER_MINUTE", 600)  # of one client, where it has no number of its own
API_TOKENS_PER_MINUTE = env.int("API_TOKENS_PER_MINUTE", 30)  # of one client at one address
API_PAGE = env.int("API_PAGE", 100)
API_PAGE_MOST = env.int("API_PAGE_MOST", 200)
