"""The portal's settings, in the sandbox and with a cheap password hash.

pytest-django reads settings before any conftest.py, so the sandbox is named here.
"""

import os

os.environ.setdefault("SANDBOX", "1")

from portal.settings import *  # noqa: F403

# A login costs a quarter of a second otherwise.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
CELERY_TASK_ALWAYS_EAGER = False  # a test that means a task calls it
CELERY_BROKER_URL = os.environ.get("REDIS_URL") or "memory://"
LOGGING = {"version": 1, "disable_existing_loggers": True}  # failures are read, not their requests
