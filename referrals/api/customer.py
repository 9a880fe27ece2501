"""Which customer a body means: one of the lists by its number, or one entered by hand."""

from django.core.exceptions import ValidationError

from portal.actions import customers
from portal.api.errors import Problem
from portal.models import Account, Person
from referrals.api.said import Profile
from referrals.forms.wizard import ByHand

PATHS = {
    "name": "customerProfile/name",
    "duns": "customerProfile/ids",
    "address_line1": "customerProfile/address/addressLine1",
    "city": "customerProfile/address/city",
    "state": "customerProfile/address/state",
    "postal_code": "customerProfile/address/postalCode",
    "country": "customerProfile/address/country",
}


def customer(profile: Profile, by: Person) -> Account:
    """The account, entered now where no list has it. Raises Problem, Refused, NotAllowed."""
    duns = ""
    for kind, given, path in profile.ids:
        if found := _listed(kind, given, by):
            return found
        if kind == "External":
            raise Problem("There is no such customer in the lists.", target=path)
        duns = given
    return _by_hand(profile, duns, by)


def _listed(kind: str, given: str, by: Person) -> Account | None:
    """By D-U-N-S number, or by the number that the vendor or this portal gave it. The same
    customer may be in several lists: the one that can be registered comes first."""
    seen = Account.objects.visible_to(by)
    if kind == "Duns":
        found = seen.filter(duns=given.replace("-", "").strip()).exclude(duns="")
        return min(found[:20], key=_rank, default=None)
    try:
        return min(seen.filter(tpid=given)[:20], key=_rank, default=None) or seen.get(pk=given)
    except (ValidationError, Account.DoesNotExist):
        return None


def _rank(account: Account) -> tuple[int, object]:
    return list(Account.Kind).index(Account.Kind(account.kind)), account.pk


def _by_hand(profile: Profile, duns: str, by: Person) -> Account:
    form = ByHand({"name": profile.name, "duns": duns, **profile.address})
    if not form.is_valid():
        name, errors = next(iter(form.errors.items()))
        raise Problem(" ".join(map(str, errors)), target=PATHS.get(name, "customerProfile"))
    more = {"address_line2": profile.address.get("address_line2", "")}
    return customers.enter_by_hand(by=by, **form.account(), **more)
