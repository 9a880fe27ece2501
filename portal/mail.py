"""The mails of the ground floor. Django's mail functions write them to the outbox, in the
transaction of the action that sends them."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from portal import invitation
from portal.actors import Actor
from portal.models import Person


def invited(person: Person, *, by: Actor) -> None:
    """The link with which a person sets the password and signs in for the first time."""
    link = settings.BASE_URL + reverse("join", args=[invitation.token(person)])
    with translation.override(person.language):
        context = {
            "person": person,
            "by": by,
            "company": person.company,
            "link": link,
            "days": invitation.LASTS.days,
            "PRODUCT": _("%(vendor)s partner portal") % {"vendor": settings.VENDOR_NAME},
            "LANGUAGE_CODE": person.language,
        }
        _send("invited", person, context)


def _send(name: str, person: Person, context: dict[str, object]) -> None:
    folder = f"mail/portal/{name}"
    subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
    message = EmailMultiAlternatives(
        subject, render_to_string(f"{folder}/body.txt", context), to=[person.email]
    )
    message.attach_alternative(render_to_string(f"{folder}/body.html", context), "text/html")
    message.send()
