"""Who calls, and which roles read what the pages offer only to those who work on deals."""

from typing import cast

from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from portal.models import Person, Role
from portal.workflow import NotAllowed

WORK = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)


def caller(request: Request) -> Person:
    """Who calls: nobody else comes past the scopes."""
    return cast(Person, request.user)


def check_works(person: Person) -> None:
    """Raises NotAllowed for who neither opens nor answers deals."""
    if not person.has_role(*WORK):
        raise NotAllowed(_("Your role does not allow this."))
