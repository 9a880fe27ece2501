"""The wire's words and ours, both ways (facts 1.2 to 1.5).

This is the only file of the API that writes the vendor's name: the public contract has it in
the names of fields.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from referrals.choices import (
    Deployment,
    ErrorReason,
    FailReason,
    Help,
    Intent,
    Motion,
    PartnerRole,
    Pricing,
    Reason,
    SolutionArea,
    SolutionPlay,
    Stage,
    Tenant,
    Term,
)
from referrals.lifecycle.referral import Status
from referrals.lifecycle.registration import Status as Registered

VENDOR_ID = "msft"  # the vendor as an organization and as a target
TO_VENDOR = "consentToShareReferralWithMicrosoftSellers"
TO_VENDOR_PATH = f"consent/{TO_VENDOR}"
TO_PARTNERS = "consentToMicrosoftToContactSpecificPartners"
TO_OTHERS = "consentToToShareInfoWithOthers"  # spelled so on the wire
VENDOR_CRM = "microsoftMsxId"
IP_CO_SELL = "AzureIPCoSell"


class Words:
    """Our codes and the wire's words for them.

    Reading forgives case, spaces and punctuation, and knows our own codes too.
    """

    def __init__(
        self, words: Mapping[Any, str], also: Iterable[tuple[str, Any]] = (), none: str = ""
    ) -> None:
        self.words = {str(code): word for code, word in words.items()}
        self.none = none
        codes = [(str(code), code) for code in words]
        said = [(word, code) for code, word in words.items()]
        self.known = {_bare(word): str(code) for word, code in (*codes, *said, *also)}

    def say(self, code: Any) -> str:
        """The wire's word for our code; `none` where there is none."""
        return self.words.get(str(code), self.none)

    def read(self, word: Any) -> str | None:
        """Our code for a word, None where it is no word of this list."""
        return self.known.get(_bare(word)) if isinstance(word, str | int) else None

    @property
    def all(self) -> tuple[str, ...]:
        return tuple(self.words.values())


def _bare(word: Any) -> str:
    return "".join(filter(str.isalnum, str(word))).casefold()


def _same(*words: str) -> Words:
    return Words({word: word for word in words})


# --- where it stands -------------------------------------------------------------------

PAIRS: dict[Status, tuple[str, str]] = {
    Status.PENDING: ("New", "Pending"),
    Status.ACCEPTED: ("Active", "Accepted"),
    Status.WON: ("Closed", "Won"),
    Status.LOST: ("Closed", "Lost"),
    Status.DECLINED: ("Closed", "Declined"),
    Status.EXPIRED: ("Closed", "Expired"),
    Status.ERROR: ("Closed", "Error"),  # not in the public list; decision 10
}
STATUSES = _same("None", "New", "Active", "Closed")
SUBSTATUSES = _same(
    *("None", "Pending", "Received", "Accepted", "Won", "Lost", "Declined", "Expired", "Error")
)


def pair(status: Status) -> tuple[str, str]:
    """The wire's (status, substatus). Give it `shown_status`, true at the second."""
    return PAIRS[status]


def in_status(word: str) -> tuple[Status, ...]:
    """Our statuses that show this `status`; none for "None"."""
    code = STATUSES.read(word)
    return tuple(ours for ours, (status, _sub) in PAIRS.items() if status == code)


def in_substatus(word: str) -> tuple[Status, ...]:
    """Our statuses that show this `substatus`. Received is another word for Pending."""
    code = SUBSTATUSES.read(word)
    code = "Pending" if code == "Received" else code
    return tuple(ours for ours, (_status, sub) in PAIRS.items() if sub == code)


def status_of(status: str, substatus: str) -> Status | None:
    """The stored status of a pair; None where the pair contradicts itself or is no status."""
    both = set(in_status(status)) & set(in_substatus(substatus))
    return both.pop() if both else None


