"""How a receiver knows that a message is ours, in two ways at once.

Facts 1.11: rsa-sha256 over the raw body, with the address of our certificate. Standard Webhooks:
an HMAC over id, moment and body, by each secret that is valid now.
"""

import base64
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.urls import reverse
from standardwebhooks import Webhook

from notifications.models import SigningKey
from notifications.webhooks import secrets
from portal import clock

VALID = timedelta(days=3650)
Pair = tuple[RSAPrivateKey, str]


def headers(pk: str, body: bytes, *, keys: list[str], own_header: bool) -> dict[str, str]:
    """What goes with one try. `keys` are the valid secrets, the newest first; with `own_header`
    the signature stands in `x-ms-signature` instead of `Authorization`."""
    now = clock.now() - clock.offset()  # receivers compare it with the real time
    signature = f"Signature {rsa_signature(body)}"
    return {
        "Content-Type": "application/json",
        "User-Agent": "partner-portal-webhooks/1.0",
        "x-ms-signature" if own_header else "Authorization": signature,
        "X-MS-Certificate-Url": settings.BASE_URL + reverse("webhook_certificate"),
        "X-MS-Signature-Algorithm": "rsa-sha256",
        "webhook-id": pk,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(_hmac(key, pk, now, body) for key in keys),
    }


def _hmac(key: str, pk: str, now: datetime, body: bytes) -> str:
    return Webhook(key).sign(pk, now, body.decode())


def rsa_signature(body: bytes) -> str:
    """rsa-sha256 over the raw body, in base64."""
    key, _certificate = _pair()
    return base64.b64encode(key.sign(body, padding.PKCS1v15(), hashes.SHA256())).decode()


def certificate() -> str:
    """PEM, for whoever checks a signature."""
    return _pair()[1]


def _pair() -> Pair:
    if settings.WEBHOOK_KEY_FILE:
        return _of_files(settings.WEBHOOK_KEY_FILE, settings.WEBHOOK_CERTIFICATE_FILE)
    row = SigningKey.objects.filter(pk=SigningKey.ONLY).first() or _made()
    return _load(secrets.decrypt(row.private_key)), row.certificate


@lru_cache(maxsize=2)
def _of_files(key: str, certificate: str) -> Pair:
    return _load(Path(key).read_text()), Path(certificate).read_text()


@lru_cache(maxsize=2)
def _load(pem: str) -> RSAPrivateKey:
    key = serialization.load_pem_private_key(pem.encode(), password=None)
    if not isinstance(key, RSAPrivateKey):
        raise TypeError("The key of webhooks must be an RSA key.")
    return key


def _made() -> SigningKey:
    """Two that make one at once end with the same: the row is written once."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    made = SigningKey(
        pk=SigningKey.ONLY,
        private_key=secrets.encrypt(pem.decode()),
        certificate=_certificate(key),
    )
    SigningKey.objects.bulk_create([made], ignore_conflicts=True)
    return SigningKey.objects.get(pk=SigningKey.ONLY)


def _certificate(key: RSAPrivateKey) -> str:
    """Signed by itself, in the vendor's name."""
    now = clock.now() - clock.offset()
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, settings.VENDOR_NAME[:64]),
            x509.NameAttribute(NameOID.COMMON_NAME, "Partner portal webhooks"),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.PEM).decode()
