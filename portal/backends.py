"""Who signed in, as every request asks for them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from portal.models import Person


class Backend(AuthenticationBackend):
    """The library's sign-in; a person comes with the company, which every page needs."""

    def get_user(self, user_id: Any) -> Person | None:
        person = Person.objects.select_related("company").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
