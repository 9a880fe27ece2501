"""The conditions on steps of a referral, each with the sentence that refuses it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from portal.workflow import guard, is_past
from referrals.choices import AssessmentStage, Intent, Motion


@guard(_("The time to answer has passed."))
def in_time(referral: Any) -> bool:
    return not bool(referral.is_overdue)


@guard(_("The time to answer has not passed yet."))
def out_of_time(referral: Any) -> bool:
    return bool(referral.is_overdue)


@guard(_("It is not time for a reminder."))
def reminder_due(referral: Any) -> bool:
    return referral.reminded_at is None and is_past(referral.remind_at, referral)


@guard(_("The vendor's sellers see this deal already. That can't be taken back."))
def not_shared(referral: Any) -> bool:
    return bool(not referral.deal.visible_to_vendor)


@guard(_("Help was asked for already. What was asked can't be changed."))
def help_not_asked(referral: Any) -> bool:
    return referral.deal.vendor_leg is None


@guard(_("Enter the customer's contact (name, phone and e-mail) first: a seller may call them."))
def contact_known(referral: Any) -> bool:
    known = referral.given.get("contact_given") or referral.deal.has_contact
    return bool(known or referral.offered)  # the step's own form asks for what is missing


@guard(_("Others were shown the customer's contact. It can't be changed any more."))
def contact_open(referral: Any) -> bool:
    deal = referral.deal
    shown = deal.visible_to_vendor or deal.legs.count() > 1
    return not (shown and deal.contact_name + str(deal.contact_phone) + deal.contact_email)


@guard(_("Confirm that the contact agreed to be named."))
def contact_agreed(referral: Any) -> bool:
    return bool(referral.given.get("agreed"))


@guard(_("A deal needs a person on its team. Add somebody first."))
def team_stays(referral: Any) -> bool:
    return not referral.given.get("removes") or referral.own_team_count > 1


@guard(_("A solution assessment keeps the one assessment it was opened with."))
def solutions_open(referral: Any) -> bool:
    return bool(referral.deal.motion != Motion.ASSESSMENT)


@guard(_("An IP co-sell deal needs at least one solution."))
def solutions_stay(referral: Any) -> bool:
    emptied = "solutions" in referral.given and not referral.given["solutions"]
    return not emptied or referral.deal.motion == Motion.SERVICES


@guard(_("Tick the stages of a solution assessment one after the other."))
def stage_follows(referral: Any) -> bool:
    asked = referral.given.get("stage")
    if asked is None or referral.deal.motion != Motion.ASSESSMENT:
        return True
    order = AssessmentStage.values
    return bool(order.index(asked) <= order.index(referral.stage) + 1)


@guard(_("Tick all four stages of the solution assessment first."))
def stages_done(referral: Any) -> bool:
    done = referral.stage == AssessmentStage.PRESENTED
    return bool(done or referral.deal.motion != Motion.ASSESSMENT)


@guard(_("The marketplace is asked about in IP co-sell deals only."))
def intent_asked(referral: Any) -> bool:
    asked = referral.given.get("intent") != Intent.NOT_ASKED
    return bool(asked and referral.deal.motion == Motion.IP)


@guard(_("The value must be more than zero."))
def value_positive(referral: Any) -> bool:
    return bool(referral.given.get("value", 1) > 0)


@guard(_("Choose a reason."))
def reason_given(referral: Any) -> bool:
    return bool(referral.offered or referral.given.get("reason"))
