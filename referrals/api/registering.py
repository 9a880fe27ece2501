"""A registration on the wire: read, entered, and sent as soon as it is complete.

The wire has no field for the signed contract, nor for what a person confirms about it. Where
only these are missing the registration is kept, and is to be finished in the portal.
"""

from typing import Any

from portal.api.errors import Problem
from portal.models import Person
from portal.steps import problems
from referrals.actions import registration as actions
from referrals.api.reading import Fields
from referrals.api.said import currency
from referrals.api.words import IP_CO_SELL, PRICING, TENANTS, TERMS, Words
from referrals.choices import Deployment
from referrals.lifecycle.contract_rules import RULES
from referrals.models import Referral, Registration

TYPES = Words({"ip": IP_CO_SELL})
CONTRACT, SOLUTION = "registrations/0/contract", "registrations/0/solutionDetails/0"
MARKETPLACE = f"{SOLUTION}/marketplaceTransactionDetails"
# field of a registration -> its path; those that are missing here are entered in the portal
FIELDS = {
    "total_value": f"{CONTRACT}/value",
    "starts_on": f"{CONTRACT}/startDateTime",
    "ends_on": f"{CONTRACT}/endDateTime",
    "signed_on": f"{CONTRACT}/signDateTime",
    "term": f"{CONTRACT}/term",
    "solution_value": f"{SOLUTION}/value",
    "currency": f"{SOLUTION}/currency",
    "deployment": f"{SOLUTION}/isDeployedOnAzure",
    "tenant": f"{SOLUTION}/primaryDeploymentOn",
    "pricing": f"{SOLUTION}/pricingModel",
    "is_marketplace": f"{MARKETPLACE}/isMarketplaceTransacted",
    "marketplace_on": f"{MARKETPLACE}/marketplaceTransactionDateTime",
}
PATHS = tuple(f"/{path}" for path in FIELDS.values())
BESIDE = {"solution": f"{SOLUTION}/id", "": "registrations"}
IN_PORTAL = ("documents", "names_both", "holds_contract")
READ_ONLY = ("id", "registrationDateTime", "status", "statusReason", "statusHistory")
Entry = dict[str, Any]


def read_one(fields: Fields, wire: str) -> Entry:
    """The value of one of PATHS, by the name of our field."""
    path = fields.at(wire)
    name = next(ours for ours, known in FIELDS.items() if known == path)
    return {name: _value(name, fields, wire)}


def _value(name: str, fields: Fields, wire: str) -> Any:
    if name in ("term", "tenant", "pricing"):
        words = {"term": TERMS, "tenant": TENANTS, "pricing": PRICING}[name]
        return fields.one_of(wire, words) or ""
    if name == "deployment":
        return {True: Deployment.AZURE, False: Deployment.OTHER, None: ""}[fields.flag(wire)]
    if name == "is_marketplace":
        return fields.flag(wire)
    if name == "currency":
        return currency(fields, wire)
    return fields.day(wire) if name.endswith("_on") else fields.number(wire)


def read(value: Fields) -> Entry:
    """A whole registration, as it is added at `/registrations/-`."""
    value.one_of("type", TYPES)
    found: Entry = {}
    contract = value.part("contract")
    found |= _all(contract, CONTRACT)
    money = currency(contract, "currency")
    contract.done()
    rows = value.rows("solutionDetails", most=1)
    for row in rows:
        found |= _solution(row)
    if money and found.setdefault("currency", money) != money:
        raise contract.wrong("currency", "Contract and solution have one currency.")
    value.skip(*READ_ONLY)
    value.done()
    return found


def _solution(row: Fields) -> Entry:
    books = row.part("marketplaceTransactionDetails")
    found = _all(row, SOLUTION) | _all(books, MARKETPLACE)
    books.done()
    found |= {"solution": row.text("id", 40)} if row.has("id") else {}
    row.skip("name")
    row.done()
    return found


def _all(fields: Fields, parent: str) -> Entry:
    """What is said of the fields that stand directly under this path."""
    known = {path.removeprefix(f"{parent}/"): name for name, path in FIELDS.items()}
    said = {wire: name for wire, name in known.items() if "/" not in wire}
    given = {name: _value(name, fields, wire) for wire, name in said.items() if fields.has(wire)}
    fields.skip(*said)
    return given


def begin(referral: Referral, said: Entry, *, by: Person) -> Registration:
    """Register, and send it. Raises Refused, or Problem 409 naming what is not right."""
    registration = enter(actions.register(referral, by=by), said, by=by)
    return _send(registration, by=by, only=None)


def correct(referral: Referral, said: Entry, *, by: Person) -> Registration:
    """Change what was said, and send it when it is complete."""
    registration = Registration.objects.filter(referral=referral).first()
    if registration is None:
        raise Problem("There is no registration yet.", target="registrations/0", status=409)
    return _send(enter(registration, said, by=by), by=by, only=set(said))


def enter(registration: Registration, said: Entry, *, by: Person) -> Registration:
    values = {name: given for name, given in said.items() if name != "solution"}
    if not values.get("currency", "-"):
        del values["currency"]
    if "solution" in said:
        values["solution_id"] = _sold(registration, said["solution"])
    return actions.edit(registration, by=by, **values)


def _sold(registration: Registration, given: str) -> Any:
    """One of the deal's own solutions, by the vendor's id or by ours."""
    for one in registration.referral.solutions.all():
        if given in (one.code, str(one.pk)):
            return one.pk
    raise Problem("This is no solution of the deal.", target=BESIDE["solution"])


def _send(registration: Registration, *, by: Person, only: set[str] | None) -> Registration:
    """Submit it, or keep it where the rest is for the portal. `only`: of a correction, the
    fields that it spoke of; what else is missing may follow."""
    unmet = problems(registration, "submit")
    told = [one for one in unmet if one[0] not in IN_PORTAL]
    for name, said in told:
        if only is None or name in only:
            path = FIELDS.get(name) or BESIDE.get(name, name)
            raise Problem(said, target=path, status=409, code=_rule(registration, name))
    return registration if unmet else actions.submit(registration, by=by)


def _rule(registration: Registration, name: str) -> str:
    """The rule about this field that is not met."""
    found = (rule for rule in RULES if rule.field == name and not rule(registration))  # type: ignore[attr-defined]
    return next((rule.__name__ for rule in found), "refused")
