"""What the library asks before it gives a token out."""

from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

from portal.models import Person


class Validator(OAuth2Validator):
    """No token for somebody who was sent away, nor through another company's app."""

    def validate_code(
        self, client_id: str, code: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        known = super().validate_code(client_id, code, client, request, *args, **kwargs)
        return bool(known) and works(request.user, client)

    def validate_refresh_token(
        self, refresh_token: str, client: Any, request: Any, *args: Any, **kwargs: Any
    ) -> bool:
        known = super().validate_refresh_token(refresh_token, client, request, *args, **kwargs)
        return bool(known) and works(request.user, client)


def works(person: Person | None, client: Any) -> bool:
    """May this person act through this client?"""
    own = person is not None and person.company_id == client.company_id
    return own and bool(person and person.is_active and not person.is_program)
