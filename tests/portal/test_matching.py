"""How sure the matcher is, and what it does with that."""

import threading
from typing import Any

import pytest
from django.db import connection, transaction

from portal import tasks
from portal.actions import customers
from portal.matching import UNDECIDED, Facts, best, likeness
from portal.models import Account, AccountIdentifier, AccountMatch, Event, Person
from portal.names import key, name_key

State = AccountMatch.State


def facts(name: str, country: str = "BR", city: str = "", **more: Any) -> Facts:
    domains = frozenset(more.pop("domains", ()))
    return Facts(name_key(name), country, key(city), domains=domains, **more)


APPLY, OFFER = 0.93, 0.70


@pytest.mark.parametrize(
    ("asked", "known", "least", "most"),
    [
        (facts("Contoso Ltda", duns="1" * 9), facts("Contoso Brasil", duns="1" * 9), APPLY, 1),
        (facts("Contoso", duns="1" * 9), facts("Woodgrove", duns="1" * 9), OFFER, APPLY),
        (facts("Contoso Ltda"), facts("CONTOSO S.A."), APPLY, 1),
        (facts("Contoso", city="Recife"), facts("Contoso", city="Recife"), APPLY, 1),
        (facts("Contoso", city="Recife"), facts("Contoso", city="Natal"), OFFER, APPLY),
        (facts("Contoso", duns="1" * 9), facts("Contoso", duns="2" * 9), OFFER, APPLY),
        (facts("Contoso", "BR"), facts("Contoso", "PT"), OFFER, APPLY),
        (facts("Data Works"), facts("DataWorks"), APPLY, 1),
        (facts("Contoso Digital Bank"), facts("Contoso Digital Banking"), OFFER, 1),
        (facts("Contoso", domains=["a.io"]), facts("Contosso", domains=["a.io"]), APPLY, 1),
        (facts("Contoso", domains=["a.io"]), facts("Zeta", domains=["a.io"]), OFFER, APPLY),
        (facts("Zeta", domains=["gmail.com"]), facts("Contoso", domains=["gmail.com"]), 0, OFFER),
        (facts("Contoso"), facts("Fabrikam"), 0, OFFER),
    ],
)
def test_likeness(asked: Facts, known: Facts, least: float, most: float) -> None:
    sure = likeness(asked, known)
    assert least <= sure <= most
    if most == APPLY:
        assert sure < APPLY


def test_best_leaves_twins_undecided_unless_they_are_linked() -> None:
    asked = facts("Contoso", city="Recife")
    twins = [facts("Contoso", city="Recife"), facts("Contoso Ltda", city="Recife")]
    assert best(asked, twins) == (0, UNDECIDED)
    linked = [facts("Contoso", city="Recife", group=7) for _ in range(2)]
    assert best(asked, linked) == (0, likeness(asked, linked[0]))
    assert best(asked, [facts("Fabrikam"), twins[0]]) == (1, likeness(asked, twins[0]))
    assert best(asked, []) is None


def managed(name: str, **fields: Any) -> Account:
    fields = {"country": "BR", **fields}
    return Account.objects.create(name=name, kind=Account.Kind.MANAGED, **fields)


def asked(ana: Person, name: str, **fields: Any) -> Account:
    fields = {"country": "BR", **fields}
    account = customers.enter_by_hand(ana, name=name, **fields)
    customers.ask_match(account, by=ana)
    return account


def test_match_applies_what_is_sure(ana: Person) -> None:
    known = managed("Fabrikam Serviços S.A.")
    account = asked(ana, "Fabrikam Servicos Ltda")
    assert account.managed is None
    assert tasks.match_accounts() == 1
    account.refresh_from_db()
    assert (account.matched_to, account.managed, account.version) == (known, True, 2)
    assert account.match.state == State.APPLIED
    event = Event.objects.of(account).first()
    assert event is not None
    assert (event.verb, event.before, event.after) == ("apply_match", "asked", "applied")
    assert (event.actor_kind, event.version) == ("clock", 2)
    assert event.changes == {"matched_to_id": [None, str(known.pk)]}
    assert customers.match() == 0


def test_match_finds_unmanaged(ana: Person) -> None:
    managed("Fabrikam Serviços S.A.")
    account = asked(ana, "Woodgrove Alimentos")
    customers.match()
    account.refresh_from_db()
    assert (account.matched_to, account.managed) == (None, False)
    assert account.match.state == State.NONE
    assert [e.verb for e in Event.objects.of(account)] == ["find_unmanaged", "enter_by_hand"]


def test_match_offers_what_is_likely_and_waits(ana: Person) -> None:
    known = managed("Fabrikam Serviços S.A.", city="Recife")
    account = asked(ana, "Fabrikam Servicos Ltda", city="Natal")
    customers.match()
    match = AccountMatch.objects.get(account=account)
    assert (match.state, match.candidate) == (State.OFFERED, known)
    account.refresh_from_db()
    assert (account.managed, account.version) == (None, 1)


@pytest.mark.parametrize(
    ("name", "fields", "domains"),
    [
        ("Fabrikan Servicos", {}, []),
        ("Servicos Fabrikam", {}, []),
        ("Something Else", {"duns": "123456789"}, []),
        ("Fabrikam Holding", {"country": "PT"}, ["fabrikam.example"]),
    ],
)
def test_match_looks_by_name_number_and_domain(
    ana: Person, name: str, fields: dict[str, str], domains: list[str]
) -> None:
    known = managed("Fabrikam Serviços S.A.", duns="123456789")
    AccountIdentifier.objects.create(account=known, kind="domain", value="fabrikam.example")
    account = asked(ana, name, domains=domains, **fields)
    customers.match()
    assert AccountMatch.objects.get(account=account).candidate == known


def test_match_never_offers_an_unmanaged_account(ana: Person) -> None:
    Account.objects.create(name="Fabrikam", kind=Account.Kind.UNMANAGED, country="BR")
    account = asked(ana, "Fabrikam")
    customers.match()
    assert AccountMatch.objects.get(account=account).state == State.NONE


def test_ask_match_asks_once_and_only_about_the_unknown(ana: Person) -> None:
    account = asked(ana, "Fabrikam")
    customers.ask_match(account, by=ana)
    customers.ask_match(managed("Contoso"), by=ana)
    assert AccountMatch.objects.count() == 1


def test_ask_match_is_forgotten_with_the_callers_transaction(ana: Person) -> None:
    account = customers.enter_by_hand(ana, name="Fabrikam", country="BR")
    with transaction.atomic():
        customers.ask_match(account, by=ana)
        transaction.set_rollback(True)
    assert not AccountMatch.objects.exists()


def test_match_that_breaks_leaves_the_question(
    ana: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    managed("Fabrikam")
    account = asked(ana, "Fabrikam")
    with monkeypatch.context() as broken:
        broken.setattr(AccountMatch, "save", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            customers.match()
    account.refresh_from_db()
    assert (account.matched_to, account.version) == (None, 1)
    assert customers.match() == 1
    account.refresh_from_db()
    assert account.version == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_match_by_several_workers_answers_each_question_once(ana: Person) -> None:
    managed("Fabrikam")
    for number in range(30):
        asked(ana, "Fabrikam", city=f"Town {number}")
    counts: list[int] = []

    def work() -> None:
        counts.append(customers.match())
        connection.close()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(counts) == 30
    assert Event.objects.filter(verb="apply_match").count() == 30
    assert set(Account.objects.filter(kind="manual").values_list("version", flat=True)) == {2}
