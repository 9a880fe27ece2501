"""What is done with API clients: made, changed, given a new secret, switched off and on again.

A client that acts for its company has a person of its own, who holds its roles; it can't sign
in and is never written to. Roles and scopes are read at each request, so every change holds
from the next one on.
"""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import AccessToken, Grant, RefreshToken
from oauth2_provider.validators import AllowedURIValidator

from portal import clock, roles
from portal.actions import people
from portal.actors import Actor
from portal.history import Change, difference, event, snapshot
from portal.models import Client, Company, Person
from portal.steps import Step
from portal.workflow import Guard, Verb, guard, lock

LOOPBACK = ("127.0.0.1", "localhost")  # RFC 8252, 7.3; a content policy can't name IPv6
KEPT = ("name", "scopes", "redirect_uris", "per_minute")  # what the form says

Kind = Client.Kind


# --- guards ---------------------------------------------------------------------------


@guard(_("Choose at least one scope."))
def has_a_scope(client: Client) -> bool:
    return bool(client.scopes) and set(client.scopes) <= set(settings.SCOPES)


def _is_https(address: str) -> bool:
    try:
        AllowedURIValidator(["https", "http"], "redirect", allow_path=True, allow_query=True)(
            address
        )
        parts = urlsplit(address)
    except (ValidationError, ValueError):
        return False
    return "@" not in parts.netloc and (parts.scheme == "https" or parts.hostname in LOOPBACK)


@guard(_("Name at least one redirect address: https, or http on this machine (127.0.0.1)."))
def redirects_fit(client: Client) -> bool:
    if client.kind == Kind.PROGRAM:
        return not client.addresses
    return bool(client.addresses) and all(_is_https(address) for address in client.addresses)


@guard(_("Only an operator can give more requests a minute than every client has."))
def limit_fits(client: Client) -> bool:
    by = client.actor.person
    more = (client.per_minute or 0) > settings.API_PER_MINUTE
    unchanged = client.per_minute == client.given.get("had")
    return not more or unchanged or (by is not None and roles.operator(by))


@guard(_("This client has no secret."))
def has_a_secret(client: Client) -> bool:
    return client.kind != Kind.DEVICE


@guard(_("This client is switched off."))
def is_on(client: Client) -> bool:
    return client.is_active


@guard(_("This client is switched on already."))
def is_off(client: Client) -> bool:
    return not client.is_active


SHAPE = (has_a_scope, redirects_fit, limit_fits)
# The buttons of a client's page: what it says, and when it is there.
OFFERS: dict[str, tuple[Verb, tuple[Guard, ...]]] = {
    "rotate_secret": (
        Verb(_("New secret"), _("The secret of now stops working at once.")),
        (is_on, has_a_secret),
    ),
    "revoke": (
        Verb(
            _("Switch off"),
            _("Its tokens end at once, for everybody who uses it. History stays."),
            danger=True,
        ),
        (is_on,),
    ),
    "reactivate": (
        Verb(
            _("Switch on"), _("The secret of before works again; tokens have to be fetched anew.")
        ),
        (is_off,),
    ),
}


def steps(client: Client, by: Actor) -> Iterator[Step]:
    """What this actor may do with this client now."""
    for verb, (offer, there) in OFFERS.items():
        if roles.people_manager(client, by) and all(is_met(client) for is_met in there):
            yield Step(verb, offer, f"{client.get_absolute_url()}{verb}/")


# --- the machinery of this page -------------------------------------------------------


def _check(client: Client, by: Actor, guards: Iterable[Guard]) -> None:
    client.actor = by
    people.check(client, by, roles.people_manager, guards)


def _write(client: Client, verb: str, *, by: Actor, changes: dict[str, Any]) -> Client:
    client.version += 1
    client.updated_at = client.now
    client.save()
    event(client, verb, Change("", "", changes), by=by, at=client.now).save(force_insert=True)
    return client


def _hold(client: Client, version: int | None, **given: Any) -> Client:
    Company.objects.select_for_update().get(pk=client.company_id)
    fresh = lock(client, version)
    fresh.given = given
    return fresh


