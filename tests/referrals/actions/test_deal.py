"""What follows when a deal is opened and others are asked in."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from notifications.models import Message
from portal.models import Account, AccountMatch, Company, Event, Membership, Person, Role
from portal.workflow import NotAllowed, Refused, Stale
from referrals.actions import deal, referral
from referrals.actions.opening import Contact, Member, barred, problems
from referrals.choices import DealType
from referrals.lifecycle.referral import Status
from referrals.models import Draft, Referral, Solution, TeamMember
from tests.conftest import (
    HELP,
    accept,
    invitation,
    make_account,
    make_person,
    opening,
    terms,
)


def refusals(ana: Person, customer: Account, **changed: Any) -> list[str]:
    return [f"{p.step}.{p.field}" for p in problems(opening(ana, customer, **changed), ana)]


@pytest.mark.rule("DEAL-002")
def test_open_starts_accepted_at_ten_per_cent(own_deal, ana, customer) -> None:
    assert (own_deal.status, own_deal.stage, own_deal.direction) == ("accepted", 10, "outgoing")
    assert own_deal.due_at is None
    event = Event.objects.get(record_id=own_deal.pk)
    assert (event.verb, event.person, event.after) == ("open", ana, "accepted")


@pytest.mark.rule("MAIL-003")
def test_open_tells_nobody_about_ones_own_deal(own_deal) -> None:
    assert not Message.objects.exists()


@pytest.mark.rule("DEAL-013")
def test_the_type_follows_from_legs_and_visibility(ana, customer, fabrikam, sam) -> None:
    private = deal.open(opening(ana, customer), by=ana)
    assert private.deal.type == DealType.PRIVATE
    assert deal.share(private, by=ana).deal.type == DealType.PARTNER_LED
    led = Referral.objects.get(pk=private.pk)
    assert deal.ask_help(led, by=ana, help="proof", ask="Help", contact=HELP["contact"])
    assert Referral.objects.get(pk=private.pk).deal.type == DealType.CO_SELL
    p2p = deal.open(opening(ana, customer, invitations=(invitation(fabrikam),)), by=ana)
    assert p2p.deal.type == DealType.P2P
    both = deal.open(opening(ana, customer, invitations=(invitation(fabrikam),), **HELP), by=ana)
    assert both.deal.type == DealType.P2P_VENDOR


@pytest.mark.rule("DEAL-016")
def test_the_ladder_only_goes_up(co_sell, own_deal, ana) -> None:
    with pytest.raises(Refused, match="can't be taken back"):
        deal.share(co_sell, by=ana)
    with pytest.raises(Refused, match="asked for already"):
        deal.ask_help(co_sell, by=ana, help="quotes", ask="Other help")
    lost = referral.lose(own_deal, by=ana, reason="budget")
    with pytest.raises(Refused):
        deal.share(lost, by=ana)
    assert not Referral.objects.get(pk=lost.pk).deal.visible_to_vendor


@pytest.mark.rule("DEAL-026")
def test_help_asked_later_opens_the_vendors_leg(own_deal, ana, sam) -> None:
    deal.ask_help(own_deal, by=ana, help="proof", ask="Please help", contact=HELP["contact"])
    leg = own_deal.deal.legs.get(company__kind="vendor")
    assert (leg.status, leg.sender, leg.help) == (Status.PENDING, ana.company, "proof")
    assert leg.value == own_deal.value
    assert list(leg.solutions.all()) == list(own_deal.solutions.all())
    assert Referral.objects.get(pk=own_deal.pk).deal.contact_email == "nora@northwind.example"
    assert Message.objects.filter(person=sam).count() == 1


@pytest.mark.rule("DEAL-003")
def test_open_only_at_locations_of_the_role(ana, bruno, paula, customer, contoso, sam) -> None:
    here, there = contoso.locations.order_by("partner_id")
    assert deal.open(opening(bruno, customer, location=here), by=bruno)
    with pytest.raises(Refused, match="at this location"):
        deal.open(opening(bruno, customer, location=there), by=bruno)
    for person in (paula, sam):
        with pytest.raises(NotAllowed):
            deal.open(opening(ana, customer), by=person)


@pytest.mark.rule("DEAL-004")
def test_open_needs_a_ready_solution(ana, customer, contoso) -> None:
    Solution.objects.filter(company=contoso).update(status=Solution.Status.IN_MARKET)
    assert "co-sell ready" in str(barred(ana))
    with pytest.raises(NotAllowed, match="co-sell ready"):
        deal.open(opening(ana, customer), by=ana)


@pytest.mark.rule("DEAL-005")
def test_federal_customers_come_from_the_register(ana, customer) -> None:
    federal = make_account("Federal Office", is_federal=True)
    register = make_account("Federal Office", Account.Kind.REGISTER, is_federal=True)
    assert refusals(ana, federal) == ["customer.customer"]
    assert refusals(ana, register) == []


@pytest.mark.rule("CUST-004")
def test_a_customer_entered_by_another_company_is_not_ours(ana, fabrikam) -> None:
    theirs = make_account("Hidden", Account.Kind.MANUAL, entered_by=fabrikam)
    assert refusals(ana, theirs) == ["customer.customer"]


@pytest.mark.rule("DEAL-008")
@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"terms": terms(notes=" ")}, "details.notes"),
        ({"terms": terms(value=Decimal(0))}, "details.value"),
        ({"team": ()}, "team.team"),
        ({"team": (Member("Ana", "", "ana@contoso.example"),)}, "team.team"),
    ],
)
def test_what_every_deal_needs(changed, where, ana, customer) -> None:
    assert refusals(ana, customer, **changed) == [where]
    with pytest.raises(Refused):
        deal.open(opening(ana, customer, **changed), by=ana)
    assert not Referral.objects.exists()


@pytest.mark.rule("DEAL-009")
def test_services_need_role_area_and_play(ana, customer) -> None:
    bare = {"motion": "services", "solutions": (), "terms": terms(intent="")}
    missing = ["details.partner_role", "details.solution_area", "details.solution_play"]
    assert refusals(ana, customer, **bare) == missing
    whole = terms(
        intent="", partner_role="design", solution_area="data", solution_play="unify_data"
    )
    assert refusals(ana, customer, **bare | {"terms": whole}) == []


@pytest.mark.rule("DEAL-010")
def test_intent_is_asked_in_ip_deals_and_changes_later(ana, customer, own_deal) -> None:
    assert refusals(ana, customer, terms=terms(intent="")) == ["intent.intent"]
    edited = referral.edit(own_deal, by=ana, intent="undecided")
    assert edited.intent == "undecided"
    services = terms(
        intent="", partner_role="design", solution_area="data", solution_play="unify_data"
    )
    leg = deal.open(opening(ana, customer, motion="services", terms=services, solutions=()), by=ana)
    with pytest.raises(Refused, match="IP co-sell deals only"):
        referral.edit(leg, by=ana, intent="yes")


@pytest.mark.rule("DEAL-011")
def test_solutions_by_motion(ana, customer, contoso, vendor, own_deal) -> None:
    assert refusals(ana, customer, solutions=()) == ["solutions.solutions"]
    kind = Solution.objects.create(
        code="SA-1", name="Assessment", company=vendor, is_assessment=True
    )
    product = contoso.solutions.first()
    Company.objects.filter(pk=contoso.pk).update(runs_assessments=True)
    ana.company.refresh_from_db()
    wrong = {"motion": "assessment", "terms": terms(intent="")}
    assert refusals(ana, customer, solutions=(kind, product), **wrong) == ["solutions.solutions"]
    leg = deal.open(opening(ana, customer, solutions=(kind,), **wrong), by=ana)
    with pytest.raises(Refused, match="keeps the one assessment"):
        deal.set_solutions(leg, by=ana, solutions=[product.pk])
    with pytest.raises(Refused, match="at least one solution"):
        deal.set_solutions(own_deal, by=ana, solutions=[])
    assert own_deal.solutions.count() == 1


@pytest.mark.rule("DEAL-035")
def test_only_vetted_partners_run_assessments(ana, customer, vendor) -> None:
    kind = Solution.objects.create(code="SA-1", name="A", company=vendor, is_assessment=True)
    found = refusals(ana, customer, motion="assessment", solutions=(kind,), terms=terms(intent=""))
    assert found == ["details.motion"]


@pytest.mark.rule("DEAL-012")
def test_contact_is_optional_until_help_is_asked(ana, customer) -> None:
    assert refusals(ana, customer) == []
    assert refusals(ana, customer, help="proof", ask="Help us") == ["contact.contact_name"]
    named = {"contact": Contact(name="Nora")}
    assert refusals(ana, customer, **named) == ["contact.may_share_contact"]
    assert refusals(ana, customer, **HELP) == []


@pytest.mark.rule("DEAL-001")
def test_a_company_has_one_leg_of_a_deal(own_deal, ana, fabrikam, carla) -> None:
    deal.invite(own_deal, invitation(fabrikam), by=ana)
    with pytest.raises(Refused, match="part in this deal already"):
        deal.invite(own_deal, invitation(fabrikam), by=ana)
    leg = own_deal.deal.legs.get(company=fabrikam)
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=leg.pk).update(company=own_deal.company)


@pytest.mark.rule("DEAL-023")
def test_the_invited_leg_is_its_own(invited_leg, own_deal, ana, carla) -> None:
    assert (invited_leg.value, invited_leg.currency) == (Decimal("9000.00"), "EUR")
    leg = accept(invited_leg, carla)
    with pytest.raises(NotAllowed):
        referral.edit(leg, by=ana, value=Decimal(1))
    assert referral.edit(leg, by=carla, value=Decimal(9500)).value == 9500
    assert Referral.objects.get(pk=own_deal.pk).value == Decimal("50000.00")


@pytest.mark.rule("DEAL-024")
def test_the_invited_partner_changes_solutions_after_accepting(
    invited_leg, carla, fabrikam, own_deal, ana, sam
) -> None:
    other = fabrikam.solutions.order_by("code")[1]
    with pytest.raises(Refused):
        deal.set_solutions(invited_leg, by=carla, solutions=[other.pk])
    leg = accept(invited_leg, carla)
    deal.set_solutions(leg, by=carla, solutions=[other.pk])
    assert list(leg.solutions.all()) == [other]
    third = Company.objects.create(name="Third", country="PT")
    with pytest.raises(Refused, match="at least one solution"):
        deal.invite(own_deal, replace(invitation(fabrikam), company=third, solutions=()), by=ana)


@pytest.mark.rule("DEAL-025")
def test_only_cosellers_are_invited(own_deal, ana, fabrikam, vendor, contoso) -> None:
    for company in (vendor, contoso):
        with pytest.raises(Refused, match="take part in co-selling"):
            deal.invite(own_deal, replace(invitation(fabrikam), company=company), by=ana)
    Company.objects.filter(pk=fabrikam.pk).update(in_cosell=False)
    fabrikam.refresh_from_db()
    with pytest.raises(Refused, match="take part in co-selling"):
        deal.invite(own_deal, invitation(fabrikam), by=ana)


@pytest.mark.rule("DEAL-034")
def test_an_unknown_customer_is_asked_about(ana, customer) -> None:
    deal.open(opening(ana, customer), by=ana)
    assert not AccountMatch.objects.exists()
    typed = make_account("Typed", Account.Kind.MANUAL, entered_by=ana.company)
    leg = deal.open(opening(ana, typed), by=ana)
    assert leg.deal.customer.managed is None
    assert AccountMatch.objects.get(account=typed).state == "asked"


@pytest.mark.rule("DEAL-041")
def test_a_draft_is_opened_once(ana, customer) -> None:
    draft = deal.save_draft(Draft(), by=ana, step="details", data={"name": "Draft"})
    first = deal.open(opening(ana, customer), by=ana, draft=draft)
    again = deal.open(opening(ana, customer), by=ana, draft=draft)
    assert first.pk == again.pk
    assert Referral.objects.count() == 1
    with pytest.raises(Stale):
        deal.save_draft(draft, by=ana, step="details", data={})


@pytest.mark.rule("DEAL-006", "DEAL-007")
def test_customer_and_location_never_change(own_deal, ana, contoso) -> None:
    other = contoso.locations.order_by("partner_id")[1]
    with pytest.raises(Refused, match="can't be changed"):
        referral.edit(own_deal, by=ana, location=other)
    with pytest.raises(Refused, match="can't be changed"):
        referral.edit(own_deal, by=ana, deal=own_deal.deal_id)


@pytest.mark.rule("DEAL-028")
def test_users_see_their_locations_deals_through_the_team(ana, bruno, own_deal, contoso) -> None:
    from referrals.actions.team import add_member, remove_member

    assert not Referral.objects.visible_to(bruno).exists()
    row = add_member(own_deal, Member("Bruno", "+351210000001", bruno.email), by=ana)
    assert Referral.objects.visible_to(bruno).get() == own_deal
    elsewhere = contoso.locations.order_by("partner_id")[1]
    Membership.objects.get(person=bruno).locations.set([elsewhere])
    moved = Person.objects.get(pk=bruno.pk)
    assert not Referral.objects.visible_to(moved).exists()
    Membership.objects.get(person=bruno).locations.set([own_deal.location])
    remove_member(own_deal, TeamMember.objects.get(pk=row.pk), by=ana)
    assert not Referral.objects.visible_to(Person.objects.get(pk=bruno.pk)).exists()


@pytest.mark.rule("DEAL-028", "PEOPLE-002")
def test_admins_see_all_of_their_scope(own_deal, contoso) -> None:
    here, there = contoso.locations.order_by("partner_id")
    near = make_person("Nina", contoso, Role.REFERRALS_ADMIN, at=here)
    far = make_person("Fred", contoso, Role.REFERRALS_ADMIN, at=there)
    assert Referral.objects.visible_to(near).exists()
    assert not Referral.objects.visible_to(far).exists()


@pytest.mark.rule("DEAL-029")
def test_the_vendor_sees_what_was_shown_to_it(own_deal, ana, sam, rita, otto, carla) -> None:
    for person in (sam, rita, otto, carla):
        assert not Referral.objects.visible_to(person).exists()
    deal.share(own_deal, by=ana)
    for person in (sam, rita, otto):
        assert Referral.objects.visible_to(person).get() == own_deal
    assert not Referral.objects.visible_to(carla).exists()


@pytest.mark.rule("MAIL-004")
def test_what_is_rolled_back_is_never_told(own_deal, ana, sam) -> None:
    with transaction.atomic():
        deal.ask_help(own_deal, by=ana, help="proof", ask="Help", contact=HELP["contact"])
        transaction.set_rollback(True)
    assert not Message.objects.exists()
    assert Event.objects.filter(record_id=own_deal.pk).count() == 1
