"""Names of many countries, made comparable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import names

SAME = [
    ("Contoso Ltd", "CONTOSO LIMITED"),
    ("Contoso Pvt. Ltd.", "contoso private limited"),
    ("Contoso Tecnologia Ltda.", "Contoso Tecnologia Limitada"),
    ("Padaria São João Ltda ME", "padaria sao joao"),
    ("Companhia Têxtil S/A", "Companhia Textil S.A."),
    ("Müller & Söhne GmbH & Co. KG", "Muller Sohne"),
    ("Fabrikam S.A. de C.V.", "Fabrikam"),
    ("Fabrikam S. de R.L. de C.V.", "FABRIKAM SA"),
    ("L’Oréal S.A.", "L'Oreal"),
    ("Rossi Costruzioni S.r.l.", "Rossi Costruzioni SpA"),
    ("Łódź Budownictwo Sp. z o.o.", "Lodz Budownictwo"),
    ("Ørsted A/S", "Orsted"),
    ("AB Volvo", "Volvo AB"),
    ("Nordwind Oy", "Nordwind Oyj"),
    ("Verein Nordlicht e.V.", "Verein Nordlicht"),
    ("Şişecam A.Ş.", "Sisecam"),
    ("ООО Ромашка", "Romashka"),
    ("株式会社トヨタ", "トヨタ株式会社"),
    ("Toyota K.K.", "Toyota"),
    ("上海微软科技有限公司", "上海微软科技"),
    ("Woodgrove Pty Ltd", "Woodgrove"),
    ("Tailspin B.V.", "Tailspin BV"),
    ("I.B.M. Corp.", "IBM Corporation"),
    ("J. P. Morgan & Co.", "JP Morgan"),
    ("Muller and Co", "Muller"),
]


@pytest.mark.parametrize(("one", "two"), SAME)
def test_name_key_is_the_same_for_the_same_company(one: str, two: str) -> None:
    assert names.name_key(one) == names.name_key(two)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ltd", "ltd"),
        ("S.A.", "sa"),
        ("Limited Ltd", "limited"),
        ("AG Barr plc", "ag barr"),
        ("Private Bank of Oslo", "private bank of oslo"),
        ("Limited Brands Inc", "limited brands"),
        ("Co-operative Bank", "co operative bank"),
        ("!!!", ""),
        ("", ""),
    ],
)
def test_name_key_drops_forms_only_at_the_ends_and_never_all(name: str, expected: str) -> None:
    assert names.name_key(name) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  São   Paulo ", "sao paulo"),
        ("McDonald's", "mcdonalds"),
        ("A-B/C", "a b c"),
        ("东京", "dong jing"),
        ("Ünïcødé № 5", "unicode no 5"),
    ],
)
def test_key(text: str, expected: str) -> None:
    assert names.key(text).startswith(expected)


def test_search_key_marks_places_and_says_each_word_once() -> None:
    found = names.search_key("Paris Paris Ltd", "Paris", "Île-de-France", "FR")
    assert found == "paris ltd @paris @ile @de @france @fr"


@given(st.text(max_size=60), st.text(max_size=20))
def test_keys_are_plain_words_and_agree(name: str, place: str) -> None:
    name_key, search_key = names.keys(name, place)
    assert name_key == names.name_key(name)
    assert search_key == names.search_key(name, place)
    assert set(name_key) <= set("abcdefghijklmnopqrstuvwxyz0123456789 ")
    assert "  " not in search_key
    assert bool(name_key) == bool(names.words(name))
    assert names.name_key(name_key) in (name_key, names.name_key(names.name_key(name_key)))
