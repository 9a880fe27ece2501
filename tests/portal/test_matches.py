"""The operator's page of offered matches, and customers entered by hand."""

from typing import Any

import pytest
from django.urls import reverse

from portal.actions import customers
from portal.models import Account, AccountMatch, Event, Person
from portal.workflow import NotAllowed, Refused

State = AccountMatch.State


@pytest.fixture
def offered(ana: Person) -> AccountMatch:
    Account.objects.create(name="Fabrikam S.A.", kind="managed", country="BR", city="Recife")
    account = customers.enter_by_hand(ana, name="Fabrikam Ltda", country="BR", city="Natal")
    customers.ask_match(account, by=ana)
    customers.match()
    return AccountMatch.objects.get(account=account, state=State.OFFERED)


def test_apply_match(offered: AccountMatch, otto: Person) -> None:
    customers.apply_match(offered, by=otto)
    account = Account.objects.get(pk=offered.account_id)
    assert (account.matched_to_id, account.managed) == (offered.candidate_id, True)
    event = Event.objects.of(account).first()
    assert event is not None
    assert (event.verb, event.person, event.after) == ("apply_match", otto, "applied")


def test_dismiss_match(offered: AccountMatch, otto: Person) -> None:
    customers.dismiss_match(offered, by=otto)
    account = Account.objects.get(pk=offered.account_id)
    assert (account.matched_to_id, account.managed) == (None, False)
    assert AccountMatch.objects.get(pk=offered.pk).state == State.NONE
    assert [e.verb for e in Event.objects.of(account)] == ["dismiss_match", "enter_by_hand"]


def test_an_answered_match_is_refused(offered: AccountMatch, otto: Person, sam: Person) -> None:
    customers.dismiss_match(offered, by=otto)
    for by in (otto, sam):
        with pytest.raises(Refused, match="answered already"):
            customers.apply_match(offered, by=by)


@pytest.mark.parametrize("answer", [customers.apply_match, customers.dismiss_match])
def test_only_operators_answer(
    offered: AccountMatch, answer: Any, sam: Person, ana: Person, rita: Person
) -> None:
    for person in (sam, ana, rita):
        with pytest.raises(NotAllowed):
            answer(offered, by=person)
    assert AccountMatch.objects.get(pk=offered.pk).state == State.OFFERED


def test_a_lost_candidate_can_only_be_dismissed(offered: AccountMatch, otto: Person) -> None:
    Account.objects.filter(pk=offered.candidate_id).delete()
    with pytest.raises(Refused, match="gone"):
        customers.apply_match(offered, by=otto)
    customers.dismiss_match(offered, by=otto)


def test_the_page_lists_and_answers(offered: AccountMatch, otto: Person, login: Any) -> None:
    client = login(otto)
    page = client.get(reverse("matches")).content.decode()
    assert "Fabrikam Ltda" in page
    assert "Fabrikam S.A." in page
    assert reverse("apply_match", args=[offered.pk]) in page
    answer = client.post(reverse("dismiss_match", args=[offered.pk]), follow=True)
    assert "Fabrikam Ltda" not in answer.content.decode()
    again = client.post(reverse("apply_match", args=[offered.pk]), follow=True)
    assert "answered already" in again.content.decode()


def test_the_page_is_for_operators(offered: AccountMatch, login: Any, ana: Person) -> None:
    client = login(ana)
    assert client.get(reverse("matches")).status_code == 403
    assert client.post(reverse("apply_match", args=[offered.pk])).status_code == 403


def test_the_page_takes_the_same_queries(
    offered: AccountMatch, otto: Person, login: Any, django_assert_max_num_queries: Any
) -> None:
    candidate = offered.candidate
    for n in range(30):
        account = Account.objects.create(
            name=f"N{n}", kind="manual", country="BR", entered_by=otto.company
        )
        AccountMatch.objects.create(
            account=account,
            candidate=candidate,
            confidence=0.8,
            state=State.OFFERED,
            asked_at=offered.asked_at,
        )
    client = login(otto)
    client.get(reverse("matches"))
    with django_assert_max_num_queries(8):
        client.get(reverse("matches"))


def test_enter_by_hand(ana: Person) -> None:
    account = customers.enter_by_hand(
        ana, name="Padaria São João Ltda", country="BR", city="Natal", domains=[" Padaria.Example "]
    )
    assert (account.kind, account.entered_by, account.version) == ("manual", ana.company, 1)
    assert (account.name_key, account.managed) == ("padaria sao joao", None)
    assert [i.value for i in account.identifiers.all()] == ["padaria.example"]
    assert Event.objects.of(account).get().person == ana


def test_enter_by_hand_twice_is_once(ana: Person, carla: Person) -> None:
    given = {"name": "Padaria Ltda", "country": "BR", "city": "Natal"}
    first = customers.enter_by_hand(ana, **given)
    assert customers.enter_by_hand(ana, **given) == first
    assert customers.enter_by_hand(carla, **given) != first
    assert customers.enter_by_hand(ana, **(given | {"city": "Recife"})) != first


def test_enter_by_hand_refuses_federal_and_nameless(ana: Person) -> None:
    with pytest.raises(Refused, match="business register"):
        customers.enter_by_hand(ana, name="Ministry", country="BR", is_federal=True)
    with pytest.raises(Refused, match="name"):
        customers.enter_by_hand(ana, name="???", country="BR")
    with pytest.raises(NotAllowed):
        customers.enter_by_hand(Person(name="Nobody"), name="X", country="BR")
