"""`POST /v1.0/engagements/referrals`: open a deal, or with its `engagementId` ask others in.

A co-sell is two of these (facts 1.6): the own referral, then one for the vendor.
"""

from typing import cast

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.errors import Problem
from portal.models import Company, Person
from referrals.actions import deal as deals
from referrals.actions import referral as actions
from referrals.actions.opening import Invitation, Member, offers, unfit
from referrals.api import answers
from referrals.api.opening import INVITED, PATHS, SOLUTIONS, company, invitation, opening
from referrals.api.said import Said, read
from referrals.api.words import VENDOR_ID, stage_of, status_of
from referrals.models import Referral

NEW = (("New", "Pending"), ("New", "Accepted"))  # both of them start accepted (D5)
NO_CODE = "Say what help is asked for."
NO_NOTE = _("Say what the seller should know: the problem and the help you want.")
NOT_AGREED = _("Confirm that the contact agreed to be named.")


def create(request: Request) -> Response:
    """Answers 200 with the referral that was made."""
    by = cast(Person, request.user)
    said = read(request.data, by)
    _check_standing(said)
    own = _own(said, by)
    made = _ask(own, said, by) if own else _open(said, by)
    if said.is_favourite:
        actions.favour(made, by=by)
    return answers.made(made, by)


def _check_standing(said: Said) -> None:
    if said.pair in NEW:
        return
    if status_of(*said.pair) is None:
        raise Problem("Status and substatus contradict each other.", target="substatus")
    message = "A new referral is sent as New and Pending, or as New and Accepted."
    raise Problem(message, target="status", status=409, code="notPossibleNow")


def _own(said: Said, by: Person) -> Referral | None:
    """The caller's own part of the deal that is named; none where a deal is to be opened."""
    if said.engagement is None:
        return None
    rows = Referral.objects.visible_to(by).filter(deal=said.engagement, company=by.company_id)
    found = rows.select_related("deal", "company").first()
    if found is None:
        raise Problem("There is no such deal.", target="engagementId", status=404)
    return found


def _open(said: Said, by: Person) -> Referral:
    if said.help and not (VENDOR_ID in said.to or company(said, by)):
        raise Problem("Say in “target” who is asked for help.", target="target")
    if not said.team and not by.is_program:
        said.team = (Member(by.name, str(by.phone or ""), by.email),)
    found = opening(said, by)
    stage = stage_of(said.stage, found.motion)
    if stage is None:
        raise Problem("This is no stage of such a deal.", target="salesStage")
    made = deals.open(found, by=by)
    return made if stage == made.stage else actions.move_stage(made, by=by, stage=stage)


def _ask(own: Referral, said: Said, by: Person) -> Referral:
    """Ask the vendor, or a partner, into a deal that is there."""
    if VENDOR_ID in said.to:
        return _ask_help(own, said, by)
    if invited := company(said, by):
        return _invite(own, invited, said, by)
    said_already = _("%(company)s has a part in this deal already.") % {"company": own.company}
    raise Problem(said_already, target="engagementId", status=409, code="notPossibleNow")


def _ask_help(own: Referral, said: Said, by: Person) -> Referral:
    if not said.help:
        raise Problem(NO_CODE, target="inviteContext/assistanceRequestCode")
    contact = said.profile.contact if said.profile.contact.is_whole else None
    if own.deal.has_contact or contact is None:
        contact = None
    elif not said.may_share_contact:
        raise Problem(NOT_AGREED, target=PATHS["may_share_contact"], code="contact_agreed")
    deals.ask_help(own, by=by, help=said.help, ask=_note(said), contact=contact)
    return own.deal.legs.get(company=Company.objects.vendor())


def _invite(own: Referral, invited: Company, said: Said, by: Person) -> Referral:
    team = own.team.filter(company=own.company_id).values_list("email", flat=True)
    asked = invitation(said, invited, frozenset(team), _note(said))
    if refusal := unfit(asked, own.company):
        raise Problem(refusal, target=_unfit(asked))
    return deals.invite(own, asked, by=by)


def _unfit(asked: Invitation) -> str:
    """Where in the body it is said that does not fit."""
    if asked.value <= 0:
        return PATHS["value"]
    fits = asked.solutions and offers(asked.company, asked.solutions)
    return INVITED if fits else SOLUTIONS


def _note(said: Said) -> str:
    """What the receiver reads first."""
    if not (note := said.ask or said.notes):
        raise Problem(NO_NOTE, target=PATHS["ask"], code="help_explained")
    return note
