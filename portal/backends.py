"""Who signed in, as every request asks for them."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from portal.models import Person


class Backend(AuthenticationBackend):
    """The library's sign-in; a person comes with the company, which every page needs."""

    def user_can_authenticate(self, user: Person) -> bool:
        """Nobody signs in, or stays signed in, for a company that was switched off; a program
        has tokens."""
        works = user.company is None or user.company.is_active
        return works and not user.is_program and super().user_can_authenticate(user)

    def get_user(self, user_id: Any) -> Person | None:
        person = Person.objects.select_related("company").filter(pk=user_id).first()
        return person if person and self.user_can_authenticate(person) else None
