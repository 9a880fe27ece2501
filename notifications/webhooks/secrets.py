"""What signs: kept encrypted, because it has to be known to sign. A stolen table tells none."""

import base64
import hashlib
import secrets

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

PREFIX = "whsec_"  # as Standard Webhooks marks a secret


def make() -> str:
    """A new secret of 256 bits, as its receiver keeps it."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def encrypt(text: str) -> str:
    """By a key made from SECRET_KEY."""
    return _box().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """Also what was encrypted with one of SECRET_KEY_FALLBACKS."""
    return _box().decrypt(text.encode()).decode()


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = (hashlib.sha256(f"portal.webhooks{key}".encode()).digest() for key in keys)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
