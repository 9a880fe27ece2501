"""How one hears of things."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from notifications import kinds
from notifications.models import Preference
from portal.models import Person
from portal.workflow import Refused


def choose(choices: Mapping[str, str], *, by: Person) -> None:
    """Keep kind -> how for this person. Raises Refused for a kind that can't be switched off."""
    fixed = {kind.code for kind in kinds.known() if kind.always}
    if any(kind in fixed and how != Preference.How.NOW for kind, how in choices.items()):
        raise Refused(_("Some messages are always sent at once."))
    Preference.objects.bulk_create(
        [Preference(person=by, kind=kind, how=how) for kind, how in choices.items()],
        update_conflicts=True,
        unique_fields=["person", "kind"],
        update_fields=["how"],
    )
