"""The list of deals: who sees what, in which order, under which filters."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from portal import clock
from portal.models import Company, Person
from referrals.choices import DealType
from referrals.lifecycle.referral import Status
from referrals.listing import columns, derived, page, tabs
from referrals.listing import query as queries
from referrals.listing.keyset import ORDERS
from referrals.models import Draft, Favourite, Referral, ReferralSolution, TeamMember
from tests.conftest import make_account, past
from tests.referrals.conftest import Make

pytestmark = pytest.mark.django_db


def shown(client: Any, url: str) -> set[Any]:
    """The ids of the rows on a page of the list."""
    return {row["id"] for row in client.get(url).context["page"].rows}


def ids(*rows: Referral) -> set[Any]:
    return {row.pk for row in rows}


# --- tabs -----------------------------------------------------------------------------


def test_tabs_of_a_partner(
    make: Make, login: Any, ana: Person, fabrikam: Company, vendor: Company
) -> None:
    inbound = make(status="pending", sender=fabrikam)
    outbound = make()
    starred = make(status="won")
    Favourite.objects.create(person=ana, referral=starred)
    client = login(ana)
    assert shown(client, "/deals/?tab=inbound") == ids(inbound)
    assert shown(client, "/deals/?tab=outbound") == ids(outbound, starred)
    assert shown(client, "/deals/?tab=favourites") == ids(starred)
    found = client.get("/deals/").context["tabs"]
    assert [tab["count"] for tab in found] == [1, 2, 1]


def test_tabs_of_the_vendor(
    make: Make, login: Any, sam: Person, ana: Person, fabrikam: Company, vendor: Company
) -> None:
    co_sell = make(visible=True)
    asked = make(vendor, deal=co_sell.deal, status="pending", sender=ana.company)
    led = make(fabrikam, visible=True)
    make(fabrikam)  # private
    own = make(vendor, visible=True)
    sent = make(fabrikam, deal=own.deal, sender=vendor, status="pending")
    client = login(sam)
    assert shown(client, "/deals/?tab=inbound") == ids(asked)
    assert shown(client, "/deals/?tab=outbound") == ids(sent)
    assert shown(client, "/deals/?tab=partner_led") == ids(led)


def test_counts_stop_at_a_thousand(monkeypatch: Any, make: Make, ana: Person) -> None:
    monkeypatch.setattr(tabs, "MANY", 2)
    for _ in range(4):
        make()
    assert tabs.counts(ana)["outbound"] == 3
    assert tabs.at_most(3) == "2+"


def test_nobody_sees_another_partners_deals(
    make: Make, login: Any, ana: Person, carla: Person, bruno: Person, paula: Person
) -> None:
    mine = make(name="Secret plan")
    second = ana.company.locations.order_by("partner_id")[1]
    elsewhere = make(name="Secret plan", location=second)
    on_team = make(name="Secret plan")
    TeamMember.objects.create(
        referral=on_team, company=ana.company, person=bruno, email="b@x.example", name="B"
    )
    addresses = [f"/deals/?tab={tab.name}" for tab in (*tabs.OF_PARTNERS, *tabs.OF_VENDOR)]
    addresses += ["/search/?q=secret", "/inbox/", "/deals/?tab=outbound&status=accepted"]
    for person, sees in (
        (ana, ids(mine, elsewhere, on_team)),
        (bruno, ids(on_team)),
        (carla, set()),
        (paula, set()),
    ):
        client = login(person)
        found = {pk for address in addresses for pk in shown(client, address)}
        assert found == sees, person


# --- filters ----------------------------------------------------------------------------


def filtered(person: Person, string: str) -> set[Any]:
    view = queries.read(QueryDict(f"tab=outbound&{string}"))
    return set(view.rows(person, clock.now()).values_list("pk", flat=True))


def test_filters_by_country_customer_and_location(make: Make, ana: Person) -> None:
    there = make_account("Grupo São João", country="BR")
    brazil, portugal = make(customer=there), make()
    second = ana.company.locations.order_by("partner_id")[1]
    moved = make(location=second)
    assert filtered(ana, "country=BR") == ids(brazil)
    assert filtered(ana, "country=BR&country=PT") == ids(brazil, portugal, moved)
    assert filtered(ana, "customer=sao+jo") == ids(brazil)
    assert filtered(ana, "customer=JOÃO+grupo") == ids(brazil)
    assert filtered(ana, f"location={second.pk}") == ids(moved)


def test_filters_by_solution(make: Make, ana: Person) -> None:
    with_it, _without = make(), make()
    solution = ana.company.solutions.first()
    ReferralSolution.objects.create(referral=with_it, solution=solution)
    assert filtered(ana, f"solution={solution.pk}") == ids(with_it)


def test_the_derived_type_filters_and_shows_as_the_model_says(
    make: Make, ana: Person, fabrikam: Company, vendor: Company, login: Any
) -> None:
    rows = {
        DealType.PRIVATE: make(),
        DealType.PARTNER_LED: make(visible=True),
        DealType.CO_SELL: make(visible=True),
        DealType.P2P: make(),
        DealType.P2P_VENDOR: make(visible=True),
        DealType.ASSESSMENT: make(motion="assessment"),
    }
    for kind in (DealType.CO_SELL, DealType.P2P_VENDOR, DealType.ASSESSMENT):
        make(vendor, deal=rows[kind].deal, sender=ana.company, status="pending")
    for kind in (DealType.P2P, DealType.P2P_VENDOR):
        make(fabrikam, deal=rows[kind].deal, sender=ana.company, status="pending")
    client = login(ana)
    for kind, row in rows.items():
        assert row.deal.type == kind
        assert filtered(ana, f"type={kind}") == ids(row)
    found = client.get("/deals/?tab=outbound&columns=type").context["page"].rows
    assert {r["id"]: r["type_code"] for r in found} == {r.pk: k for k, r in rows.items()}


@pytest.mark.parametrize("few", [0, 500])
def test_types_count_whom_others_invited(
    make: Make, ana: Person, sam: Person, fabrikam: Company, monkeypatch: Any, few: int
) -> None:
    """The vendor invites a partner into Ana's deal: Ana's company sent that leg to nobody."""
    monkeypatch.setattr(derived, "FEW", few)
    row, alone = make(visible=True), make(visible=True)
    asked = make(sam.company, deal=row.deal, sender=ana.company, status="accepted")
    invited = make(fabrikam, deal=row.deal, sender=sam.company, status="pending")
    assert filtered(ana, "type=p2p_vendor") == ids(row)
    assert filtered(ana, "type=co_sell") == set()
    assert filtered(ana, "type=partner_led&type=p2p_vendor") == ids(row, alone)
    for tab, leg in (("inbound", asked), ("outbound", invited)):
        for kind in DealType.values:
            view = queries.read(QueryDict(f"tab={tab}&type={kind}"))
            found = set(view.rows(sam, clock.now()).values_list("pk", flat=True))
            assert found == (ids(leg) if kind == "p2p_vendor" else set())


@pytest.mark.parametrize("status", Status.values)
def test_filters_by_status(make: Make, ana: Person, fabrikam: Company, status: str) -> None:
    rows = {code: make(status=code, sender=fabrikam) for code in Status.values}
    view = queries.read(QueryDict(f"tab=inbound&status={status}"))
    found = view.rows(ana, clock.now())
    assert [r.pk for r in found] == [rows[status].pk]


def test_overdue_is_expired_at_the_second(
    make: Make, login: Any, ana: Person, fabrikam: Company
) -> None:
    late = make(status="pending", sender=fabrikam)
    past(late)
    client = login(ana)
    assert shown(client, "/deals/?tab=inbound&status=expired") == ids(late)
    assert shown(client, "/deals/?tab=inbound&status=pending") == set()
    assert shown(client, "/inbox/") == set()
    row = client.get("/deals/?tab=inbound").context["page"].rows[0]
    assert row["shown"] == "expired"
    assert "Expired" in client.get("/deals/?tab=inbound").content.decode()


@pytest.mark.parametrize(
    "string",
    [
        "status=nonsense&type=x&country=ZZ&solution=1&location=%00",
        "sort=password&size=7&after=x&before=x&tab=admin",
        "customer=%27%3B+DROP+TABLE%00&columns=name,secret,,%00",
        "after=" + "A" * 3000,
        "size=²&country=" + "&country=".join(["PT"] * 400),
    ],
)
def test_what_a_url_cannot_mean_is_left_out(
    make: Make, login: Any, ana: Person, string: str
) -> None:
    make()
    answer = login(ana).get(f"/deals/?{string}")
    assert answer.status_code == 200


@pytest.mark.rule("DEAL-039")
def test_filters_are_kept_until_cleared_and_the_url_wins(
    make: Make, login: Any, ana: Person
) -> None:
    client = login(ana)
    make()
    view = {"view": "tab=outbound", "country": ["BR", ""], "status": "won"}
    answer = client.post("/deals/view/", view)
    assert answer.url == "/deals/?tab=outbound&status=won&country=BR"
    assert client.get("/deals/").url == "/deals/?status=won&country=BR"
    assert client.get("/deals/?tab=outbound").context["query"].filters == {}
    client.post("/deals/view/", {"view": "status=won&country=BR", "drop": "country:BR"})
    assert client.get("/deals/").url == "/deals/?status=won"
    answer = client.post("/deals/view/", {"view": "status=won", "do": "clear"})
    assert client.get("/deals/").status_code == 200
    ana.refresh_from_db()
    assert not ana.views["deals"].get("filters")


def test_the_filter_form_is_a_page_and_a_part(login: Any, ana: Person, sam: Person) -> None:
    client = login(ana)
    whole = client.get("/deals/filters/?country=BR").content.decode()
    assert "<h1>" in whole
    assert 'value="BR" checked' in whole
    part = client.get("/deals/filters/", headers={"HX-Request": "true"}).content.decode()
    assert "<h1>" not in part
    assert login(sam).get("/deals/filters/").status_code == 200


# --- columns --------------------------------------------------------------------------


@pytest.mark.rule("DEAL-039")
def test_nine_columns_at_most_and_three_stay(make: Make, login: Any, ana: Person) -> None:
    make()
    every = [column.name for column in columns.OPTIONAL]
    client = login(ana)
    answer = client.get(f"/deals/?columns={','.join(every)}")
    shown_columns = [c.name for c in answer.context["listing"].columns]
    assert len(shown_columns) == 9
    assert shown_columns[:3] == ["name", "customer", "status"]
    client.post("/deals/view/", {"view": "tab=outbound", "do": "columns", "columns": every})
    ana.refresh_from_db()
    assert len(ana.views["deals"]["columns"]) == 6
    client.post(
        "/deals/view/", {"view": "tab=outbound", "do": "columns", "columns": ["crm", "partner"]}
    )
    answer = client.get("/deals/?tab=outbound")
    names = [c.name for c in answer.context["listing"].columns]
    assert names == ["name", "customer", "status", "crm"]  # `partner` is the vendor's column
    client.post("/deals/view/", {"view": "", "do": "columns", "usual": "1", "columns": ["crm"]})
    names = [c.name for c in client.get("/deals/").context["listing"].columns]
    assert "crm" not in names


@pytest.mark.parametrize("column", [c.name for c in columns.OPTIONAL])
def test_every_column_shows(make: Make, login: Any, sam: Person, ana: Person, column: str) -> None:
    led = make(visible=True)
    make(sam.company, deal=led.deal, sender=ana.company, status="pending", help="proof")
    for person, tab in ((ana, "outbound"), (sam, "inbound")):
        answer = login(person).get(f"/deals/?tab={tab}&columns={column}")
        assert answer.status_code == 200
        assert len(answer.context["page"].rows) == 1


# --- order and pages ------------------------------------------------------------------------


@pytest.fixture
def sixty(make: Make, fabrikam: Company) -> list[Referral]:
    """Rows with many equal values in each order."""
    customers = [make_account(f"Customer {n}") for n in range(3)]
    moment = clock.now() + timedelta(days=2)
    rows = []
    for n in range(60):
        pending = n % 3 == 0
        fields = {"due_at": moment + timedelta(hours=n % 4)} if pending else {}
        rows.append(
            make(
                status="pending" if pending else ("accepted", "won")[n % 2],
                sender=fabrikam,
                customer=customers[n % 3],
                name=f"Deal {n % 5}",
                value=Decimal(100 + n % 4),
                close_on=date(2027, 1, 1 + n % 6),
                created_at=moment - timedelta(days=n % 7),
                **fields,
            )
        )
    return rows


@pytest.mark.parametrize("sort", [f"{sign}{name}" for name in ORDERS for sign in ("", "-")])
def test_pages_hold_every_row_once_in_both_directions(
    sixty: list[Referral], login: Any, ana: Person, sort: str
) -> None:
    client = login(ana)

    def walk(way: str, parameter: str, cursor: str) -> list[list[Any]]:
        pages = []
        while True:
            found = client.get(f"/deals/?tab=inbound&sort={sort}&{parameter}={cursor}")
            page_shown = found.context["page"]
            pages.append([row["id"] for row in page_shown.rows])
            cursor = getattr(page_shown, way)
            if not cursor:
                return pages

    forth = walk("next", "after", "")
    flat = [pk for page_rows in forth for pk in page_rows]
    assert [len(p) for p in forth] == [25, 25, 10]
    assert len(set(flat)) == len(flat) == 60
    last = client.get(
        f"/deals/?tab=inbound&sort={sort}&after={_cursor_of(client, sort, forth)}"
    ).context["page"]
    back = walk("previous", "before", last.previous)
    assert [pk for page_rows in reversed(back) for pk in page_rows] == flat[:50]
    values = dict(
        Referral.objects.annotate(_v=ORDERS[sort.lstrip("-")].by()).values_list("pk", "_v")
    )
    pairs = [(values[pk], pk.hex) for pk in flat]
    assert pairs == sorted(pairs, reverse=sort.startswith("-"))


def test_lists_of_all_companies_are_sorted_by_date_only(
    make: Make, login: Any, sam: Person, ana: Person, fabrikam: Company, vendor: Company
) -> None:
    """No index could sort everybody's deals by value; a crafted address gets the newest first."""
    own = make(vendor, visible=True)
    sent = [make(fabrikam, deal=own.deal, sender=vendor, value=Decimal(3))]
    sent.append(make(ana.company, deal=own.deal, sender=vendor, value=Decimal(9)))
    led = [make(fabrikam, visible=True, value=Decimal(n)) for n in (1, 8)]
    asked = make(vendor, sender=fabrikam, visible=True, status="pending")
    client = login(sam)
    for address, rows in (("tab=outbound", sent), ("tab=partner_led", led)):
        answer = client.get(f"/deals/?{address}&sort=value")
        assert [r["id"] for r in answer.context["page"].rows] == [r.pk for r in reversed(rows)]
        text = answer.content.decode()
        assert "sort=created" in text
        assert "sort=customer" not in text
        assert "sort=left" not in text
    answer = client.get("/search/?q=data&sort=value").context["page"]
    assert answer.rows[0]["id"] == asked.pk
    assert "sort=value" in client.get("/deals/?tab=inbound").content.decode()
    assert "sort=value" in login(ana).get("/deals/?tab=inbound").content.decode()


