"""The life of a registration. This page is the whole of it.

draft       attach         draft       registrant
draft       detach         draft       registrant
draft       submit         pending     registrant
draft       forgo          closed      registrant
pending     ask_more       action      system
pending     verify         validation  system
pending     select         review      system
pending     auto_approve   approved    system
review      ask_more       action      reviewer
review      approve        passed      reviewer
review      fail           failed      reviewer
validation  ask_more       action      reviewer
validation  approve        passed      reviewer
validation  fail           failed      reviewer
action      attach         action      registrant
action      submit         pending     registrant
approved    pull_back      review      reviewer
approved    close          closed      system
passed      close          closed      system
failed      close          closed      system
approved    ask_exception  approved    registrant
passed      ask_exception  passed      registrant
failed      ask_exception  failed      registrant
closed      ask_exception  closed      registrant
approved    reconsider     passed      reviewer
passed      reconsider     passed      reviewer
failed      reconsider     passed      reviewer
closed      reconsider     passed      reviewer
"""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import django_fsm as fsm
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Record
from portal.roles import registrant, reviewer, system
from portal.workflow import Edit, Verb, step
from referrals.choices import FailReason, Outcome, ReviewReason
from referrals.lifecycle.contract_rules import RULES, eligible
from referrals.lifecycle.decisions import (
    automatic,
    close_due,
    early_win_explained,
    exception_explained,
    exception_granted,
    exception_in_time,
    exception_unused,
    fail_explained,
    files_refused,
    needs_eyes,
    not_held_by_others,
    on_marketplace,
    other_eyes,
    question_asked,
    scanned,
    was_submitted,
)


class Status(models.TextChoices):
    DRAFT = "draft", _("Not submitted")
    PENDING = "pending", _("Being checked")
    REVIEW = "review", _("Under review")
    VALIDATION = "validation", _("Marketplace validation")
    ACTION = "action", _("Action required")
    APPROVED = "approved", _("Approved")
    PASSED = "passed", _("Passed")
    FAILED = "failed", pgettext_lazy("registration", "Failed")
    CLOSED = "closed", pgettext_lazy("registration", "Closed")


S = Status
OPEN = (S.DRAFT, S.ACTION)  # where the partner may change what it says
WAITING = (S.REVIEW, S.VALIDATION)  # where a reviewer decides
DECIDED = (S.APPROVED, S.PASSED, S.FAILED)
_ASKED = (was_submitted, exception_unused, exception_in_time, exception_explained)
_GRANTED = (exception_granted, not_held_by_others)
HOLDS = (S.PENDING, S.REVIEW, S.VALIDATION, S.ACTION, S.APPROVED, S.PASSED)


