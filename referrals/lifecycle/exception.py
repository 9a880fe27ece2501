"""The life of a request for an exception: asked once, decided once, final (facts 2.12).

asked  grant   granted  reviewer
asked  refuse  refused  reviewer
"""

from datetime import datetime
from typing import Any, ClassVar

import django_fsm as fsm
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.models import Record
from portal.roles import reviewer
from portal.workflow import Verb, guard, is_past, step


class Status(models.TextChoices):
    ASKED = "asked", _("Requested")
    GRANTED = "granted", _("Granted")
    REFUSED = "refused", pgettext_lazy("exception", "Refused")


S = Status


@guard(_("You worked on this deal or decided its registration. Another reviewer decides."))
def fresh_eyes(request: Any) -> bool:
    person, registration = request.actor.person, request.registration
    return person is None or not (
        registration.reviewer_id == person.pk or registration.is_biased(person)
    )


@guard(_("Write down why."))
def decision_explained(request: Any) -> bool:
    return bool(request.offered or request.given.get("answer", "").strip())


@guard(_("With these changes the registration would contradict itself."))
def changes_fit(request: Any) -> bool:
    return bool(request.fits)


class Lifecycle(fsm.FSMModelMixin, Record):
    """`due_at` binds the vendor: a missed one is shown, and changes nothing."""

    status = fsm.FSMField(_("status"), choices=S, default=S.ASKED, protected=True)
    due_at = models.DateTimeField(_("answer by"), editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    note = models.TextField(_("why"), max_length=5000, blank=True)

    VERBS: ClassVar = {
        "grant": Verb(_("Grant the exception"), asks=True),
        "refuse": Verb(_("Refuse the exception"), asks=True, danger=True),
    }
    EDITS: ClassVar = ()

    class Meta:
        abstract = True

    @property
    def next_verb(self) -> str:
        """What most people do next from here."""
        return "grant"

    @property
    def is_overdue(self) -> bool:
        return self.status == S.ASKED and is_past(self.due_at, self)

    def _decide(self, at: datetime, reviewer: Any, answer: str) -> None:
        self.decided_at, self.reviewer, self.note = at, reviewer, answer

    @step(S.ASKED, S.GRANTED, who=reviewer, when=(fresh_eyes, changes_fit, decision_explained))
    def grant(self, *, at: datetime, reviewer: Any, answer: str) -> None:
        self._decide(at, reviewer, answer)

    @step(S.ASKED, S.REFUSED, who=reviewer, when=(fresh_eyes, decision_explained))
    def refuse(self, *, at: datetime, reviewer: Any, answer: str) -> None:
        self._decide(at, reviewer, answer)