def test_neighbours_and_downloads_keep_to_the_orders_of_a_tab(
    make: Make, sam: Person, fabrikam: Company
) -> None:
    led = [make(fabrikam, visible=True, value=Decimal(n)) for n in (1, 8, 4)]
    assert queries.of(sam, "tab=outbound&sort=value").sort == "-created"
    assert queries.of(sam, "tab=partner_led&sort=customer").sort == "-created"
    found = page.neighbours(sam, led[1], "tab=partner_led&sort=value")
    assert (found.previous, found.next) == (led[2].pk, led[0].pk)


def _cursor_of(client: Any, sort: str, forth: list[list[Any]]) -> str:
    first = client.get(f"/deals/?tab=inbound&sort={sort}").context["page"]
    second = client.get(f"/deals/?tab=inbound&sort={sort}&after={first.next}").context["page"]
    assert [r["id"] for r in second.rows] == forth[1]
    return second.next


def test_a_row_comparison_reaches_the_database(sixty: list[Referral], ana: Person) -> None:
    view = queries.read(QueryDict("tab=inbound&sort=-value"))
    now = clock.now()
    first = page.listing(ana, view, now).page
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page.listing(
            ana, queries.read(QueryDict(f"tab=inbound&sort=-value&after={first.next}")), now
        )
    sql = asked.captured_queries[-1]["sql"]
    assert "OFFSET" not in sql
    assert '("referrals_referral"."value", "referrals_referral"."id") <' in sql


