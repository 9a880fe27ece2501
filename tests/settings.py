"""The portal's settings, in the sandbox and with a cheap password hash.

pytest-django reads settings before any conftest.py, so the sandbox is named here.
"""

import os

os.environ.setdefault("SANDBOX", "1")

from portal.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # a login costs 0.25 s otherwise
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False  # a test that means a task calls it
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or "memory://"
