"""The list of referrals: its pages, and what a query string may hold."""

from datetime import timedelta
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import clock
from referrals.models import Deal, Referral
from tests.calling import caller
from tests.referrals.api.asking import LIST, ask, names, refusal

pytestmark = pytest.mark.django_db


def fill(make, count: int, **fields):
    """Many deals of one company, opened and changed in one moment: (ids, the moment)."""
    first = make(**fields)
    moment = first.created_at
    deals = Deal.objects.bulk_create(
        Deal(customer=first.deal.customer, motion="ip") for _n in range(count - 1)
    )
    copied = {f.attname: getattr(first, f.attname) for f in first._meta.concrete_fields}
    del copied["id"], copied["deal_id"]
    Referral.objects.bulk_create(
        Referral(**copied | {"name": f"n{n:04}"}, deal=deal) for n, deal in enumerate(deals)
    )
    Referral.objects.update(created_at=moment, updated_at=moment)
    return {str(pk) for pk in Referral.objects.values_list("pk", flat=True)}, moment


def follow(call, answer, between=lambda: None):
    """Every page behind this one, verbatim as a client goes."""
    while True:
        assert answer.status_code == 200, answer.content
        said = answer.json()
        yield said
        link = said.get("@odata.nextLink")
        if not link:
            return
        assert link.startswith(f"{settings.BASE_URL}{LIST}?")
        between()
        answer = call.get(link.removeprefix(settings.BASE_URL))


@pytest.mark.rule("API-040")
@pytest.mark.parametrize("column", ["createdDateTime", "updatedDateTime"])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_pages_have_no_gap_and_no_double_while_others_write(make, ana, column, way) -> None:
    wanted, moment = fill(make, 503)
    call = caller(ana)
    step = iter(range(100))

    def between() -> None:
        """New rows on both sides of wherever the reader is, and beside it."""
        n = next(step)
        for at in (moment, moment - timedelta(seconds=1), moment + timedelta(seconds=1)):
            row = make(name=f"meanwhile {n}")
            Referral.objects.filter(pk=row.pk).update(created_at=at, updated_at=at)

    first = ask(call, orderby=f"{column} {way}", select="id")
    pages = list(follow(call, first, between))
    seen = [one["id"] for page in pages for one in page["value"]]
    assert len(seen) == len(set(seen))
    assert wanted <= set(seen)
    assert [len(page["value"]) for page in pages[:5]] == [settings.API_PAGE] * 5


@pytest.mark.rule("API-040")
def test_the_newest_come_first_where_nothing_is_said(make, ana) -> None:
    rows = [make(name=name) for name in "abc"]
    for n, row in enumerate(rows):
        at = clock.now() - timedelta(days=n)
        Referral.objects.filter(pk=row.pk).update(created_at=at, updated_at=clock.now())
    call = caller(ana)
    order = [one["name"] for one in ask(call).json()["value"]]
    assert order == ["a", "b", "c"]
    order = [one["name"] for one in ask(call, orderby="createdDateTime").json()["value"]]
    assert order == ["c", "b", "a"]


@pytest.mark.rule("API-041")
def test_the_next_link_keeps_what_was_asked_and_counts_the_same(make, ana) -> None:
    fill(make, 12)
    Referral.objects.update(crm_id="A&B, (1) + ü")
    call = caller(ana)
    wanted = "externalReferenceId eq 'A&B, (1) + ü' and name ne 'O''Neill'"
    first = ask(
        call, filter=wanted, top=5, count="true", select="id,name", orderby="createdDateTime"
    )
    link = parse_qs(urlsplit(first.json()["@odata.nextLink"]).query)
    assert link["$filter"] == [wanted]
    assert (link["$top"], link["$count"], link["$select"]) == (["5"], ["true"], ["id,name"])
    pages = list(follow(call, first))
    assert [len(page["value"]) for page in pages] == [5, 5, 2]
    assert {page["@odata.count"] for page in pages} == {12}
    assert "@odata.nextLink" not in pages[-1]
    assert set(pages[0]["value"][0]) == {"id", "name"}


@pytest.mark.rule("API-041")
def test_a_last_page_that_is_full_has_no_next(make, ana) -> None:
    fill(make, 4)
    assert "@odata.nextLink" not in ask(caller(ana), top=4).json()
    assert "@odata.nextLink" in ask(caller(ana), top=3).json()