def test_neighbours_follow_the_order_of_the_list(sixty: list[Referral], ana: Person) -> None:
    view = "tab=inbound&sort=customer"
    rows = list(queries.of(ana, view).rows(ana, clock.now()))
    order = sorted(rows, key=lambda r: (r.customer_key, r.pk.hex))
    for place in (0, 17, 59):
        found = page.neighbours(ana, order[place], view)
        before = order[place - 1].pk if place else None
        after = order[place + 1].pk if place < 59 else None
        assert (found.previous, found.next) == (before, after)


@pytest.mark.parametrize("tab", ["inbound", "outbound", "favourites"])
def test_as_many_queries_for_3_rows_as_for_30(
    make: Make, login: Any, ana: Person, fabrikam: Company, vendor: Company, tab: str
) -> None:
    client = login(ana)

    def cost(n: int) -> int:
        for _ in range(n):
            for sender in (fabrikam, None):
                row = make(sender=sender, visible=True)
                make(vendor, deal=row.deal, sender=ana.company, status="pending")
                Favourite.objects.create(person=ana, referral=row)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/deals/?tab={tab}")
        assert len(answer.context["page"].rows) >= min(n, 25)
        return len(asked.captured_queries)

    few, many = cost(3), cost(27)
    assert few == many
    assert few <= 8


