"""The closed lists of co-sell: what people choose from (facts 1.4, 2.4, 2.6, 2.12)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Motion(models.TextChoices):
    """What the partner sells in a deal; decides which fields are asked for."""

    IP = "ip", _("Our own product (IP co-sell)")
    SERVICES = "services", _("Services")
    ASSESSMENT = "assessment", _("Solution assessment")


class DealType(models.TextChoices):
    """Derived from the legs and the visibility of a deal, never stored (decision 4)."""

    PRIVATE = "private", _("Private")
    PARTNER_LED = "partner_led", _("Partner-led")
    CO_SELL = "co_sell", _("Co-sell")
    P2P = "p2p", _("Partner to partner")
    P2P_VENDOR = "p2p_vendor", _("Partner to partner with the vendor")
    ASSESSMENT = "assessment", _("Solution assessment")


class Help(models.TextChoices):
    NONE = "", _("No help needed at this time")
    WORKLOAD = "workload", _("Workload-specific value proposition")
    ARCHITECTURE = "architecture", _("Customer technical architecture")
    PROOF = "proof", _("Proof of concept or demo")
    QUOTES = "quotes", _("Quotes or licensing")
    POST_SALES = "post_sales", _("Post-sales customer success")
    GENERAL = "general", _("General or other")


class Intent(models.TextChoices):
    """Will the customer buy on the marketplace? Asked for IP deals only."""

    NOT_ASKED = "", _("Not asked")
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNDECIDED = "undecided", _("Have not decided")


class PartnerRole(models.TextChoices):
    NONE = "", "—"
    ENVISIONING = "envisioning", _("Presales envisioning")
    DESIGN = "design", _("Solution design")
    PROOF = "proof", _("Proof of concept")
    STRATEGY = "strategy", _("Business strategy")
    DEPLOYMENT = "deployment", _("Deployment services")
    ADOPTION = "adoption", _("Adoption and change management")
    TRANSACTION = "transaction", _("Transaction")
    MANAGED = "managed", _("Managed services")


class SolutionArea(models.TextChoices):
    NONE = "", "—"
    AI_APPS = "ai_apps", _("AI business applications")
    CLOUD = "cloud", _("Cloud and AI platforms")
    SECURITY = "security", _("Security")
    WORK = "work", _("Modern work")
    DATA = "data", _("Data and analytics")
    INFRA = "infra", _("Infrastructure")


class SolutionPlay(models.TextChoices):
    NONE = "", "—"
    MIGRATE = "migrate", _("Migrate and modernise")
    INNOVATE = "innovate", _("Build and innovate with AI")
    UNIFY_DATA = "unify_data", _("Unify the data estate")
    SECURE = "secure", _("Defend and secure")
    PRODUCTIVITY = "productivity", _("Productivity with assistants")
    BUSINESS = "business", _("Modernise business processes")


class Stage(models.IntegerChoices):
    """Sales stages in per cent; Won is the status and counts 100."""

    START = 10, _("Started")
    QUALIFIED = 20, _("Qualified")
    DEVELOPED = 40, _("Developed")
    PROPOSED = 60, _("Proposed")
    NEGOTIATED = 80, _("Negotiated")


class AssessmentStage(models.IntegerChoices):
    """A solution assessment's own stages, all of them needed before Won (D11)."""

    START = 10, _("Started")
    LETTER = 20, _("Customer's letter of engagement")
    DATA = 40, _("Data collected")
    REPORT = 60, _("Assessment report prepared")
    PRESENTED = 80, _("Presented to the customer")


MCEM = {
    10: _("Listen and consult"),
    20: _("Listen and consult"),
    40: _("Inspire and design"),
    60: _("Empower and achieve"),
    80: _("Empower and achieve"),
    100: _("Realise value"),
}


class Reason(models.TextChoices):
    """Why a referral was declined or lost."""

    BUDGET = "budget", _("Budget is inadequate")
    NO_RESPONSE = "no_response", _("Customer did not respond")
    OTHER_VENDOR = "other_vendor", _("Customer chose another vendor")
    REQUIREMENT = "requirement", _("Requirement can't be met")
    NOT_CUSTOMER = "not_customer", _("Not a potential customer")
    TIMELINE = "timeline", _("Timeline is too short")
    ABUSE = "abuse", _("Abuse, spam or phishing")
    NO_RECORD = "no_record", _("No record of this customer")
    NO_SELLER = "no_seller", _("No seller manages this customer")
    OTHER = "other", _("Other")


class ErrorReason(models.TextChoices):
    """Why a referral was closed as an error."""

    DUPLICATE_BULK = "duplicate_bulk", _("Duplicate from a bulk upload")
    DUPLICATE_PORTAL = "duplicate_portal", _("Duplicate made in the portal")
    DUPLICATE_VENDOR = "duplicate_vendor", _("Duplicate sent by the vendor")
    CONNECTOR = "connector", _("Connector did not sync")
    CUSTOMER = "customer", _("Wrong customer matched")
    SOLUTION = "solution", _("Problem with a solution")
    TEST = "test", _("Test")
    DATA = "data", _("Wrong data")
    OTHER_ERROR = "other_error", _("Other error")


VENDOR_REASONS = (Reason.NO_RECORD, Reason.NO_SELLER)
PARTNER_REASONS = tuple(r for r in Reason if r not in VENDOR_REASONS)


class Term(models.TextChoices):
    FINITE = "finite", _("For a certain time")
    PERPETUAL = "perpetual", _("Perpetual")


class Deployment(models.TextChoices):
    AZURE = "azure", _("On Azure")
    OTHER = "other", _("Somewhere else")


class Tenant(models.TextChoices):
    """In whose tenant the solution runs."""

    CUSTOMER = "customer", _("The customer's tenant")
    PARTNER = "partner", _("Our tenant")


class Pricing(models.TextChoices):
    PAYG = "payg", _("Pay as you go")
    OTHER = "other", _("Another model")


class ReviewReason(models.TextChoices):
    """Why a registration is not approved automatically (facts 2.12, decision 9)."""

    LARGE = "large", _("The annual value is above the limit for automatic approval")
    PARTNERS = "partners", _("Several partners take part in the deal")
    PAYG = "payg", _("It is pay as you go")
    EARLY = "early", _("The deal was won too soon after it was opened")
    ANSWERED = "answered", _("The partner answered what was asked")
    PULLED = "pulled", _("It was pulled back after automatic approval")


class FailReason(models.TextChoices):
    """Why a registration failed its review."""

    UNNAMED = "unnamed", _("The contract does not name the company or the solution")
    UNSIGNED = "unsigned", _("The contract is not signed")
    VALUE = "value", _("The value is not what the contract says")
    DATES = "dates", _("The dates are not what the contract says")
    CUSTOMER = "customer", _("The contract is with another customer")
    EARLY = "early", _("The deal was won too soon after it was opened")
    MARKETPLACE = "marketplace", _("The marketplace knows no such transaction")
    DUPLICATE = "duplicate", _("The contract was registered before")
    OTHER = "other_fail", _("Another reason")


class Outcome(models.TextChoices):
    """How a registration ended; stays when it is closed."""

    NONE = "", "—"
    APPROVED = "approved", _("Approved")
    PASSED = "passed", _("Passed the review")
    FAILED = "failed", _("Failed the review")
    FORGONE = "forgone", _("Closed without registration")
