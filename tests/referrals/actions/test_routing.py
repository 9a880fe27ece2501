"""Where a referral lands, and who says so."""

from datetime import timedelta

import pytest

from portal import clock
from portal.models import Company, Event, Location, Membership, Person, Role
from portal.workflow import NotAllowed, Refused, Stale
from referrals.actions import deal, referral, routing
from referrals.actions.refer import Sending, refer
from referrals.actions.responsiveness import measure, partners_by_responsiveness
from referrals.models import Referral, Responsiveness, RoutingRule
from tests.conftest import CONTACT, accept, invitation, make_person, opening, past, terms


@pytest.fixture
def places(fabrikam: Company) -> list[Location]:
    for name in ("Recife", "Belém", "Natal"):
        Location.objects.create(company=fabrikam, partner_id=name, name=name, country="BR")
    return list(fabrikam.locations.order_by("partner_id"))


@pytest.mark.rule("ROUTE-001")
def test_the_closest_rule_counts(places, fabrikam, carla) -> None:
    default, exact, product_only, market_only, _other = places
    product, other = fabrikam.solutions.order_by("code")
    RoutingRule.objects.create(company=fabrikam, location=default)
    assert routing.location_for(fabrikam, product, "PT") == default
    routing.add_rule(by=carla, country="PT", location=market_only)
    assert routing.location_for(fabrikam, product, "PT") == market_only
    routing.add_rule(by=carla, solution=product, location=product_only)
    assert routing.location_for(fabrikam, product, "PT") == product_only
    routing.add_rule(by=carla, country="PT", solution=product, location=exact)
    assert routing.location_for(fabrikam, product, "PT") == exact
    assert routing.location_for(fabrikam, other, "PT") == market_only
    assert routing.location_for(fabrikam, product, "BR") == product_only
    assert routing.location_for(fabrikam, other, "BR") == default


def test_without_rules_the_first_location_receives(places, fabrikam) -> None:
    first = fabrikam.locations.order_by("created_at").first()
    assert routing.location_for(fabrikam, None, "PT") == first
    fabrikam.locations.update(is_active=False)
    with pytest.raises(Refused, match="no location"):
        routing.location_for(fabrikam, None, "PT")


@pytest.mark.rule("ROUTE-002")
def test_a_moved_rule_moves_nothing_that_arrived(places, own_deal, ana, carla, fabrikam) -> None:
    rule = routing.add_rule(by=carla, country="PT", location=places[3])
    leg = deal.invite(own_deal, invitation(fabrikam), by=ana)
    assert leg.location == places[3]
    rule = routing.move_rule(rule, by=carla, location=places[4], version=rule.version)
    assert Referral.objects.get(pk=leg.pk).location == places[3]
    assert Event.objects.get(record_id=rule.pk, verb="move_rule").changes["location"]
    with pytest.raises(Stale):
        routing.move_rule(rule, by=carla, location=places[3], version=1)


@pytest.mark.rule("ROUTE-003")
def test_a_conflicting_rule_is_refused_and_named(places, carla) -> None:
    routing.add_rule(by=carla, country="PT", location=places[0])
    with pytest.raises(Refused, match="Portugal × All solutions"):
        routing.add_rule(by=carla, country="PT", location=places[1])


@pytest.mark.rule("ROUTE-004")
def test_the_default_stays(places, fabrikam, carla) -> None:
    rule = RoutingRule.objects.create(company=fabrikam, location=places[0])
    with pytest.raises(Refused, match="not removed"):
        routing.remove_rule(rule, by=carla)
    assert routing.move_rule(rule, by=carla, location=places[1]).location == places[1]
    other = routing.add_rule(by=carla, country="PT", location=places[0])
    routing.remove_rule(other, by=carla)
    assert list(RoutingRule.objects.all()) == [rule]


@pytest.mark.rule("ROUTE-005")
def test_only_whole_company_admins_write_rules(places, fabrikam, ana, login) -> None:
    near = make_person("Nora", fabrikam, Role.REFERRALS_ADMIN, at=places[0])
    user = make_person("Ugo", fabrikam, Role.REFERRALS_USER)
    for person in (near, user, ana):
        with pytest.raises((NotAllowed, Refused)):
            routing.add_rule(by=person, country="PT", location=places[0])
    page = login(near).get("/settings/routing/")
    assert page.status_code == 200
    assert "Add the rule" not in page.content.decode()
    refused = login(near).post("/settings/routing/", {"location": places[0].pk})
    assert refused.status_code == 403
    assert not RoutingRule.objects.exists()


@pytest.mark.rule("DEAL-037")
def test_a_seller_refers_and_routing_chooses_the_place(
    places, carla, sam, customer, fabrikam, rita
) -> None:
    routing.add_rule(by=carla, country="PT", location=places[2])
    sending = Sending(customer, CONTACT, terms(intent=""), invitation(fabrikam))
    leg = refer(sending, by=sam)
    assert (leg.company, leg.location, leg.status) == (fabrikam, places[2], "pending")
    assert leg.sender == sam.company
    own = leg.deal.legs.get(company=sam.company)
    assert (own.status, own.sender) == ("accepted", None)
    for person in (rita, carla):
        with pytest.raises(NotAllowed):
            refer(sending, by=person)


@pytest.mark.rule("RESP-002")
def test_answers_are_measured(own_deal, ana, carla, fabrikam, customer) -> None:
    legs = [deal.invite(own_deal, invitation(fabrikam), by=ana)]
    for _again in range(2):
        mine = deal.open(opening(ana, customer), by=ana)
        legs.append(deal.invite(mine, invitation(fabrikam), by=ana))
    clock.move(timedelta(hours=4))
    accept(legs[0], carla)
    clock.move(timedelta(hours=4))
    referral.decline(legs[1], by=carla, reason="budget")
    past(legs[2])
    referral.expire_overdue()
    assert measure() == 1
    found = Responsiveness.objects.get(company=fabrikam)
    assert (found.accepted, found.declined, found.expired) == (1, 1, 1)
    assert abs(found.median - timedelta(hours=6)) < timedelta(minutes=1)
    assert measure() == 1


@pytest.mark.rule("RESP-001")
def test_quick_partners_stand_first(contoso, fabrikam, vendor) -> None:
    quick = Company.objects.create(name="Quick", country="PT")
    Company.objects.create(name="Away", country="PT", in_cosell=False)
    now = clock.now()
    for company, hours in ((fabrikam, 30), (quick, 2)):
        Responsiveness.objects.create(
            company=company, median=timedelta(hours=hours), measured_at=now
        )
    silent = Company.objects.create(name="Silent", country="PT")
    found = list(partners_by_responsiveness("", besides=contoso))
    assert found == [quick, fabrikam, silent]
    assert list(partners_by_responsiveness("FABRI", besides=contoso)) == [fabrikam]


def test_scope_is_read_once(ana: Person, django_assert_num_queries) -> None:
    person = Person.objects.get(pk=ana.pk)
    with django_assert_num_queries(1):
        assert person.has_role(Role.REFERRALS_ADMIN)
        assert routing.may_route(person)
    Membership.objects.filter(person=ana).delete()
