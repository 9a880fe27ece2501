"""The Portuguese catalogue, sentence by sentence: whole, Brazilian, and safe to fill in."""

import re
from collections import Counter
from pathlib import Path

import pytest

from portal import catalogues

PO = Path(__file__).parents[2] / "locale/pt_BR/LC_MESSAGES/django.po"
HOLES = re.compile(r"%\(\w+\)[sd]|%%|(?<!%)%[sd]|\{\w*\}")
MARKUP = re.compile(r"</?\w+[^>]*>|&\w+;")
# Names, and words that Brazilian business Portuguese has taken over as they are.
SAME = {
    "%(n)s byte",
    "%(n)s bytes",
    "PDF",
    "Webhooks",
    "webhook",
    "webhooks",
    *("CRM ID", "E-mail", "Federal", "MACC", "Marketplace", "Message-ID", "PartnerID"),
    *("Sandbox", "Status", "TPID", "Tenant", "%(vendor)s"),
    *("download", "downloads", "e-mail", "federal", "status"),
}
EUROPEAN = re.compile(
    r"\b(equipas?|utilizador\w*|ficheiros?|contactos?|contactar\w*|telemóve\w*|registos?"
    r"|palavra-passe|ecrãs?|clicar em cima|planeamento|atribuíd\w+ a si|tu|teu|tua|vosso|vossa"
    r"|eliminar conta|descarregar|factura|acção|direcção|projecto|actual\w*|a carregar)\b",
    re.IGNORECASE,
)


def pairs() -> list[tuple[str, str]]:
    """Every English text beside the Portuguese one, plural forms one by one."""
    found = []
    for message in catalogues.read(PO):
        if not message.id:
            continue
        if isinstance(message.id, str):
            found.append((message.id, message.string))
        else:
            found.extend(zip(message.id, message.string, strict=True))
    return found


PAIRS = pairs()


def edges(text: str) -> tuple[str, ...]:
    """The space before a text and after it, and the mark that ends it."""
    bare = text.strip()
    mark = bare[-1:] if bare[-1:] in set(".:?!…,") else ""
    return text[: len(text) - len(text.lstrip())], mark, text[len(text.rstrip()) :]


def test_catalogue_holds_the_whole_portal():
    assert len(PAIRS) > 800


@pytest.mark.parametrize("kind", [HOLES, MARKUP], ids=["holes", "markup"])
def test_what_is_filled_in_survives(kind):
    lost = [
        (english, portuguese)
        for english, portuguese in PAIRS
        if Counter(kind.findall(english)) != Counter(kind.findall(portuguese))
    ]
    assert lost == []


def test_space_and_closing_mark_survive():
    lost = [
        (english, portuguese)
        for english, portuguese in PAIRS
        if portuguese and edges(english) != edges(portuguese)
    ]
    assert lost == []


def test_nothing_is_left_in_english():
    left = {english for english, portuguese in PAIRS if english == portuguese}
    assert left - SAME == set()


def test_words_are_brazilian():
    foreign = [portuguese for _english, portuguese in PAIRS if EUROPEAN.search(portuguese)]
    assert foreign == []


def test_names_of_buttons_are_short():
    """A button of the deal page stays on one line of a phone (390 px)."""
    words = dict(PAIRS)
    steps = ("Accept", "Decline", "Mark as won", "Mark as lost", "Close as error", "New deal")
    assert [words[step] for step in steps if len(words[step]) > 20] == []
