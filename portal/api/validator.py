"""What the library asks before it gives a token out."""

import hashlib
from typing import Any

from oauth2_provider.models import AccessToken
from oauth2_provider.oauth2_validators import OAuth2Validator

from portal.models import Person

READ_WITH = ("application__company", "application__user__company", "user__company")


class Validator(OAuth2Validator):
    """No token for somebody who was sent away, nor through another company's app."""

    def _load_access_token(self, token: str) -> AccessToken | None:
        """The token with all that decides whether it works, in one query of each request."""
        rows = AccessToken.objects.select_related(*READ_WITH)
        return rows.filter(token_checksum=hashlib.sha256(token.encode()).hexdigest()).first()

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
