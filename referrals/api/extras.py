"""What the wire says that has no field of ours: checked, kept in `Referral.wire`, given back.

As the wire has it, and nothing that was not said:
size, qualification, region, referralProgram, customerAction, customerRequestedContact
consent         {name: true or false}, as given when the referral was opened
contacts        further people of the customer
requirements    {industries, products, services, offers, salesPlays: [{id}],
                 solutions: [{id, type: Category}], additionalRequirements: {iot: {…}}}
prices          solution id -> {price, quantity, currency, closingDateTime}
"""

from typing import Any

from referrals.api.lists import CATEGORIES, INDUSTRIES, PRODUCTS, SERVICES
from referrals.api.reading import Fields
from referrals.api.words import Words

LISTS: dict[str, Words] = {"industries": INDUSTRIES, "products": PRODUCTS, "services": SERVICES}
FREE = ("offers", "salesPlays")
IOT = (
    "customerLicenseAgreementNumber",
    "deviceCategory",
    "siliconType",
    "azureCertifiedDevice",
    "attachServices",
)


def said(**values: Any) -> dict[str, Any]:
    """Without what was not said."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def lists(requirements: Fields) -> dict[str, Any]:
    """Industries, products, services, offers and sales plays; `id` is all that they have."""
    found = {name: _listed(requirements, name, words) for name, words in LISTS.items()}
    return said(**found, **{name: _listed(requirements, name) for name in FREE})


def _listed(requirements: Fields, name: str, words: Words | None = None) -> list[dict[str, str]]:
    ids = []
    for row in requirements.rows(name):
        ids.append((row.one_of("id", words) if words else row.text("id", 100)) or "")
        row.skip("name")
        row.done()
    return [{"id": one} for one in dict.fromkeys(filter(None, ids))]


def category(row: Fields) -> str:
    """The id of a solution category, where this is one."""
    kind = str(row.value.get("type") or row.value.get("SolutionType") or "None")
    known = CATEGORIES.read(row.value.get("id"))
    if kind == "Category" and not known:
        row.one_of("id", CATEGORIES)
    return known if known and kind != "Name" else ""


def price(row: Fields) -> dict[str, Any]:
    """What a solution costs in this deal."""
    number, quantity = row.number("price"), row.number("quantity")
    on = row.day("closingDateTime")
    return said(
        price=None if number is None else f"{number:f}",
        quantity=None if quantity is None else f"{quantity.normalize():f}",
        currency=row.text("currency", 3),
        closingDateTime=on and f"{on.isoformat()}T00:00:00Z",
    )


def iot(fields: Fields) -> dict[str, str]:
    found = {name: fields.text(name) for name in IOT}
    fields.done()
    return said(**found)