class Lifecycle(fsm.FSMModelMixin, Record):
    """A decision stands REGISTRATION_CLOSE_DAYS, in which an automatic one may be pulled back."""

    status = fsm.FSMField(_("status"), choices=S, default=S.DRAFT, protected=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    due_at = models.DateTimeField(_("closes"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("registered"), null=True, editable=False)
    pending_at = models.DateTimeField(_("last submitted"), null=True, editable=False)
    action_at = models.DateTimeField(_("action required since"), null=True, editable=False)
    approved_at = models.DateTimeField(_("approved"), null=True, editable=False)
    passed_at = models.DateTimeField(_("passed"), null=True, editable=False)
    failed_at = models.DateTimeField(_("failed"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    question = models.TextField(_("what is asked for"), max_length=5000, blank=True)
    reasons = models.JSONField(_("why it is reviewed"), default=list, blank=True)
    fail_reason = models.CharField(_("reason"), max_length=12, choices=FailReason, blank=True)
    fail_note = models.TextField(_("notes on the reason"), max_length=5000, blank=True)
    override = models.TextField(_("why the early win is accepted"), max_length=5000, blank=True)

    VERBS: ClassVar = {
        "submit": Verb(_("Fill in and submit"), asks=True),
        "forgo": Verb(
            _("Close without registration"),
            _("The deal is closed for good and can't be registered any more."),
            danger=True,
        ),
        "approve": Verb(_("Approve"), asks=True),
        "ask_more": Verb(_("Ask for more"), asks=True),
        "fail": Verb(_("Fail"), asks=True, danger=True),
        "pull_back": Verb(_("Pull back for review"), asks=True),
        "ask_exception": Verb(_("Request an exception"), asks=True),
    }
    EDITS: ClassVar = (
        Edit(
            tuple(
                (
                    "solution_id holds_contract names_both is_marketplace marketplace_on "
                    "deployment pricing term total_value solution_value currency signed_on "
                    "starts_on ends_on tenant"
                ).split()
            ),
            OPEN,
            registrant,
        ),
    )

    class Meta:
        abstract = True

    @property
    def next_verb(self) -> str:
        """What most people do next from here."""
        return "approve" if self.status in WAITING else "submit"

    def _decided(self, at: datetime, outcome: Outcome) -> None:
        self.outcome = outcome
        self.due_at = at + timedelta(days=settings.REGISTRATION_CLOSE_DAYS)

    @step(S.DRAFT, S.DRAFT, who=registrant)
    @step(S.ACTION, S.ACTION, who=registrant)
    def attach(self, *, at: datetime) -> None:
        """The files are kept by the action."""

    @step(S.DRAFT, S.DRAFT, who=registrant)
    def detach(self, *, at: datetime) -> None:
        """What was submitted once is evidence and stays."""

    @step(S.DRAFT, S.PENDING, who=registrant, when=(eligible, not_held_by_others, *RULES))
    @step(S.ACTION, S.PENDING, who=registrant, when=tuple(RULES))
    def submit(self, *, at: datetime) -> None:
        if self.submitted_at:
            self.reasons = [ReviewReason.ANSWERED]
        self.submitted_at, self.pending_at = self.submitted_at or at, at

    @step(S.DRAFT, S.CLOSED, who=registrant)
    def forgo(self, *, at: datetime) -> None:
        self.outcome, self.closed_at = Outcome.FORGONE, at

    @step(S.PENDING, S.ACTION, who=system, when=(files_refused,))
    @step(S.REVIEW, S.ACTION, who=reviewer, when=(other_eyes, question_asked))
    @step(S.VALIDATION, S.ACTION, who=reviewer, when=(other_eyes, question_asked))
    def ask_more(self, *, at: datetime, question: str) -> None:
        self.question, self.action_at = question, at

    @step(S.PENDING, S.VALIDATION, who=system, when=(scanned, on_marketplace))
    def verify(self, *, at: datetime) -> None:
        """The marketplace's books show whether there was such a transaction."""

    @step(S.PENDING, S.REVIEW, who=system, when=(scanned, needs_eyes))
    def select(self, *, at: datetime, reasons: list[str]) -> None:
        self.reasons = reasons

    @step(S.PENDING, S.APPROVED, who=system, when=(scanned, automatic))
    def auto_approve(self, *, at: datetime) -> None:
        self.approved_at = at
        self._decided(at, Outcome.APPROVED)

    @step(S.REVIEW, S.PASSED, who=reviewer, when=(other_eyes, early_win_explained))
    @step(S.VALIDATION, S.PASSED, who=reviewer, when=(other_eyes, early_win_explained))
    def approve(self, *, at: datetime, reviewer: Any, override: str = "") -> None:
        self.passed_at, self.reviewer, self.override = at, reviewer, override
        self._decided(at, Outcome.PASSED)

    @step(S.REVIEW, S.FAILED, who=reviewer, when=(other_eyes, fail_explained))
    @step(S.VALIDATION, S.FAILED, who=reviewer, when=(other_eyes, fail_explained))
    def fail(self, *, at: datetime, reviewer: Any, fail_reason: str, fail_note: str = "") -> None:
        self.failed_at, self.reviewer = at, reviewer
        self.fail_reason, self.fail_note = fail_reason, fail_note
        self._decided(at, Outcome.FAILED)

    @step(S.APPROVED, S.REVIEW, who=reviewer, when=(other_eyes,))
    def pull_back(self, *, at: datetime, pulled_back_by: Any) -> None:
        self.pulled_back_by, self.reasons = pulled_back_by, [ReviewReason.PULLED]
        self.outcome, self.due_at = Outcome.NONE, None

    @step(S.APPROVED, S.CLOSED, who=system, when=(close_due,))
    @step(S.PASSED, S.CLOSED, who=system, when=(close_due,))
    @step(S.FAILED, S.CLOSED, who=system, when=(close_due,))
    def close(self, *, at: datetime) -> None:
        self.closed_at, self.due_at = at, None

    @step(S.APPROVED, S.APPROVED, who=registrant, when=_ASKED)
    @step(S.PASSED, S.PASSED, who=registrant, when=_ASKED)
    @step(S.FAILED, S.FAILED, who=registrant, when=_ASKED)
    @step(S.CLOSED, S.CLOSED, who=registrant, when=_ASKED)
    def ask_exception(self, *, at: datetime, explanation: str) -> None:
        """The request is a row of its own, with a life of its own."""

    @step(S.APPROVED, S.PASSED, who=reviewer, when=_GRANTED)
    @step(S.PASSED, S.PASSED, who=reviewer, when=_GRANTED)
    @step(S.FAILED, S.PASSED, who=reviewer, when=_GRANTED)
    @step(S.CLOSED, S.PASSED, who=reviewer, when=_GRANTED)
    def reconsider(self, *, at: datetime, **changes: Any) -> None:
        """An exception was granted: its changes count, whatever the dates say."""
        for name, given in changes.items():
            setattr(self, name, given)
        self.passed_at, self.closed_at = at, None
        self.fail_reason = self.fail_note = ""
        self._decided(at, Outcome.PASSED)