def test_the_inbox_shows_the_most_urgent_first(
    make: Make, login: Any, sam: Person, ana: Person, vendor: Company
) -> None:
    now = clock.now()
    rows = [
        make(
            vendor,
            visible=True,
            sender=ana.company,
            status="pending",
            help="proof",
            due_at=now + timedelta(days=d),
        )
        for d in (5, 1, 9)
    ]
    make(vendor, visible=True, sender=ana.company)
    answer = login(sam).get("/inbox/")
    assert [r["id"] for r in answer.context["page"].rows] == [rows[n].pk for n in (1, 0, 2)]
    text = answer.content.decode()
    assert "Proof of concept or demo" in text
    assert "Contoso" in text


def test_drafts_stand_on_top_of_outbound(login: Any, ana: Person, carla: Person) -> None:
    Draft.objects.create(person=ana, data={"details": {"name": "Half a deal"}})
    Draft.objects.create(person=carla, data={"details": {"name": "Hers"}})
    answer = login(ana).get("/deals/?tab=outbound").content.decode()
    assert "Half a deal" in answer
    assert "Hers" not in answer


def test_preview_is_a_part_and_a_page_of_what_may_be_seen(
    make: Make, login: Any, ana: Person, carla: Person
) -> None:
    row = make(name="Preview me")
    client = login(ana)
    assert "<h1>Preview me" in client.get(f"/deals/{row.pk}/preview/").content.decode()
    part = client.get(f"/deals/{row.pk}/preview/", headers={"HX-Request": "true"})
    assert part.content.decode().lstrip().startswith("<aside")
    assert login(carla).get(f"/deals/{row.pk}/preview/").status_code == 404