@pytest.mark.rule("API-041")
def test_a_token_is_good_for_its_list_and_its_reader_only(make, ana, bruno, carla) -> None:
    fill(make, 5)
    call = caller(ana)
    link = ask(call, top=2, filter="status eq 'Active'").json()["@odata.nextLink"]
    token = parse_qs(urlsplit(link).query)["$skiptoken"][0]
    again = ask(call, top=2, filter="status eq 'Active'", skiptoken=token)
    assert again.status_code == 200
    others = [
        ask(call, top=2, skiptoken=token),
        ask(call, top=2, filter="status eq 'New'", skiptoken=token),
        ask(call, filter="status eq 'Active'", orderby="updatedDateTime desc", skiptoken=token),
        ask(call, filter="status eq 'Active'", orderby="createdDateTime asc", skiptoken=token),
        ask(caller(bruno), filter="status eq 'Active'", skiptoken=token),
        ask(caller(carla), filter="status eq 'Active'", skiptoken=token),
        ask(call, filter="status eq 'Active'", skiptoken=token[:-1] + "A" * (token[-1] != "A")),
        ask(call, filter="status eq 'Active'", skiptoken="nonsense"),
        ask(call, filter="status eq 'Active'", skiptoken="\0"),
    ]
    for found in others:
        assert refusal(found)[0] == "$skiptoken"


@pytest.mark.rule("API-042")
def test_top_and_skip_and_count(make, ana) -> None:
    fill(make, 7)
    call = caller(ana)
    none = ask(call, top=0, count="true").json()
    assert (none["value"], none["@odata.count"]) == ([], 7)
    assert "@odata.nextLink" not in none
    rest = ask(call, skip=5, orderby="createdDateTime").json()["value"]
    whole = ask(call, orderby="createdDateTime").json()["value"]
    assert rest == whole[5:]
    assert "@odata.count" not in ask(call, count="false").json()
    begun = list(follow(call, ask(call, skip=1, top=2, select="id")))
    assert [len(page["value"]) for page in begun] == [2, 2, 2]


@pytest.mark.rule("API-042")
def test_a_page_holds_two_hundred_at_most_and_one_hundred_usually(make, ana) -> None:
    fill(make, 205)
    call = caller(ana)
    assert len(ask(call, select="id").json()["value"]) == 100
    assert len(ask(call, select="id", top=200).json()["value"]) == 200


@pytest.mark.rule("API-043")
@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("$top", "$top=201"),
        ("$top", "$top=-1"),
        ("$top", "$top=ten"),
        ("$top", "$top=1.5"),
        ("$top", "$top=%D9%A3"),  # a digit, but of another script
        ("$top", "$top=1&$top=2"),
        ("$skip", "$skip=1001"),
        ("$count", "$count=yes"),
        ("$orderby", "$orderby=name"),
        ("$orderby", "$orderby=createdDateTime%20up"),
        ("$orderby", "$orderby=createdDateTime,updatedDateTime"),
        ("$select", "$select=id,nonsense"),
        ("$select", "$select=details/notes"),
        ("$select", "$select=id,,name"),
        ("$expand", "$expand=relatedReferrals"),
        ("$search", "$search=x"),
        ("$apply", "$apply=x"),
        ("pageSize", "pageSize=10"),
        ("filter", "filter=x"),
    ],
)
def test_what_is_not_known_is_refused_by_name(ana, target, text) -> None:
    found, message = refusal(caller(ana).get(f"{LIST}?{text}"))
    assert found == target
    if text == "$skip=1001":
        assert "nextLink" in message


@pytest.mark.rule("API-043")
def test_what_connectors_send_empty_is_as_if_it_was_not_sent(make, ana) -> None:
    make(name="one")
    empty = "&".join(f"${name}=" for name in ("filter", "select", "orderby", "top", "expand"))
    for path in (f"{LIST}?{empty}", f"{LIST}/?$select=*", f"{LIST}?$select={quote(' id , name ')}"):
        assert names(caller(ana).get(path)) == ["one"]


@pytest.mark.rule("API-034")
def test_a_list_begins_with_what_its_reader_may_see(
    make, ana, bruno, paula, carla, fabrikam
) -> None:
    make(name="Contoso's")
    make(fabrikam, name="Fabrikam's")
    assert names(ask(caller(ana))) == ["Contoso's"]
    assert names(ask(caller(carla))) == ["Fabrikam's"]
    assert names(ask(caller(bruno))) == names(ask(caller(paula))) == []


@pytest.mark.rule("API-034")
def test_a_client_without_the_scope_reads_nothing(make, ana) -> None:
    assert caller(ana, "customers.read", "referrals.write").get(LIST).status_code == 403


@pytest.mark.rule("API-045")
@pytest.mark.parametrize("reader", ["ana", "sam", "rita"])
def test_three_rows_and_three_hundred_take_the_same_queries(make, request, reader) -> None:
    call = caller(request.getfixturevalue(reader))
    fill(make, 3, visible=True)
    with CaptureQueriesContext(connection) as few:
        assert len(ask(call, top=200).json()["value"]) in (1, 3)
    fill(make, 300, visible=True)
    Deal.objects.update(visible_to_vendor=True)
    with CaptureQueriesContext(connection) as many:
        assert len(ask(call, top=200).json()["value"]) == 200
    assert len(many) == len(few) <= 6