DIRECTIONS = Words({"incoming": "Incoming", "outgoing": "Outgoing"})
TYPES = Words({"shared": "Shared", "independent": "Independent"})

# --- sales stage (decision 5) ------------------------------------------------------------

_NUMBERS = tuple((str(stage.value), stage.value) for stage in Stage)
_PAGE = (
    ("Started", 10), ("None", 10), ("", 10),
    ("Qualified", 20), ("Developed", 40), ("Proposed", 60), ("Negotiated", 80),
)  # fmt: skip
_OF_ASSESSMENTS = (
    ("Customer's letter of engagement", 20), ("letter", 20),
    ("Data collected", 40), ("data", 40),
    ("Assessment report prepared", 60), ("report", 60),
    ("Presented to the customer", 80), ("presented", 80),
)  # fmt: skip
_STAGES = {20: "Qualify", 40: "Develop", 60: "Propose", 80: "Close"}
STAGES = Words(_STAGES, (*_NUMBERS, *_PAGE))
ASSESSMENT_STAGES = Words(_STAGES, (*_NUMBERS, *_PAGE, *_OF_ASSESSMENTS))


def stage_of(word: Any, motion: str) -> int | None:
    """Per cent of a `salesStage`; 10 for none. None where it is no stage of this motion."""
    if word is None:
        return Stage.START.value
    code = (ASSESSMENT_STAGES if motion == Motion.ASSESSMENT else STAGES).read(word)
    return None if code is None else int(code)


# --- what is asked for and why ------------------------------------------------------------

HELP = Words(
    {
        Help.WORKLOAD: "WorkloadSpecificValueProposition",
        Help.ARCHITECTURE: "CustomerTechnicalArchitecture",
        Help.PROOF: "ProofOfConceptOrDemo",
        Help.QUOTES: "QuotesOrLicensing",
        Help.POST_SALES: "PostSalesCustomerSuccess",
        Help.GENERAL: "GeneralOrOther",
        Help.NONE: "Unknown",
    }
)
_REASONS = {
    Reason.BUDGET: "Budget is inadequate",
    Reason.NO_RESPONSE: "Customer did not respond",
    Reason.OTHER_VENDOR: "Customer chose another vendor",
    Reason.REQUIREMENT: "Requirement can't be met",
    Reason.NOT_CUSTOMER: "Not a potential customer",
    Reason.TIMELINE: "Timeline is too short",
    Reason.ABUSE: "Abuse, spam or phishing",
    Reason.OTHER: "Other",
    Reason.NO_RECORD: "No record of this customer",
    Reason.NO_SELLER: "No seller manages this customer",
}
_ERRORS = {
    ErrorReason.DUPLICATE_BULK: "Duplicate from a bulk upload",
    ErrorReason.DUPLICATE_PORTAL: "Duplicate made in the portal",
    ErrorReason.DUPLICATE_VENDOR: "Duplicate sent by the vendor",
    ErrorReason.CONNECTOR: "Connector did not sync",
    ErrorReason.CUSTOMER: "Wrong customer matched",
    ErrorReason.SOLUTION: "Problem with a solution",
    ErrorReason.TEST: "Test",
    ErrorReason.DATA: "Wrong data",
    ErrorReason.OTHER_ERROR: "Other error",
}
# The numbers of the vendor's spreadsheets: 1 to 8 and 1 to 9 (facts 2.9).
REASONS = Words(_REASONS, [(str(n), code) for n, code in enumerate([*_REASONS][:8], 1)])
ERRORS = Words(
    _ERRORS, [*((str(n), code) for n, code in enumerate(_ERRORS, 1)), ("Other", "other_error")]
)


def reason(code: str) -> str:
    """The `statusReason` that people read; empty where there is none."""
    return REASONS.say(code) or ERRORS.say(code)


QUALIFICATIONS = Words(
    {
        "": "None",
        "direct": "Direct",
        "marketing": "MarketingQualified",
        "sales": "SalesQualified",
    },
    none="None",
)

