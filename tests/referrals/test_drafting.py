import socket
import time
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from referrals import drafting
from tests.llm_server import SAYS, completion, serving

FACTS = drafting.Facts(
    problem="Sales data sits in nine places, says Nora Wind (nora@northwind.example)",
    wanted="Bring an architect. Call +351 211 111 111 or 0800/555-12-34 before 2027-03-31",
    help="Proof of concept or demo",
    customer="Northwind Traders",
    country="Portugal",
    solutions=("Contoso Data Hub",),
    value=Decimal("50000"),
    currency="USD",
    close_on=date(2027, 3, 31),
    persons=("Nora Wind", "Ana Souza"),
)


@pytest.fixture
def model(settings):
    with serving() as model:
        settings.LLM_BASE_URL, settings.LLM_MODEL = model.url, "small-one"
        settings.LLM_API_KEY, settings.LLM_TIMEOUT_SECONDS = "secret-key", 2.0
        yield model


def test_without_a_model_the_note_is_composed_from_what_was_entered(settings):
    settings.LLM_BASE_URL = ""
    proposal = drafting.propose(FACTS)
    assert not proposal.generated
    assert not proposal.word
    assert proposal.text == drafting.compose(FACTS)
    for part in ("Northwind Traders (Portugal)", "nine places", "Contoso Data Hub", "31 Mar 2027"):
        assert part in proposal.text
    assert "Bring an architect." in proposal.text


def test_a_composed_note_needs_nothing_but_words():
    assert drafting.compose(drafting.Facts("It is slow", "")) == "It is slow."
    assert drafting.compose(drafting.Facts("", "")) == ""


def test_the_composed_note_writes_money_and_dates_in_the_readers_language():
    with translation.override("pt-br"):
        text = drafting.compose(FACTS)
    assert "50.000,00" in text
    assert "31 de mar. de 2027" in text


def test_a_composed_note_fits_the_field():
    long = drafting.Facts("x" * 9000, "y" * 9000)
    assert len(drafting.compose(long)) == drafting.NOTE_MAX


def test_the_model_writes_it_and_it_says_so(model):
    proposal = drafting.propose(FACTS)
    assert (proposal.text, proposal.generated, proposal.word) == (SAYS, True, "")
    assert model.paths == ["/v1/chat/completions"]
    assert model.headers[0]["Authorization"] == "Bearer secret-key"
    assert model.asked[0]["model"] == "small-one"
    assert model.asked[0]["messages"][1]["content"].count("nine places") == 1


@pytest.mark.rule("DEAL-038")
def test_the_model_is_told_nobodys_contact_details(model):
    drafting.propose(FACTS)
    told = str(model.asked)
    secrets = ("nora", "Nora", "Wind ", "northwind.example", "211 111", "555-12", "0800", "Souza")
    assert [s for s in secrets if s in told] == []
    assert "2027-03-31" in told  # a date is no phone number
    assert "USD" in told


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("write to a.b+c@x-y.co.uk, please", "write to [e-mail], please"),
        ("<ana@x.example>", "<[e-mail]>"),
        ("ana＠x.example", "[e-mail]"),
        ("tel +55 (11) 98765-4321.", "tel [phone]."),
        ("tel 00351211111111", "tel [phone]"),
        ("21 111 11 11 ou 21.111.11.11", "[phone] ou [phone]"),
        ("on 2027-03-31 and 31/03/2027", "on 2027-03-31 and 31/03/2027"),
        ("1,200 seats, 50 sites", "1,200 seats, 50 sites"),
        ("ask JOÃO SILVA or Silva's team", "ask [person] or [person]'s team"),
        ("", ""),
    ],
)
def test_scrubs_addresses_numbers_and_names(text, left):
    assert drafting.scrub(text, ["João Silva"]) == left


def fails(model, text="did not answer"):
    proposal = drafting.propose(FACTS)
    assert proposal.text == drafting.compose(FACTS)
    assert not proposal.generated
    assert text in proposal.word
    return model


@pytest.mark.parametrize("status", [302, 400, 401, 429, 500, 503])
def test_an_error_falls_back_with_a_word(model, status):
    model.status = status
    fails(model)
    assert len(model.asked) == 1  # and no redirect is followed


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"choices": []}',
        b'{"choices": [{"message": {"content": null}}]}',
        b'{"choices": [{"message": {"content": ["text"]}}]}',
        completion("   "),
        b"[" * 60_000,
    ],
)
def test_an_answer_that_is_none_falls_back(model, answer):
    model.answer = answer
    fails(model)


def test_a_huge_answer_falls_back_unread(model):
    model.answer = completion("x" * 50_000_000)
    started = time.monotonic()
    fails(model)
    assert time.monotonic() - started < 2


def test_a_note_longer_than_the_field_falls_back(model):
    model.answer = completion("x" * (drafting.NOTE_MAX + 1))
    fails(model)


def test_a_silent_model_is_not_waited_for(model, settings):
    settings.LLM_TIMEOUT_SECONDS, model.delay = 0.2, 1.5
    started = time.monotonic()
    fails(model)
    assert time.monotonic() - started < 1


def test_a_dripping_model_is_not_waited_for_either(model, settings):
    settings.LLM_TIMEOUT_SECONDS, model.drip = 0.3, 0.05
    started = time.monotonic()
    fails(model)
    assert time.monotonic() - started < 1.5


def test_nobody_listening_falls_back(settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.LLM_BASE_URL = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
    fails(None)


@pytest.mark.parametrize("url", ["nonsense", "http://", "ftp://x/", "http://[::1", "http://\x00/"])
def test_a_wrong_address_falls_back(settings, url):
    settings.LLM_BASE_URL = url
    fails(None)


def test_what_no_page_can_show_is_taken_out(model):
    model.answer = completion("One\x00\x07 two\nthree")
    assert drafting.propose(FACTS).text == "One two\nthree"
