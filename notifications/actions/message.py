"""The verbs of operators on messages that could not be sent."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from notifications.models import Message
from portal import clock, roles
from portal.models import Person
from portal.workflow import NotAllowed


def try_again(messages: Iterable[UUID], *, by: Person) -> int:
    """Queue dead messages once more, with all their tries. Returns how many.

    Raises NotAllowed for anybody but an operator.
    """
    if not (by.is_superuser or roles.operator(by)):
        raise NotAllowed(_("Your role does not allow this."))
    dead = Message.objects.dead().filter(pk__in=list(messages))
    return dead.update(state=Message.State.QUEUED, due_at=clock.now(), attempts=0)
