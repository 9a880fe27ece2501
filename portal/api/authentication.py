"""Who is calling: a client for its company, or somebody through an app."""

from typing import Any

from django.http import QueryDict
from oauth2_provider.contrib.rest_framework import OAuth2Authentication

from portal.models import Client, Person


class _Unread:
    """A request without its body, which the library would read before it knows who calls."""

    POST = QueryDict()

    def __init__(self, request: Any) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return getattr(self._request, name)


class Bearer(OAuth2Authentication):
    """A token works while its client, its person and their company do: looked up each time, so
    that switching one off ends it at once.

    Nothing is read before it is known who calls: what strangers send is never taken off the
    line, and they are told 401 whatever it is.
    """

    def authenticate(self, request: Any) -> tuple[Person, Any] | None:
        unread: Any = _Unread(request)
        found = super().authenticate(unread)
        if found is None:
            request.oauth2_error = unread.oauth2_error
            return None
        _user, token = found
        person = self._person(token)
        if person is None:
            request.oauth2_error = {"error": "invalid_token"}
            return None
        person.client = token.application
        return person, token

    def _person(self, token: Any) -> Person | None:
        client: Client | None = token.application
        if client is None or not client.is_usable(None):
            return None
        person: Person | None = token.user or client.user
        own = person is not None and person.company_id == client.company_id
        return person if own and person is not None and person.is_active else None
