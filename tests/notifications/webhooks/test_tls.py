"""Connected by number, known by name: the certificate must be that of the host's name."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from notifications.webhooks import sending
from notifications.webhooks.sending import Request
from tests.notifications.webhooks.receiver import Receiver, receiving

HOST = "hooks.example.com"


def pair(folder: Path, name: str) -> Path:
    """A certificate for this name, signed by itself, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path = folder / f"{name}.pem"
    path.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: Any) -> Iterator[dict[str, Path]]:
    """Two certificates that this machine trusts: one of the host, one of another."""
    files = {name: pair(tmp_path, name) for name in (HOST, "other.example.com")}
    bundle = tmp_path / "trusted.pem"
    bundle.write_bytes(b"".join(path.read_bytes() for path in files.values()))
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    sending._trust.cache_clear()
    yield files
    sending._trust.cache_clear()


def sent(receiver: Receiver, settings: Any) -> sending.Outcome:
    settings.WEBHOOK_TEST_TARGETS = [f"{HOST}:{receiver.port}"]
    request = Request(f"https://{HOST}:{receiver.port}/hook?a=b", {}, b"{}")
    return sending.send(request, lambda host, port: ["127.0.0.1"])


@pytest.mark.rule("API-111")
def test_the_host_is_known_by_its_certificate(trusted, settings) -> None:
    with receiving(certificate=str(trusted[HOST])) as receiver:
        assert sent(receiver, settings).code == 200
        [taken] = receiver.taken
        assert taken.headers["Host"] == f"{HOST}:{receiver.port}"
        assert taken.path == "/hook?a=b"


@pytest.mark.rule("API-111")
def test_another_hosts_certificate_is_none(trusted, settings) -> None:
    with receiving(certificate=str(trusted["other.example.com"])) as receiver:
        outcome = sent(receiver, settings)
        assert outcome.code is None
        assert "ertificate" in outcome.error
        assert receiver.taken == []


def test_a_certificate_that_nobody_trusts_is_none(trusted, settings, tmp_path) -> None:
    (tmp_path / "own").mkdir()
    with receiving(certificate=str(pair(tmp_path / "own", HOST))) as receiver:
        assert sent(receiver, settings).code is None
        assert receiver.taken == []


def test_no_proxy_of_the_environment_is_asked(receiver, settings, monkeypatch) -> None:
    with receiving() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert sending.send(Request(receiver.url, {}, b"{}")).code == 200
        assert proxy.taken == []
