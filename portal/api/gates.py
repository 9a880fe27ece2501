"""Which roles read what the pages offer only to those who work on deals."""

from django.utils.translation import gettext_lazy as _

from portal.models import Person, Role
from portal.workflow import NotAllowed

WORK = (Role.REFERRALS_ADMIN, Role.REFERRALS_USER, Role.SELLER)


def check_works(person: Person) -> None:
    """Raises NotAllowed for who neither opens nor answers deals."""
    if not person.has_role(*WORK):
        raise NotAllowed(_("Your role does not allow this."))
