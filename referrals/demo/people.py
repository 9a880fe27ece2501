"""The people of the demonstration, and those whose sign-ins are printed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from portal import names
from portal.models import Company, Location, Membership, Person, Role
from referrals.demo.directory import Directory, Partner
from referrals.demo.names import MARKETS

# The sandbox's, for everybody; the command prints it.
PASSWORD = "look-around-2026"  # noqa: S105  # nosec B105


@dataclass(frozen=True)
class Main:
    """Somebody to sign in as. `place` is the number of the one location, if it is only one."""

    code: str
    name: str
    home: str  # country of the partner, or "" for the vendor
    role: Role
    says: str
    title: str
    language: str = "en"
    place: int | None = None
    zone: str = ""

    @property
    def email(self) -> str:
        return f"{names.key(self.name).replace(' ', '.')}@{DOMAINS[self.home]}"


DOMAINS = {
    "": "vendor.example",
    "PT": "lumeeiro.example",
    "BR": "sabiadados.example",
    "US": "cobaltthrush.example",
    "PL": "brzaskowo.example",
}
R = Role
MAINS = (
    Main("marta", "Marta Figueiredo", "PT", R.REFERRALS_ADMIN,
         "referrals admin of a Portuguese partner", "Head of alliances", "pt-br"),
    Main("caio", "Caio Bittencourt", "BR", R.REFERRALS_ADMIN,
         "referrals admin of a Brazilian partner", "Partnerships director", "pt-br"),
    Main("grace", "Grace Holloway", "US", R.REFERRALS_ADMIN,
         "referrals admin of an American partner", "Alliance manager"),
    Main("rui", "Rui Tavares", "PT", R.REFERRALS_USER,
         "referrals user with one location (Porto)", "Account executive", place=1),
    Main("helena", "Helena Quintela", "PT", R.ACCOUNT_ADMIN,
         "account admin: people and roles", "IT manager"),
    Main("duarte", "Duarte Salgueiro", "PT", R.INCENTIVES_ADMIN,
         "incentives admin", "Finance manager"),
    Main("zofia", "Zofia Wróblewska", "PL", R.REFERRALS_ADMIN,
         "referrals admin without a co-sell-ready solution", "Owner"),
    Main("sofia", "Sofia Lindqvist", "", R.SELLER,
         "seller", "Account executive", zone="America/New_York"),
    Main("bruna", "Bruna Sequeira", "", R.SELLER,
         "second seller", "Partner seller", "pt-br", zone="Europe/Lisbon"),
    Main("rita", "Rita Pruitt", "", R.REVIEWER,
         "reviewer", "Programme reviewer", zone="America/Chicago"),
    Main("imani", "Imani Odhiambo", "", R.REVIEWER,
         "second reviewer: decides what Rita may not", "Programme reviewer", zone="Africa/Nairobi"),
    Main("otto", "Otto Vollmer", "", R.OPERATOR,
         "operator: opens the admin", "Programme operator", zone="Europe/Berlin"),
)  # fmt: skip
SELLERS = (("Kenji Amemiya", "Asia/Tokyo"), ("Nandini Rathore", "Asia/Kolkata"))
KIND = (  # role, at how many of the locations one by one; 0 is the whole company
    (Role.ACCOUNT_ADMIN, 0), (Role.REFERRALS_ADMIN, 0), (Role.REFERRALS_ADMIN, 1),
    (Role.REFERRALS_USER, 4), (Role.INCENTIVES_ADMIN, 0), (Role.INCENTIVES_USER, 1),
)  # fmt: skip
TITLES = {
    Role.ACCOUNT_ADMIN: "IT manager",
    Role.REFERRALS_ADMIN: "Partner manager",
    Role.REFERRALS_USER: "Account executive",
    Role.INCENTIVES_ADMIN: "Finance lead",
    Role.INCENTIVES_USER: "Finance analyst",
}


class Cast:
    """Everybody, found by what they may do."""

    def __init__(self) -> None:
        self.people: dict[str, Person] = {}
        self.posts: list[tuple[Person, Role, Location | None]] = []

    def main(self, code: str) -> Person:
        return self.people[next(m.email for m in MAINS if m.code == code)]

    def hire(self, person: Person, role: Role, place: Location | None = None) -> None:
        self.people[person.email] = person
        self.posts.append((person, role, place))

    def admins(self, company: Company, place: Location | None = None) -> list[Person]:
        """Sellers of the vendor; a partner's referrals admins who hold for this location."""
        wanted = Role.SELLER if company.is_vendor else Role.REFERRALS_ADMIN
        return [
            person
            for person, role, at in self.posts
            if person.company_id == company.pk and role == wanted and at in (None, place)
        ]

    def reviewers(self) -> list[Person]:
        """Who decides registrations, the main one first."""
        return [person for person, role, _at in self.posts if role == Role.REVIEWER]

    def users(self, place: Location | None) -> list[Person]:
        posts = [post for post in self.posts if post[1] == Role.REFERRALS_USER]
        return [person for person, _role, at in posts if place and at == place]


