"""Whatever a browser or a robot sends, no page answers with an error of its own (≥ 500)."""

import pytest
from django.urls import reverse

from referrals.models import Referral
from tests.test_urls import PAGES, address, cast  # noqa: F401 — the fixtures of the walk

STRINGS = [
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "A" * 20_000,
    "'; DROP TABLE portal_person; --",
    "%' OR 1=1 --",
    "{{ 7*7 }}{% debug %}",
    "<script>alert(1)</script>",
    "\u202egnp.exe",
    "\N{ZERO WIDTH SPACE}" * 50,
    "../../../../etc/passwd",
    "-1",
    "999999999999999999999999999999",
    "1e309",
    "NaN",
    "null",
    "[]",
    "00000000-0000-0000-0000-000000000000",
    "\r\nSet-Cookie: a=b",
    "\N{PILE OF POO}" * 40,
    "ﷺ" * 40,
    "%%%s%n",
    "__proto__",
]
PARAMS = (
    "q after before size sort tab status country customer type solution location columns "
    "company list page next from partner kind cursor more"
).split()
READ = sorted(name for name, answers in PAGES.items() if 405 not in answers.values())
WRITE = sorted(set(PAGES) - set(READ) - {"set_language", "set_theme"})
FORMS = (
    "edit move_stage lose ask_help add_member submit approve ask_more fail pull_back "
    "ask_exception grant refuse"
).split()
FIELDS = (
    "name value currency close_on notes stage reason reason_note text id version help ask email "
    "phone solutions team query next theme language view columns role roles location country "
    "go question override fail_reason fail_note explanation total_value solution_value solution "
    "signed_on starts_on ends_on term tenant pricing deployment is_marketplace marketplace_on"
).split()


@pytest.mark.parametrize("name", READ)
def test_hostile_parameters(name, cast, address, client) -> None:  # noqa: F811
    url = address(name)
    who = next(who for who, status in PAGES[name].items() if status in (200, 302))
    client.force_login(cast[who])
    for text in STRINGS:
        answer = client.get(url, dict.fromkeys(PARAMS, text))
        assert answer.status_code < 500, text
        body = answer.getvalue() if answer.streaming else answer.content
        assert "<script>alert(1)" not in body.decode(errors="replace")


@pytest.mark.parametrize("name", [*WRITE, *FORMS])
def test_hostile_forms(name, cast, address, client) -> None:  # noqa: F811
    url = address(name)
    for who in ("ana", "paula", "otto", "rita"):
        client.force_login(cast[who])
        for text in STRINGS:
            answer = client.post(url, dict.fromkeys(FIELDS, text))
            assert answer.status_code < 500, (who, text)


def test_hostile_paths(ana, client) -> None:
    client.force_login(ana)
    for text in STRINGS:
        assert client.get(f"/deals/{text}/").status_code < 500
        assert client.get(f"/{text}").status_code < 500


def test_a_header_can_not_be_written_into(own_deal: Referral, ana, client) -> None:
    client.force_login(ana)
    data = {"next": "/\r\nSet-Cookie: a=b", "theme": "dark"}
    answer = client.post(reverse("set_theme"), data)
    assert "a" not in answer.cookies
