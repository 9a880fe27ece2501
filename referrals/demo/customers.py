"""Three thousand customers: managed, unmanaged, from the register, and their near-doubles."""

from collections.abc import Iterator
from datetime import datetime
from random import Random
from uuid import UUID

from anyascii import anyascii

from portal.models import Account, AccountIdentifier
from referrals.demo.names import MARKETS, Market, filled

Kind = Account.Kind
KINDS = (Kind.MANAGED,) * 7 + (Kind.UNMANAGED,) * 7 + (Kind.REGISTER,) * 6
AGENCIES = (
    "Bureau of Coastal Surveys", "Office of Inland Waterways", "National Seed Archive",
    "Agency for Mountain Roads", "Federal Lighthouse Service", "Department of Tidal Energy",
    "Prairie Restoration Authority", "Administration for Rural Broadband",
)  # fmt: skip


def make(rng: Random, at: datetime) -> list[Account]:
    """Write the accounts of every market. Returns them in the order in which they were made."""
    accounts = [a for market in MARKETS.values() for a in _market(market, rng)]
    _link(accounts, rng)
    for account in accounts:
        _finish(account, at)
    Account.objects.bulk_create(accounts, batch_size=500)
    rows = [row for account in accounts for row in _identifiers(account, rng)]
    AccountIdentifier.objects.bulk_create(rows, batch_size=1000)
    return accounts


def _market(market: Market, rng: Random) -> Iterator[Account]:
    seen: set[str] = set()
    agencies = list(AGENCIES) if market.country == "US" else []
    while len(seen) < market.customers - len(agencies):
        account = _account(market, _name(market, rng), rng)
        if account.name in seen:
            continue
        seen.add(account.name)
        yield account
        room = len(seen) < market.customers - len(agencies)
        if room and rng.random() < 0.08:
            twin = _twin(account, market, rng)
            if twin.name not in seen:
                seen.add(twin.name)
                yield twin
    for n, name in enumerate(agencies):
        kind = Kind.REGISTER if n % 2 else Kind.MANAGED
        yield _account(market, name, rng, kind=kind, is_federal=True)


def _name(market: Market, rng: Random) -> str:
    own = rng.choice(market.surnames if rng.random() < 0.4 else market.roots)
    trade = rng.choice(market.trades)
    name = f"{trade} {own}" if market.trade_first else f"{own} {trade}"
    return with_form(name, rng.choice(market.forms))


def with_form(name: str, form: str) -> str:
    """A name with its legal form where that market writes it."""
    if form.startswith("株"):
        return f"{form}{name}"
    return f"{name}{'' if form.startswith(',') else ' '}{form}".strip()


def _account(
    market: Market, name: str, rng: Random, *, kind: str = "", is_federal: bool = False
) -> Account:
    kind = kind or rng.choice(KINDS)
    place = rng.choice(market.places)
    managed = kind == Kind.MANAGED
    return Account(
        kind=kind,
        name=name,
        address_line1=market.street(rng),
        address_line2=f"Floor {rng.randint(2, 30)}" if rng.random() < 0.1 else "",
        city=place.city,
        state=place.state,
        postal_code=filled(place.postal, rng),
        country=market.country,
        duns=filled("9########", rng) if kind == Kind.REGISTER or rng.random() < 0.7 else "",
        tpid=filled("1#######", rng) if managed else "",
        is_federal=is_federal,
        has_macc=managed and rng.random() < 0.25,
    )


def _twin(account: Account, market: Market, rng: Random) -> Account:
    """The same customer as somebody else wrote it down: searches and matching must cope."""
    kind = Kind.REGISTER if account.kind != Kind.REGISTER else Kind.UNMANAGED
    twin = _account(market, rng.choice(WRITERS)(account.name, market, rng), rng, kind=kind)
    for name in ("city", "state", "postal_code", "address_line1"):
        setattr(twin, name, getattr(account, name))
    if account.duns and rng.random() < 0.5:
        twin.duns = account.duns
    return twin


def _plain(name: str, market: Market, rng: Random) -> str:
    return anyascii(name) if not name.isascii() else name.upper()


def _other_form(name: str, market: Market, rng: Random) -> str:
    bare = max((f for f in market.forms if name.endswith(f)), key=len, default="")
    stem = name.removesuffix(bare).rstrip(", ")
    return with_form(stem, rng.choice([f for f in market.forms if f != bare]))


def _slip(name: str, market: Market, rng: Random) -> str:
    n = rng.randrange(1, max(2, len(name) // 2))
    return name[:n] + name[n + 1 :]


def _short(name: str, market: Market, rng: Random) -> str:
    first, *rest = name.split(" ")
    return " ".join([f"{first[:5]}.", *rest]) if len(first) > 6 else f"The {name}"


WRITERS = (_plain, _other_form, _slip, _short)


def _link(accounts: list[Account], rng: Random) -> None:
    """Groups of two to four accounts of one market that the vendor sees as one customer."""
    for _ in range(len(accounts) // 40):
        start, size = rng.randrange(len(accounts) - 4), rng.randint(2, 4)
        run = accounts[start : start + size]
        alone = all(a.group is None and a.country == run[0].country for a in run)
        if alone and not any(a.is_federal for a in run):
            group = UUID(int=rng.getrandbits(128), version=4)
            for account in run:
                account.group = group


def _finish(account: Account, at: datetime) -> None:
    account.rekey()
    account.created_at = account.updated_at = at


def _identifiers(account: Account, rng: Random) -> Iterator[AccountIdentifier]:
    """What the vendor knows of its customers; the register knows addresses only."""
    if account.kind == Kind.REGISTER:
        return
    domain = f"{account.name_key.replace(' ', '')[:40]}.{str(account.country).lower()}.example"
    yield AccountIdentifier(account=account, kind="domain", value=domain)
    if account.kind == Kind.MANAGED or rng.random() < 0.3:
        yield _uuid(account, "tenant", rng)
        for _ in range(rng.choice((0, 1, 1, 2))):
            yield _uuid(account, "subscription", rng)


def _uuid(account: Account, kind: str, rng: Random) -> AccountIdentifier:
    value = str(UUID(int=rng.getrandbits(128), version=4))
    return AccountIdentifier(account=account, kind=kind, value=value)
