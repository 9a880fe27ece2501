"""A seller sends a customer to a partner."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from portal import clock
from portal.models import Account, Person
from portal.roles import seller
from portal.workflow import NotAllowed, Refused, created
from referrals.actions.deal import _contact, _offer, _partner_leg
from referrals.actions.opening import Contact, Invitation, Member, Terms, unfit
from referrals.actions.team import add_members
from referrals.choices import Motion
from referrals.lifecycle.referral import Status
from referrals.models import Deal, Referral


@dataclass(frozen=True)
class Sending:
    """What a seller says about the customer and to whom it goes."""

    customer: Account
    contact: Contact
    terms: Terms
    invitation: Invitation


@transaction.atomic
def refer(sending: Sending, *, by: Person) -> Referral:
    """Open a deal of the vendor and send it to a partner. Returns the partner's leg.

    Solution and market choose the location (decision 14). Raises NotAllowed, Refused.
    """
    if not seller(by) or by.company is None:
        raise NotAllowed(_("Sellers send referrals."))
    if refusal := unfit(sending.invitation, by.company):
        raise Refused(refusal)
    if sending.terms.value <= 0:
        raise Refused(_("The value must be more than zero."))
    own = _vendors_own_leg(sending, by)
    return _partner_leg(own, sending.invitation, by=by)


def _vendors_own_leg(sending: Sending, by: Person) -> Referral:
    now = clock.now()
    deal = Deal.objects.create(
        created_at=now,
        updated_at=now,
        customer=sending.customer,
        motion=_motion(sending.invitation),
        visible_to_vendor=True,
        **_contact(sending.contact),
    )
    terms = vars(sending.terms)
    leg = Referral(deal=deal, company=by.company, status=Status.ACCEPTED, accepted_at=now, **terms)
    created(leg, "open", by=by)
    _offer(leg, sending.invitation.solutions)
    if not by.is_program:
        add_members(leg, by.company, [Member(by.name, str(by.phone or ""), by.email)])
    return leg


def _motion(invitation: Invitation) -> str:
    """A solution that can be registered makes it an IP deal, others are services."""
    kinds = {s.status for s in invitation.solutions}
    return Motion.IP if kinds & {"ip", "business"} else Motion.SERVICES
