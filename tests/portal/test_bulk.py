"""Many rows at once are the same rows as one by one."""

import pytest
from django.utils import timezone

from portal import bulk
from portal.models import Account, Company, Event, new_id

pytestmark = pytest.mark.django_db


def line(**more: object) -> dict[str, object]:
    values = {"id": new_id(), "record_type": "deal", "record_id": new_id(), "version": 1}
    named = {"verb": "open", "at": timezone.now(), "actor_kind": "clock", "actor_label": "clock"}
    return values | named | {"changes": {"name": ["", "São Paulo “x” \\ %s"]}} | more


def test_rows_are_written_as_given_with_defaults_for_the_rest() -> None:
    given = [line(), line(person_id=None, company_id=new_id())]
    bulk.insert(Event, given[:1])
    bulk.insert(Event, given[1:])
    for values in given:
        row = Event.objects.get(pk=values["id"])
        assert {name: getattr(row, name) for name in values} == values
        assert (row.note, row.before, row.person_id) == ("", "", None)


def test_defaults_are_made_anew_for_each_statement() -> None:
    for name in ("One", "Two"):
        bulk.insert(Company, [{"id": new_id(), "name": name, "country": "PT"}])
    first, second = Company.objects.order_by("name")
    assert first.created_at < second.created_at
    assert (first.kind, second.designations) == ("partner", [])


def test_ids_as_one_parameter_find_the_same(customer: Account) -> None:
    for ids in ([], [new_id()], [customer.pk, new_id(), customer.pk]):
        found = Account.objects.filter(pk__in=bulk.among(ids))
        assert list(found) == list(Account.objects.filter(pk__in=ids))
