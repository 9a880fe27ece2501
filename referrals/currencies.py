"""Currencies to choose from, the common ones first. Names by the reader's language."""

from collections.abc import Iterator

from babel import Locale
from babel.numbers import get_territory_currencies, list_currencies
from django.utils.translation import get_language, to_locale

COMMON = ("USD", "EUR", "BRL", "GBP", "INR", "JPY", "MXN", "CAD", "AUD", "CHF")
TODAY = tuple(
    code
    for code in (
        "AED ARS BDT BGN CLP CNY COP CZK DKK EGP HKD HUF IDR ILS ISK KES KRW KWD KZT LKR MAD MYR "
        "NGN NOK NZD PEN PHP PKR PLN QAR RON RSD SAR SEK SGD THB TRY TWD TZS UAH UYU VND ZAR"
    ).split()
    if code in list_currencies()
)


def CURRENCIES() -> Iterator[tuple[str, str]]:  # noqa: N802 — choices, read when a form is shown
    """(code, "code · name") pairs."""
    names = Locale.parse(to_locale(get_language() or "en"), sep="_").currencies
    for code in (*COMMON, *TODAY):
        yield code, f"{code} · {names.get(code, code)}"


def currency_of(country: str) -> str:
    """The currency that people of this country count in; dollars where we can't say."""
    known = get_territory_currencies(country) if country else []
    return next((code for code in known if code in (*COMMON, *TODAY)), COMMON[0])
