"""Company names as people type them, made comparable."""

import re

from anyascii import anyascii

_NOISE = re.compile(r"[^a-z0-9]+")


def key(text: str) -> str:
    """Lower case, without accents and punctuation, words parted by one space."""
    return _NOISE.sub(" ", anyascii(text).lower()).strip()
