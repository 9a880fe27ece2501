import gettext
import shutil

import pytest

from portal import catalogues

HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"
"""
GOOD = 'msgid "Deal"\nmsgstr "Negócio"\n'
PLURAL = """#, python-format
msgid "%(n)s deal"
msgid_plural "%(n)s deals"
msgstr[0] "%(n)s negócio"
msgstr[1] "{}"
"""


@pytest.fixture
def tree(tmp_path, settings):
    """A project of one template, with a catalogue to be written."""
    settings.BASE_DIR = tmp_path
    folder = tmp_path / "locale/pt_BR/LC_MESSAGES"
    folder.mkdir(parents=True)
    return folder / "django.po"


def write(po, *messages):
    po.write_text("\n".join([HEAD, *messages]), encoding="utf-8")


def test_compiles_once_and_again_only_after_a_change(tree):
    write(tree, GOOD, PLURAL.format("%(n)s negócios"))
    assert catalogues.compile_all() == [tree.with_suffix(".mo")]
    assert catalogues.compile_all() == []
    with tree.with_suffix(".mo").open("rb") as file:
        words = gettext.GNUTranslations(file)
    assert words.gettext("Deal") == "Negócio"
    assert words.ngettext("%(n)s deal", "%(n)s deals", 1) == "%(n)s negócio"
    assert words.ngettext("%(n)s deal", "%(n)s deals", 2) == "%(n)s negócios"


@pytest.mark.parametrize(
    ("message", "gap"),
    [
        ('msgid "Offer"\nmsgstr ""\n', "not translated: 'Offer'"),
        ('#, fuzzy\nmsgid "Offer"\nmsgstr "Oferta"\n', "unsure (fuzzy): 'Offer'"),
        (PLURAL.format(""), "not translated: '%(n)s deal'"),
        ('#, python-format\nmsgid "by %(who)s"\nmsgstr "por %(quem)s"\n', "'by %(who)s'"),
    ],
)
def test_gap_is_told(tree, monkeypatch, message, gap):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    write(tree, GOOD)
    assert catalogues.gaps() == []
    write(tree, GOOD, message)
    assert any(gap in one for one in catalogues.gaps())


def test_missing_catalogue_is_told(tree, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    assert catalogues.gaps() == ["pt-br: there is no catalogue"]


@pytest.mark.skipif(not shutil.which("xgettext"), reason="xgettext is not installed")
def test_a_sentence_that_no_catalogue_has_yet_is_told(tree, settings):
    root = settings.BASE_DIR
    real = catalogues.__file__.rsplit("/", 2)[0]
    shutil.copytree(f"{real}/portal", root / "portal", ignore=shutil.ignore_patterns("__pycache__"))
    for app in ("notifications", "referrals", "incentives", "claims"):
        shutil.copytree(f"{real}/{app}", root / app, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(f"{real}/manage.py", root)
    (root / "templates").mkdir()
    (root / "templates/x.html").write_text("{% translate 'A sentence nobody translated' %}")
    write(tree, GOOD)
    assert "pt-br: not translated: 'A sentence nobody translated'" in catalogues.gaps()
