from referrals.models.comments import Comment
from referrals.models.deals import Deal
from referrals.models.drafts import Draft
from referrals.models.exports import Export
from referrals.models.referrals import Favourite, Referral, ReferralSolution, TeamMember
from referrals.models.registrations import ExceptionRequest, Registration
from referrals.models.responsiveness import Responsiveness
from referrals.models.routing import RoutingRule
from referrals.models.solutions import Solution

__all__ = [
    "Comment",
    "Deal",
    "Draft",
    "ExceptionRequest",
    "Export",
    "Favourite",
    "Referral",
    "ReferralSolution",
    "Registration",
    "Responsiveness",
    "RoutingRule",
    "Solution",
    "TeamMember",
]
