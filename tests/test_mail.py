"""Every mail renders in every language, with nothing missing and nothing secret."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as portal_settings
from django.template.loader import get_template

from notifications import kinds
from notifications.models import Message
from notifications.outbox import key_of
from notifications.rendering import absolute, render
from portal.models import Person
from referrals import mail
from referrals.lifecycle.decisions import FILES_REFUSED
from referrals.mail import registrations
from referrals.mail.facts import facts
from referrals.models import Referral

HOLE = "MISSING<%s>"
KINDS = [kind.code for kind in kinds.known()]
LANGUAGES = [code for code, _name in portal_settings.LANGUAGES]
SAID = {"author": "Ana Souza", "author_company": "Contoso", "text": "Tea & <b>talk</b>"}
REASONS = ["The annual value is above the limit for automatic approval", "It is pay as you go"]
SOON = "2026-12-01T10:00:00+00:00"
REFUSED = {"reason": "The contract is not signed", "exception_days": 60, "closes_at": SOON}
OF_REGISTRATIONS: dict[str, list[dict[str, Any]]] = {
    registrations.ACTION_REQUIRED: [
        {"question": "Page 3 & 4?\nSigned.", "by_portal": False},
        {"question": str(FILES_REFUSED), "by_portal": True},
    ],
    registrations.FAILED: [
        REFUSED | {"note": "", "exception_until": SOON},
        REFUSED | {"note": "See page 3 & 4", "exception_until": ""},
    ],
    registrations.SELECTED: [
        {"reasons": REASONS, "pulled_back": False},
        {"reasons": ["It was pulled back after automatic approval"], "pulled_back": True},
    ],
    registrations.APPROVED: [
        {"closes_at": SOON, "automatic": True},
        {"closes_at": SOON, "automatic": False},
    ],
    registrations.WAITING: [
        {"reasons": REASONS, "marketplace": False},
        {"reasons": [], "marketplace": True},
    ],
    registrations.EXCEPTION_ASKED: [{"explanation": "The notary was late.", "due_at": SOON}],
    registrations.EXCEPTION_DECIDED: [
        {"granted": True, "note": "Fine & good", "closes_at": SOON},
        {"granted": False, "note": "No", "closes_at": ""},
    ],
}


@pytest.fixture(autouse=True)
def _holes_show(settings: Any) -> None:
    (engine,) = settings.TEMPLATES
    options = engine["OPTIONS"] | {"string_if_invalid": HOLE}
    settings.TEMPLATES = [engine | {"OPTIONS": options}]


def message(kind: str, leg: Referral, person: Person | None, **context: Any) -> Message:
    return Message(
        key=key_of(kind),
        kind=kind,
        person=person,
        address="x@contoso.example",
        language="en",
        url=leg.get_absolute_url() if person else "",
        context=facts(leg) | context,
    )


def contexts(kind: str) -> list[dict[str, Any]]:
    """What the mail function adds to the facts, in every variant."""
    added: dict[str, list[dict[str, Any]]] = {
        mail.HELP_ANSWERED: [{"accepted": True}, {"accepted": False, "reason": "No capacity"}],
        mail.DECLINED: [{"reason": "No capacity"}],
        mail.ADDED_TO_TEAM: [{}, {"reader": "Gil Guest"}],
        mail.COMMENTED: [SAID | {"internal": True}, SAID | {"internal": False}],
    }
    return (added | OF_REGISTRATIONS).get(kind, [{}])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_mail_is_whole(kind: str, language: str, vendor_leg: Referral, ana: Person) -> None:
    ana.language = language
    for context in contexts(kind):
        for person in (ana, None):
            words = render(message(kind, vendor_leg, person, **context))
            for text in (words.subject, words.body, words.html):
                assert text.strip()
                assert "MISSING<" not in text
                assert not re.search("None(?! of )", text)
            assert "\n" not in words.subject
            assert "Data platform for Northwind" in words.body
            assert "Northwind Traders" in words.body
            assert f'lang="{language}"' in words.html.lower() or person is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("count", [1, 2])
def test_the_digest_is_whole(language: str, count: int, own_deal: Referral, ana: Person) -> None:
    ana.language = language
    item = {"kind": mail.ACCEPTED, "context": facts(own_deal), "url": "/deals/1/"}
    row = message("notifications/digest", own_deal, ana, items=[item] * count, more=3)
    row.url = ""
    words = render(row)
    for text in (words.subject, words.body, words.html):
        assert "MISSING<" not in text
    assert words.body.count(absolute("/deals/1/")) == count


def test_holes_would_show(own_deal: Referral, ana: Person) -> None:
    row = message(mail.ACCEPTED, own_deal, ana)
    del row.context["company"]
    assert "MISSING<company>" in render(row).subject


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_the_customers_contact(kind: str, vendor_leg: Referral, ana: Person) -> None:
    deal = vendor_leg.deal
    assert deal.contact_name
    for context in contexts(kind):
        words = render(message(kind, vendor_leg, ana, **context))
        for secret in (deal.contact_name, deal.contact_email, str(deal.contact_phone)):
            assert secret not in words.body + words.html + words.subject


def test_text_is_plain_and_html_is_escaped(own_deal: Referral, ana: Person) -> None:
    own_deal.name = "Tea & <b>talk</b>\nBcc: x@y.example"
    words = render(message(mail.COMMENTED, own_deal, ana, internal=False, **SAID))
    assert "Tea & <b>talk</b>" in words.body
    assert "Tea &amp; &lt;b&gt;talk&lt;/b&gt;" in words.html
    assert "<b>" not in words.html
    assert words.subject.endswith("Tea & <b>talk</b> Bcc: x@y.example (Northwind Traders)")


def test_moments_are_the_readers(vendor_leg: Referral, ana: Person) -> None:
    ana.time_zone = "America/Sao_Paulo"
    row = message(mail.RECEIVED, vendor_leg, ana, due_at="2026-11-03T14:02:00+00:00")
    assert "3 Nov 2026, 11:02, America/Sao_Paulo (UTC-03:00)" in render(row).body
    ana.language = "pt-br"
    assert "3 de nov. de 2026, 11:02" in render(row).body


def test_links_lead_to_this_portal(own_deal: Referral, ana: Person) -> None:
    own = portal_settings.BASE_URL
    words = render(message(mail.ACCEPTED, own_deal, ana))
    assert own + own_deal.get_absolute_url() in words.body
    assert all(link.startswith(own) for link in re.findall(r"https?://[^\s\"<]+", words.html))


def test_somebody_without_an_account_gets_no_link(own_deal: Referral) -> None:
    words = render(message(mail.ADDED_TO_TEAM, own_deal, None, reader="Gil Guest"))
    assert "http" not in words.body + words.html
    assert "Gil Guest" in words.body


def test_every_folder_is_a_kind_and_every_kind_a_folder() -> None:
    folder = Path(portal_settings.BASE_DIR) / "templates" / "mail" / "referrals"
    found = {f"referrals/{path.name}" for path in folder.iterdir() if path.is_dir()}
    assert found == set(KINDS)
    assert set(OF_REGISTRATIONS) < set(KINDS)
    for kind in KINDS:
        for part in ("subject.txt", "body.txt", "body.html"):
            assert get_template(f"mail/{kind}/{part}")
