"""Pages of a list in a fixed order: whole, without gaps or doubles, by one comparison of rows."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal import keyset
from portal.keyset import Order
from portal.models import Account
from tests.conftest import make_account

pytestmark = pytest.mark.django_db
BY_NAME, BACKWARDS = Order("name"), Order("name", down=True)


@pytest.fixture
def names() -> list[str]:
    """Sixty accounts; of each name there are three, so that the id has to decide."""
    made = [f"Account {number // 3:02}" for number in range(60)]
    for name in made:
        make_account(name)
    return made


def page(order: Order, **params: str) -> keyset.Page:
    return keyset.page(Account.objects.all(), order, params)


def walk(order: Order, way: str, **first: str) -> list[list[Any]]:
    """The ids of each page, from one end of the list to the other."""
    pages, params = [], dict(first)
    cursor = {"after": "next", "before": "previous"}[way]
    while True:
        found = page(order, **params)
        pages.append([row.pk for row in found.rows])
        onward = getattr(found, cursor)
        if not onward or len(pages) > 9:  # a list that runs in circles ends here
            return pages
        params = {way: onward}


@pytest.mark.parametrize("order", [BY_NAME, BACKWARDS])
def test_pages_hold_every_row_once_in_order(names: list[str], order: Order) -> None:
    expected = list(Account.objects.order_by(order.name, "-pk" if order.down else "pk"))
    forward = walk(order, "after")
    assert [len(ids) for ids in forward] == [25, 25, 10]
    assert [pk for ids in forward for pk in ids] == [row.pk for row in expected]


@pytest.mark.parametrize("order", [BY_NAME, BACKWARDS])
def test_the_way_back_shows_the_same_rows(names: list[str], order: Order) -> None:
    first = page(order)
    second = page(order, after=first.next)
    third = page(order, after=second.next)
    assert not third.next
    back = page(order, before=third.previous)
    assert back.rows == second.rows
    assert page(order, before=back.previous).rows == first.rows
    assert not page(order, before=back.previous).previous


def test_a_row_that_comes_or_goes_moves_nothing_else(names: list[str]) -> None:
    first = page(BY_NAME)
    make_account("Aaa, before everybody")
    Account.objects.filter(pk=first.rows[0].pk).delete()
    expected = Account.objects.filter(name__gte=first.rows[-1].name).exclude(
        pk__in=[row.pk for row in first.rows]
    )
    rest = walk(BY_NAME, "after", after=first.next)
    assert {pk for ids in rest for pk in ids} == {row.pk for row in expected}


@pytest.mark.parametrize(("asked", "size"), [("50", 50), ("7", 25), ("", 25), ("x", 25)])
def test_the_size_is_one_of_those_offered(names: list[str], asked: str, size: int) -> None:
    assert page(BY_NAME, size=asked).count == size


@pytest.mark.parametrize("cursor", ["", "x", "W10:abc:def"])
def test_a_broken_cursor_shows_the_first_page(names: list[str], cursor: str) -> None:
    assert page(BY_NAME, after=cursor).rows == page(BY_NAME).rows


def test_a_cursor_of_another_order_shows_the_first_page(names: list[str]) -> None:
    assert page(BACKWARDS, after=page(BY_NAME).next).rows == page(BACKWARDS).rows


def test_rows_are_compared_as_rows(names: list[str]) -> None:
    """One comparison, which an index answers: no OR, no OFFSET."""
    cursor = page(BY_NAME).next
    with CaptureQueriesContext(connection) as asked:
        page(BY_NAME, after=cursor)
    (query,) = asked.captured_queries
    assert " OR " not in query["sql"]
    assert "OFFSET" not in query["sql"]
    assert ") > (" in query["sql"]


def test_parameters_may_be_any_mapping(names: list[str]) -> None:
    params: Mapping[str, str] = {}
    assert keyset.page(Account.objects.none(), BY_NAME, params).rows == []
