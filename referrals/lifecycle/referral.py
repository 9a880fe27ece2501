"""The life of a referral. This page is the whole of it.

pending    accept          accepted   receiver
pending    decline         declined   receiver
pending    remind          pending    system
pending    expire          expired    system
pending    close_as_error  error      receiver
accepted   move_stage      accepted   worker
accepted   win             won        worker
accepted   lose            lost       worker
accepted   close_as_error  error      worker
accepted   share           accepted   opener
accepted   ask_help        accepted   opener
accepted   invite          accepted   worker
accepted   add_member      accepted   worker
accepted   remove_member   accepted   worker
accepted   set_solutions   accepted   worker
accepted   set_contact     accepted   opener
accepted   reveal_contact  accepted   receiver
accepted   comment         accepted   worker
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, ClassVar

import django_fsm as fsm
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.models import Record
from portal.roles import opener, receiver, system, worker
from portal.workflow import Edit, Verb, is_past, step
from referrals.choices import Stage
from referrals.lifecycle.guards import (
    contact_agreed,
    contact_known,
    contact_open,
    help_not_asked,
    in_time,
    intent_asked,
    not_shared,
    out_of_time,
    reason_given,
    reminder_due,
    solutions_open,
    solutions_stay,
    stage_follows,
    stages_done,
    team_stays,
    value_positive,
)


class Status(models.TextChoices):
    PENDING = "pending", _("Received")
    ACCEPTED = "accepted", _("Accepted")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")
    DECLINED = "declined", _("Declined")
    EXPIRED = "expired", _("Expired")
    ERROR = "error", _("Closed as error")


S = Status
OPEN = (S.PENDING, S.ACCEPTED)
CLOSED = tuple(s for s in S if s not in OPEN)


class Lifecycle(fsm.FSMModelMixin, Record):
    """Fourteen days to answer (setting ANSWER_DAYS); then free to work until it is closed."""

    status = fsm.FSMField(_("status"), choices=S, default=S.PENDING, protected=True)
    stage = models.PositiveSmallIntegerField(_("sales stage"), choices=Stage, default=Stage.START)
    due_at = models.DateTimeField(_("answer by"), null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)
    reason = models.CharField(_("reason"), max_length=20, blank=True)
    reason_note = models.TextField(_("notes on the reason"), blank=True)

    VERBS: ClassVar = {
        "accept": Verb(_("Accept"), asks=True),
        "decline": Verb(_("Decline"), asks=True, danger=True),
        "move_stage": Verb(_("Move the stage"), asks=True),
        "win": Verb(
            _("Mark as won"),
            _("The deal is closed. Nothing in it can be changed afterwards."),
        ),
        "lose": Verb(_("Mark as lost"), asks=True, danger=True),
        "ask_help": Verb(_("Ask the vendor for help"), asks=True),
        "share": Verb(
            _("Show to the vendor's sellers"),
            _("The vendor's sellers will see this deal from now on. This can't be taken back."),
        ),
        "invite": Verb(_("Invite a partner"), asks=True),
        "add_member": Verb(_("Add to the team"), asks=True),
        "set_solutions": Verb(_("Change the solutions"), asks=True),
        "reveal_contact": Verb(_("Show the contact")),
        "close_as_error": Verb(_("Close as error"), asks=True, danger=True),
    }
    EDITS: ClassVar = (
        Edit(
            ("name", "value", "currency", "close_on", "notes", "crm_id", "campaign_id"),
            (S.ACCEPTED,),
            worker,
            (value_positive,),
        ),
        Edit(("partner_role", "solution_area", "solution_play", "wire"), (S.ACCEPTED,), worker),
        Edit(("intent",), (S.ACCEPTED,), worker, (intent_asked,)),
    )

    class Meta:
        abstract = True

    @property
    def next_verb(self) -> str:
        """What most people do next from here."""
        if self.status == S.PENDING:
            return "accept"
        return "win" if self.stage >= Stage.NEGOTIATED else "move_stage"

    @property
    def is_overdue(self) -> bool:
        return is_past(self.due_at, self)

    @property
    def remind_at(self) -> datetime | None:
        return self.due_at and self.due_at - timedelta(days=settings.REMIND_DAYS)

    @step(S.PENDING, S.ACCEPTED, who=receiver, when=(in_time, value_positive))
    def accept(
        self, *, at: datetime, name: str, value: Decimal, close_on: date, **more: str
    ) -> None:
        self.name, self.value, self.close_on = name, value, close_on
        for key, given in more.items():
            setattr(self, key, given)
        self.accepted_at, self.due_at = at, None

    @step(S.PENDING, S.DECLINED, who=receiver, when=(in_time, reason_given))
    def decline(self, *, at: datetime, reason: str, reason_note: str = "") -> None:
        self.reason, self.reason_note = reason, reason_note
        self.closed_at, self.due_at = at, None

    @step(S.PENDING, S.PENDING, who=system, when=(in_time, reminder_due))
    def remind(self, *, at: datetime) -> None:
        self.reminded_at = at

    @step(S.PENDING, S.EXPIRED, who=system, when=(out_of_time,))
    def expire(self, *, at: datetime) -> None:
        self.closed_at, self.due_at = at, None

    @step(S.PENDING, S.ERROR, who=receiver, when=(in_time, reason_given))
    @step(S.ACCEPTED, S.ERROR, who=worker, when=(reason_given,))
    def close_as_error(self, *, at: datetime, reason: str, reason_note: str = "") -> None:
        self.reason, self.reason_note = reason, reason_note
        self.closed_at, self.due_at = at, None

    @step(S.ACCEPTED, S.ACCEPTED, who=worker, when=(stage_follows,))
    def move_stage(self, *, at: datetime, stage: int) -> None:
        self.stage = stage

    @step(S.ACCEPTED, S.WON, who=worker, when=(stages_done,))
    def win(self, *, at: datetime) -> None:
        self.closed_at = at

    @step(S.ACCEPTED, S.LOST, who=worker, when=(reason_given,))
    def lose(self, *, at: datetime, reason: str, reason_note: str = "") -> None:
        self.reason, self.reason_note, self.closed_at = reason, reason_note, at

    @step(S.ACCEPTED, S.ACCEPTED, who=opener, when=(not_shared,))
    def share(self, *, at: datetime) -> None:
        """Visibility is the deal's; the action sets it on the same lock."""

    @step(S.ACCEPTED, S.ACCEPTED, who=opener, when=(help_not_asked, contact_known))
    def ask_help(self, *, at: datetime, contact_given: bool = False) -> None:
        """The vendor's own leg is opened by the action."""

    @step(S.ACCEPTED, S.ACCEPTED, who=worker)
    def invite(self, *, at: datetime) -> None:
        """The invited partner's own leg is opened by the action."""

    @step(S.ACCEPTED, S.ACCEPTED, who=worker)
    def add_member(self, *, at: datetime) -> None:
        """A row of the team is added by the action."""

    @step(S.ACCEPTED, S.ACCEPTED, who=worker, when=(team_stays,))
    def remove_member(self, *, at: datetime, removes: bool) -> None:
        """A row of the team is removed by the action."""

    @step(S.ACCEPTED, S.ACCEPTED, who=worker, when=(solutions_open, solutions_stay))
    def set_solutions(self, *, at: datetime, solutions: list[Any]) -> None:
        """The rows are replaced by the action."""

    @step(S.ACCEPTED, S.ACCEPTED, who=opener, when=(contact_open, contact_agreed))
    def set_contact(self, *, at: datetime, agreed: bool) -> None:
        """The contact is the deal's; the action writes it on the same lock."""

    @step(S.ACCEPTED, S.ACCEPTED, who=receiver)
    def reveal_contact(self, *, at: datetime) -> None:
        """Each look at a contact that somebody else entered is a line of history."""

    @step(S.ACCEPTED, S.ACCEPTED, who=worker)
    def comment(self, *, at: datetime) -> None:
        """The words are a row of the conversation."""
