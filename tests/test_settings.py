"""Settings are safe when the environment says nothing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PRODUCTION = {
    "SECRET_KEY": "k9" * 15 + "-a long key that only this test knows" * 2,
    "ALLOWED_HOSTS": "portal.example.com",
    "BASE_URL": "https://portal.example.com",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:9/nothing",
    "REDIS_URL": "redis://127.0.0.1:9/0",
}
ASK = """
import json
from django.conf import settings
print(json.dumps({name: getattr(settings, name) for name in %r}, default=str))
"""


def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "portal.settings", **environment}
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=60
    )


def ask(*names: str, **environment: str) -> dict[str, object]:
    done = run("-c", ASK % (names,), **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_debug_is_off_unless_asked():
    assert ask("DEBUG", **PRODUCTION)["DEBUG"] is False
    assert ask("DEBUG", SANDBOX="1")["DEBUG"] is False
    assert ask("DEBUG", **PRODUCTION, DEBUG="1")["DEBUG"] is True


@pytest.mark.parametrize("name", ["SECRET_KEY", "BASE_URL"])
def test_production_needs(name):
    done = run("-c", ASK % (("DEBUG",),), **{k: v for k, v in PRODUCTION.items() if k != name})
    assert done.returncode != 0
    assert f"Set the {name} environment variable" in done.stderr


def test_sandbox_needs_nothing():
    assert ask("SANDBOX", SANDBOX="1")["SANDBOX"] is True


def test_production_is_no_sandbox_and_answers_no_unnamed_host():
    without = {k: v for k, v in PRODUCTION.items() if k != "ALLOWED_HOSTS"}
    assert ask("SANDBOX", "ALLOWED_HOSTS", **without) == {"SANDBOX": False, "ALLOWED_HOSTS": []}


def test_cookies_belong_to_the_host_and_travel_encrypted():
    for kind in ("SESSION", "CSRF", "LANGUAGE"):
        facts = ask(
            f"{kind}_COOKIE_NAME",
            f"{kind}_COOKIE_SECURE",
            f"{kind}_COOKIE_HTTPONLY",
            f"{kind}_COOKIE_SAMESITE",
            f"{kind}_COOKIE_DOMAIN",
            f"{kind}_COOKIE_PATH",
            **PRODUCTION,
        )
        name, *rest = facts.values()
        assert name.startswith("__Host-")
        assert rest == [True, True, "Lax", None, "/"]


def test_transport_is_strict():
    names = ("SECURE_SSL_REDIRECT", "SECURE_HSTS_SECONDS", "X_FRAME_OPTIONS")
    policies = ("SECURE_REFERRER_POLICY", "SECURE_CROSS_ORIGIN_OPENER_POLICY")
    assert ask(*names, *policies, "SECURE_CONTENT_TYPE_NOSNIFF", **PRODUCTION) == {
        "SECURE_REFERRER_POLICY": "same-origin",
        "SECURE_CROSS_ORIGIN_OPENER_POLICY": "same-origin",
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_SSL_REDIRECT": True,
        "SECURE_HSTS_SECONDS": 365 * 24 * 60 * 60,
        "X_FRAME_OPTIONS": "DENY",
    }


def test_content_policy_allows_nothing_inline_and_no_other_host():
    policy = ask("CONTENT_SECURITY_POLICY", **PRODUCTION)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert policy["default-src"] == ["'none'"]
    assert policy["frame-ancestors"] == policy["base-uri"] == ["'none'"]
    sources = {source for values in policy.values() for source in values}
    assert sources <= {"'none'", "'self'", "data:"}
    assert all("data:" not in policy[name] for name in ("script-src", "style-src", "font-src"))


def test_sign_in_elsewhere_is_the_only_other_host():
    asked = ask("CONTENT_SECURITY_POLICY", **PRODUCTION, OIDC_SERVER_URL="https://id.example.com")
    policy = asked["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert [name for name, values in policy.items() if "https://id.example.com" in values] == [
        "form-action"
    ]


def test_permissions_policy_takes_every_power_away():
    policy = ask("PERMISSIONS_POLICY", **PRODUCTION)["PERMISSIONS_POLICY"]
    assert {"camera", "microphone", "geolocation", "payment"} <= set(policy)
    assert not any(policy.values())


def test_database_queue_and_mail_come_from_the_environment():
    facts = ask(
        "DATABASES",
        "CELERY_BROKER_URL",
        "DELIVERY_BACKEND",
        "EMAIL_HOST",
        **PRODUCTION,
        EMAIL_URL="smtp+tls://me:secret@mail.example.com:587",
    )
    assert facts["DATABASES"]["default"]["ENGINE"] == "django.db.backends.postgresql"
    assert facts["CELERY_BROKER_URL"] == PRODUCTION["REDIS_URL"]
    assert facts["DELIVERY_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert facts["EMAIL_HOST"] == "mail.example.com"


def test_without_a_database_server_sqlite_takes_contention():
    options = ask("DATABASES", SANDBOX="1")["DATABASES"]["default"]["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_checks_before_deployment_are_clean():
    done = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_file_keeps_to_its_size():
    assert len((ROOT / "portal/settings.py").read_text().splitlines()) <= 300