# --- additionalRequirements.attributes: type -> words --------------------------------------

ROLES = Words(
    {
        PartnerRole.ENVISIONING: "Presales envisioning",
        PartnerRole.DESIGN: "Solution design",
        PartnerRole.PROOF: "Proof of concept",
        PartnerRole.STRATEGY: "Business strategy",
        PartnerRole.DEPLOYMENT: "Deployment services",
        PartnerRole.ADOPTION: "Adoption and change management",
        PartnerRole.TRANSACTION: "Transaction",
        PartnerRole.MANAGED: "Managed services",
    }
)
AREAS = Words(
    {
        SolutionArea.AI_APPS: "AI business applications",
        SolutionArea.CLOUD: "Cloud and AI platforms",
        SolutionArea.SECURITY: "Security",
        SolutionArea.WORK: "Modern work",
        SolutionArea.DATA: "Data and analytics",
        SolutionArea.INFRA: "Infrastructure",
    }
)
PLAYS = Words(
    {
        SolutionPlay.MIGRATE: "Migrate and modernise",
        SolutionPlay.INNOVATE: "Build and innovate with AI",
        SolutionPlay.UNIFY_DATA: "Unify the data estate",
        SolutionPlay.SECURE: "Defend and secure",
        SolutionPlay.PRODUCTIVITY: "Productivity with assistants",
        SolutionPlay.BUSINESS: "Modernise business processes",
    }
)
INTENTS = Words({Intent.YES: "Yes", Intent.NO: "No", Intent.UNDECIDED: "Have not decided"})
# type on the wire -> (field of a referral, its words)
ATTRIBUTES = {
    "PartnerRole": ("partner_role", ROLES),
    "SolutionArea": ("solution_area", AREAS),
    "SolutionPlay": ("solution_play", PLAYS),
    "CustomerMarketplaceIntent": ("intent", INTENTS),
}

# --- registrations -------------------------------------------------------------------------

UNREGISTERED = "None"
REGISTERED = {
    Registered.PENDING: "ReviewPending",
    Registered.REVIEW: "ReviewPending",
    Registered.VALIDATION: "ReviewPending",
    Registered.DRAFT: "ActionRequired",  # begun: the partner is to complete it
    Registered.ACTION: "ActionRequired",
    Registered.APPROVED: "Approved",
    Registered.PASSED: "Passed",
    Registered.FAILED: "Failed",
    Registered.CLOSED: "Closed",
}
REGISTRATIONS = _same(UNREGISTERED, *dict.fromkeys(REGISTERED.values()))


def registered_as(word: str) -> tuple[Registered, ...]:
    """The statuses of a registration that show this `registrationStatus`."""
    code = REGISTRATIONS.read(word)
    return tuple(ours for ours, said in REGISTERED.items() if said == code)


TERMS = Words({Term.PERPETUAL: "Perpetual", Term.FINITE: "Finite"})
TENANTS = Words({Tenant.CUSTOMER: "Customer", Tenant.PARTNER: "Partner"})
PRICING = Words({Pricing.PAYG: "PayAsYouGo", Pricing.OTHER: "Other"})
ON_AZURE: dict[str, bool] = {Deployment.AZURE: True, Deployment.OTHER: False}
FAILED = Words(
    {
        FailReason.UNNAMED: "The contract does not name the company or the solution",
        FailReason.UNSIGNED: "The contract is not signed",
        FailReason.VALUE: "The value is not what the contract says",
        FailReason.DATES: "The dates are not what the contract says",
        FailReason.CUSTOMER: "The contract is with another customer",
        FailReason.EARLY: "The deal was won too soon after it was opened",
        FailReason.MARKETPLACE: "The marketplace knows no such transaction",
        FailReason.DUPLICATE: "The contract was registered before",
        FailReason.OTHER: "Another reason",
    }
)
