"""A program that calls the API with a token, for the tests."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.test import Client as Browser
from django.utils import timezone
from oauth2_provider.models import AccessToken

from portal.models import Client, Membership, Person

ALL = list(settings.OAUTH2_PROVIDER["SCOPES"])


def client_of(person: Person, *scopes: str, name: str = "CRM connector") -> Client:
    """An app of the person's company, through which the person can act."""
    return Client.objects.create(
        company=person.company,
        name=name,
        scopes=list(scopes) or ALL,
        client_type=Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_AUTHORIZATION_CODE,
    )


def program_of(person: Person, *scopes: str, role: str = "referrals_admin") -> Client:
    """A client that acts for the person's company by itself, in one role."""
    itself = Person.objects.create(
        company=person.company, name="CRM connector", email=f"{uuid4()}@programs.invalid",
        is_program=True,
    )  # fmt: skip
    Membership.objects.create(person=itself, role=role)
    client = client_of(person, *scopes)
    client.user, client.authorization_grant_type = itself, Client.GRANT_CLIENT_CREDENTIALS
    client.save()
    return client


def token_of(client: Client, person: Person | None = None, *, hours: float = 1) -> str:
    text = uuid4().hex
    AccessToken.objects.create(
        token=text,
        user=person,
        application=client,
        scope=" ".join(client.scopes),
        expires=timezone.now() + timedelta(hours=hours),
    )
    return text


class Caller:
    """Speaks JSON to the API, with one token."""

    def __init__(self, token: str = "") -> None:
        self.browser, self.token = Browser(), token

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """`headers` as in Python: If_Match="…"."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.token:
            named.setdefault("Authorization", f"Bearer {self.token}")
        data = body if isinstance(body, bytes | str) else b"" if body is None else json.dumps(body)
        kind = named.pop("Content-Type", "application/json")
        return self.browser.generic(method, path, data, kind, headers=named)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PATCH", path, body, **headers)

    def put(self, path: str, body: Any = None, **headers: str) -> Any:
        return self("PUT", path, body, **headers)


def caller(person: Person, *scopes: str) -> Caller:
    """The API as this person, through an app."""
    return Caller(token_of(client_of(person, *scopes), person))
