"""The portal's settings as in production, but for what a bench can't have.

No sandbox: nothing here may be quicker or slower than where people work. Pages go without
the manifest of hashed files, which `collectstatic` makes; logs are written to nowhere.
"""

import os

os.environ.pop("SANDBOX", None)
os.environ |= {
    "SECRET_KEY": "measures-only-" + "0" * 50,
    "BASE_URL": "https://localhost",
    "ALLOWED_HOSTS": "localhost",
    "REDIS_URL": "",
}

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, LOGGING, STORAGES

STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
DATABASES["default"]["CONN_MAX_AGE"] = None  # one backend, whose CPU time is read
LOGGING["handlers"]["stderr"] |= {"class": "logging.FileHandler", "filename": os.devnull}
EMAIL_URL = "dummymail://"
