"""Customers are found as people type them; on SQLite and on PostgreSQL alike."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import search as rules
from portal.lookup import MOST, Tab
from portal.models import Account, Company, Person
from portal.search import Result, search

MANAGED, UNMANAGED, REGISTER, MANUAL = Account.Kind


def make(name: str, kind: str = MANAGED, **fields: object) -> Account:
    fields = {"country": "BR", "city": "São Paulo", **fields}
    return Account.objects.create(name=name, kind=kind, **fields)


def found(result: Result) -> list[str]:
    return [row.account.name for row in result.rows]


@pytest.fixture
def directory(db: None) -> None:
    make("Conceição Engenharia Ltda.")
    make("Müller & Söhne GmbH & Co. KG", country="DE", city="München", state="Bayern")
    make("Woodgrove Bank S.A.", country="PT", city="Lisboa")
    make("Woodgrove Bank Research Institute of Finance", country="US", city="Seattle")
    make("Adventure Works Cycles Pvt. Ltd.", country="IN", city="Pune", state="Maharashtra")
    make("Northwind Traders Inc.", country="US", city="Portland", state="OR", duns="123456789")
    make("Lucerne Publishing", UNMANAGED, country="CH", city="Luzern")
    make("Wingtip Toys", REGISTER, country="GB", city="London", duns="987654321")


@pytest.mark.rule("CUST-002")
@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("conceicao engenharia", "Conceição Engenharia Ltda."),
        ("CONCEIÇÃO", "Conceição Engenharia Ltda."),
        ("engenharia conceicao", "Conceição Engenharia Ltda."),
        ("conceicao engenharia limitada", "Conceição Engenharia Ltda."),
        ("conc", "Conceição Engenharia Ltda."),
        ("con", "Conceição Engenharia Ltda."),
        ("co", "Conceição Engenharia Ltda."),
        ("engenharia conc", "Conceição Engenharia Ltda."),
        ("conceicao l", "Conceição Engenharia Ltda."),
        ("muller sohne", "Müller & Söhne GmbH & Co. KG"),
        ("Müller und Söhne GmbH", "Müller & Söhne GmbH & Co. KG"),
        ("mueller soehne", "Müller & Söhne GmbH & Co. KG"),
        ("adventure wokrs", "Adventure Works Cycles Pvt. Ltd."),
        ("advenutre works", "Adventure Works Cycles Pvt. Ltd."),
        ("nortwind", "Northwind Traders Inc."),
        ("Northwimd Trades", "Northwind Traders Inc."),
        ("northwind portland", "Northwind Traders Inc."),
        ("12-345-6789", "Northwind Traders Inc."),
    ],
)
def test_search_finds_as_typed(directory: None, ana: Person, query: str, name: str) -> None:
    assert found(search(query, person=ana))[:1] == [name]


@pytest.mark.parametrize(
    "location",
    [
        "München",
        "munchen",
        "Bayern",
        "Germany",
        "Alemanha",
        "DEU",
        "DE",
        "münchen, germany",
        "Munchen Alemanha",
        "Mumchen",
        "mün",
    ],
)
def test_search_by_location(directory: None, ana: Person, location: str) -> None:
    make("Müller Textil AG", country="CH", city="Zürich", state="Zürich")
    assert found(search("muller", location, person=ana)) == ["Müller & Söhne GmbH & Co. KG"]


def test_search_location_is_not_looked_for_in_the_name(directory: None, ana: Person) -> None:
    make("London Fashion", country="FR", city="Paris")
    make("Best Fashion", country="GB", city="London")
    assert found(search("fashion", "london", person=ana)) == ["Best Fashion"]


def test_search_puts_the_best_match_first(directory: None, ana: Person) -> None:
    assert found(search("woodgrove bank", person=ana)) == [
        "Woodgrove Bank S.A.",
        "Woodgrove Bank Research Institute of Finance",
    ]


@pytest.mark.rule("CUST-001")
def test_search_counts_every_tab(directory: None, ana: Person) -> None:
    make("Wingtip Flowers", UNMANAGED)
    make("Wingtip Flowers Two", UNMANAGED)
    result = search("wingtip", person=ana, kind=Tab.OTHER)
    assert [(t.tab, t.count, t.current) for t in result.tabs] == [
        (Tab.MANAGED, "0", False),
        (Tab.UNMANAGED, "2", False),
        (Tab.OTHER, "1", True),
    ]
    assert found(result) == ["Wingtip Toys"]
    assert not result.tolerant


def test_search_is_tolerant_only_when_nothing_is_as_typed(directory: None, ana: Person) -> None:
    make("Northwund Film")
    assert not search("northwind", person=ana).tolerant
    assert found(search("northwind", person=ana)) == ["Northwind Traders Inc."]
    assert search("nortwind", person=ana).tolerant


def test_search_more_goes_further(directory: None, ana: Person) -> None:
    make("Northwund Film")
    more = search("northwind", person=ana, wide=True)
    assert found(more) == ["Northwind Traders Inc.", "Northwund Film"]
    assert found(search("northwind bakery", person=ana)) == []
    assert "Northwind Traders Inc." in found(search("northwind bakery", person=ana, wide=True))


@pytest.mark.rule("CUST-003")
def test_search_folds_linked_accounts(directory: None, ana: Person) -> None:
    group = uuid4()
    for city in ("Recife", "Campinas", "Goiânia"):
        make("Litware Brasil", city=city, group=group)
    make("Litware Peru", country="PE")
    result = search("litware brasil", person=ana)
    assert (found(result), result.total) == (["Litware Brasil"], "1")
    assert len(result.rows[0].siblings) == 2
    assert result.tabs[0].count == "3"
    assert search("litware", person=ana, kind=Tab.UNMANAGED).tabs[0].count == "4"
    # a sibling whose own name does not match is shown too
    Account.objects.filter(city="Recife").update(search_key="other", name_key="other")
    assert len(search("litware brasil", person=ana).rows[0].siblings) == 2


@pytest.mark.rule("CUST-004")
def test_search_hides_other_companies_manual_accounts(
    directory: None, ana: Person, carla: Person, sam: Person
) -> None:
    make("Proseware Own", MANUAL, entered_by=ana.company)
    make("Proseware Foreign", MANUAL, entered_by=carla.company)
    assert found(search("proseware", person=ana, kind=Tab.OTHER)) == ["Proseware Own"]
    assert found(search("proseware", person=carla, kind=Tab.OTHER)) == ["Proseware Foreign"]
    assert len(found(search("proseware", person=sam, kind=Tab.OTHER))) == 2
    assert search("proseware", person=carla).tabs[2].count == "1"


@pytest.mark.parametrize("query", ["", " ", "a", "!", "'", '"', "(", "%"])
def test_search_waits_for_two_letters(directory: None, ana: Person, query: str) -> None:
    assert search(query, person=ana).too_short


@pytest.mark.parametrize(
    "query", ["a' OR 1=1", 'x" OR *', "co:* & !x", "%%", "AND OR NOT", "\x00ab", "ab" * 500, "x @y"]
)
def test_search_survives_odd_input(directory: None, ana: Person, query: str) -> None:
    for wide in (False, True):
        search(query, query, person=ana, wide=wide, cursor="x")


def test_search_pages(ana: Person) -> None:
    Account.objects.bulk_create(_many(60))
    first = search("relecloud", person=ana)
    second = search("relecloud", person=ana, cursor=first.next)
    last = search("relecloud", person=ana, cursor=second.next)
    assert [len(r.rows) for r in (first, second, last)] == [25, 25, 10]
    assert (first.previous, second.previous, last.next) == ("", "0", "")
    assert len({row.account.pk for r in (first, second, last) for row in r.rows}) == 60


def _many(size: int) -> list[Account]:
    rows = [Account(name=f"Relecloud {n:04}", kind=MANAGED, country="US") for n in range(size)]
    for row in rows:
        row.rekey()
    return rows


def test_search_counts_to_a_thousand(ana: Person) -> None:
    Account.objects.bulk_create(_many(MOST + 5))
    result = search("relecloud", person=ana)
    assert result.total == result.tabs[0].count == "1,000+"
    assert search("relecloud", person=ana, kind=Tab.OTHER).tabs[0].count == "1,000+"
    assert found(search("relecloud 0700", person=ana)) == ["Relecloud 0700"]


@pytest.mark.parametrize("query", ["relecloud", "relecluod", "nothing like it"])
def test_search_takes_the_same_queries_for_three_and_three_hundred(ana: Person, query: str) -> None:
    taken = []
    for size in (3, 300):
        Account.objects.all().delete()
        Account.objects.bulk_create(_many(size))
        with CaptureQueriesContext(connection) as queries:
            search(query, person=ana, limit=100)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 6


def test_search_follows_every_kind_of_write(ana: Person) -> None:
    account = make("Alpine Ski House")
    account.name = "Humongous Insurance"
    account.save()
    assert found(search("humongous", person=ana)) == ["Humongous Insurance"]
    assert found(search("humongos", person=ana)) == ["Humongous Insurance"]
    assert found(search("alpine ski", person=ana)) == []
    account.delete()
    assert found(search("humongous", person=ana)) == []


def test_read_lets_legal_forms_go_unless_nothing_is_left() -> None:
    assert rules.read("Contoso Pvt Ltd").words == ("contoso",)
    assert rules.read("Ltd").words == ("ltd",)
    assert rules.read("contoso d").words == ("contoso",)


def test_manual_account_needs_its_company_only_there(db: None) -> None:
    company = Company.objects.create(name="X", country="BR")
    with pytest.raises(Exception, match="account_entered_by_hand"):
        make("No", MANAGED, entered_by=company)