def _itself(client: Client, by: Actor, grants: Iterable[people.Grant]) -> dict[str, list[str]]:
    """The roles of a client's own person, as changes. Raises as giving a person roles does."""
    person = client.user
    person.moment, person.given = client.now, {"grants": tuple(grants)}
    people.check(person, by, roles.people_manager, people.GRANTS)
    if person._state.adding:
        person.save(force_insert=True)
    changes = people.grant(person, person.given["grants"])
    person.name = client.name[:150]
    person.save()
    return changes


def _end_tokens(client: Client) -> None:
    for model in (RefreshToken, AccessToken, Grant):
        model.objects.filter(application=client).delete()


def _give_secret(client: Client) -> None:
    client.secret = client.client_secret = generate_client_secret()


# --- verbs ----------------------------------------------------------------------------


def _new(company: Company, kind: str, values: dict[str, Any]) -> Client:
    program = kind == Kind.PROGRAM
    client = Client(
        company=company,
        client_type=Client.CLIENT_PUBLIC if kind == Kind.DEVICE else Client.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Client.GRANT_CLIENT_CREDENTIALS
        if program
        else Client.GRANT_AUTHORIZATION_CODE,
        **values,
    )
    if program:
        address = f"{uuid4()}@programs.invalid"
        client.user = Person(company=company, name=client.name, email=address, is_program=True)
        client.user.set_unusable_password()
    return client


@transaction.atomic
def create(
    company: Company, *, by: Actor, kind: str, grants: Iterable[people.Grant] = (), **values: Any
) -> Client:
    """Make a client of this company; `values` are name, scopes, redirect_uris and per_minute.

    `client.secret` is its secret in words, this once. Raises NotAllowed or Refused.
    """
    client = _new(company, kind, values)
    client.moment = client.created_at = clock.now()
    _check(client, by, SHAPE)
    changes = _itself(client, by, grants) if client.user else {}
    _give_secret(client)
    if kind == Kind.DEVICE:
        client.secret = ""  # nobody is told: such an app can't keep one
    client.user_id = client.user.pk if client.user else None
    given = {name: ["", getattr(client, name)] for name in KEPT if getattr(client, name)}
    return _write(client, "create", by=by, changes=given | changes)


@transaction.atomic
def edit(
    client: Client,
    *,
    by: Actor,
    grants: Iterable[people.Grant] = (),
    version: int | None = None,
    **values: Any,
) -> Client:
    """Change name, scopes, addresses, limit and roles, whichever the client has."""
    client = _hold(client, version, had=client.per_minute)
    before = snapshot(client)
    for name, value in values.items():
        setattr(client, name, value)
    _check(client, by, SHAPE)
    changes = _itself(client, by, grants) if client.user else {}
    changes |= difference(before, snapshot(client))
    return _write(client, "edit", by=by, changes=changes) if changes else client


@transaction.atomic
def rotate_secret(client: Client, *, by: Actor, version: int | None = None) -> Client:
    """Give a new secret, in `client.secret` this once; the one of before stops working, and so
    do the tokens that an integration got with it. Who signed in to an app stays signed in."""
    client = _hold(client, version)
    _check(client, by, OFFERS["rotate_secret"][1])
    _give_secret(client)
    if client.kind == Kind.PROGRAM:
        _end_tokens(client)
    return _write(client, "rotate_secret", by=by, changes={})


@transaction.atomic
def revoke(client: Client, *, by: Actor, version: int | None = None) -> Client:
    """Switch the client off: every token ends, and none is given out."""
    client = _hold(client, version)
    _check(client, by, OFFERS["revoke"][1])
    client.is_active = False
    _end_tokens(client)
    return _write(client, "revoke", by=by, changes={"is_active": [True, False]})


@transaction.atomic
def reactivate(client: Client, *, by: Actor, version: int | None = None) -> Client:
    """Switch it on again, with its secret; tokens have to be asked for anew."""
    client = _hold(client, version)
    _check(client, by, OFFERS["reactivate"][1])
    client.is_active = True
    return _write(client, "reactivate", by=by, changes={"is_active": [False, True]})