def make(directory: Directory, rng: Random, at: datetime) -> Cast:
    """Write everybody with their roles. One hash serves all: one password is all they have."""
    cast, password = Cast(), make_password(PASSWORD)
    for main in MAINS:
        cast.hire(*_main(main, directory, rng))
    for name, zone in SELLERS:
        seller = _person(name, directory.vendor, rng, title="Partner seller", zone=zone)
        cast.hire(seller, Role.SELLER)
    for partner in directory.partners:
        for role, place in _posts(partner):
            cast.hire(_newcomer(cast, partner, role, rng), role, place)
    for person in cast.people.values():
        person.password, person.created_at, person.updated_at = password, at, at
    Person.objects.bulk_create(cast.people.values())
    _write_roles(cast)
    _write_addresses(cast)
    return cast


def _main(main: Main, directory: Directory, rng: Random) -> tuple[Person, Role, Location | None]:
    partner = directory.partner(main.home) if main.home else directory.vendor
    person = _person(main.name, partner, rng, title=main.title, zone=main.zone)
    person.email, person.language = main.email, main.language
    person.is_staff = main.role == Role.OPERATOR
    place = None if main.place is None else partner.locations[main.place]
    return person, main.role, place


def _posts(partner: Partner) -> Iterator[tuple[Role, Location | None]]:
    for role, places in KIND:
        if not places:
            yield role, None
        for place in partner.locations[:places]:
            yield role, place


def _newcomer(cast: Cast, partner: Partner, role: Role, rng: Random) -> Person:
    market = MARKETS[partner.country]
    while True:
        person = _person(market.person(rng), partner, rng, title=TITLES[role])
        if person.email not in cast.people:
            return person


def _person(name: str, partner: Partner, rng: Random, *, title: str, zone: str = "") -> Person:
    market = MARKETS[partner.country]
    return Person(
        company=partner.company,
        name=name,
        email=f"{names.key(name).replace(' ', '.')}@{partner.domain}",
        phone=market.number(rng),
        title=title,
        language="pt-br" if market.country in ("PT", "BR") else "en",
        time_zone=zone or market.zone,
    )


def _write_addresses(cast: Cast) -> None:
    """The addresses as the sign-in library knows them: proved."""
    EmailAddress.objects.bulk_create(
        EmailAddress(user=person, email=person.email, verified=True, primary=True)
        for person in cast.people.values()
    )


def _write_roles(cast: Cast) -> None:
    rows = [Membership(person=p, role=r, whole_company=at is None) for p, r, at in cast.posts]
    Membership.objects.bulk_create(rows)
    places = [(row, at) for row, (_p, _r, at) in zip(rows, cast.posts, strict=True) if at]
    through = Membership.locations.through
    through.objects.bulk_create(through(membership=row, location=at) for row, at in places)
