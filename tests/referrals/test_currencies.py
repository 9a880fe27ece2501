"""Which currencies are offered, and which one first."""

import pytest
from django.utils import translation

from referrals.currencies import CURRENCIES, currency_of


@pytest.mark.parametrize(
    ("country", "code"), [("BR", "BRL"), ("PT", "EUR"), ("JP", "JPY"), ("AQ", "USD"), ("", "USD")]
)
def test_people_count_in_their_own(country: str, code: str) -> None:
    assert currency_of(country) == code


def test_names_speak_the_readers_language() -> None:
    with translation.override("pt-br"):
        assert dict(CURRENCIES())["BRL"] == "BRL · Real brasileiro"
    codes = [code for code, _name in CURRENCIES()]
    assert codes[0] == "USD"
    assert len(codes) == len(set(codes))
