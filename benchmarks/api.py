"""The API as a CRM calls it: through Django's WSGI handler, with a token, whole wire objects.

The limits are psycopg and orjson in a bare WSGI application that looks the token up, reads the
same rows, and answers the same fields; and for writes the one statement of `verbs`.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from itertools import count
from typing import Any
from uuid import uuid4

import orjson
from django.core.wsgi import get_wsgi_application
from django.utils import timezone
from oauth2_provider.models import AccessToken

from benchmarks.fill import World
from benchmarks.measure import Figure, Side, against, counted, interleave, own_backend, plain
from benchmarks.statements import MOVE
from benchmarks.web import environ
from portal.models import Client
from referrals.models import Referral

ROUNDS, TIMES = 20, 3
ADDRESS = "/v1.0/engagements/referrals"
WHO = """
    SELECT t.user_id, p.company_id FROM oauth2_provider_accesstoken t
    JOIN portal_client c ON c.id = t.application_id AND c.is_active
    JOIN portal_person p ON p.id = t.user_id AND p.is_active
    WHERE t.token_checksum = %s AND t.expires > now()
"""
OBJECTS = """
    SELECT r.*, d.contact_name, d.contact_email, d.contact_phone, d.visible_to_vendor, d.motion,
        a.name AS customer, a.address_line1, a.city, a.state, a.postal_code, a.country, a.duns,
        a.tpid, c.name AS company, l.partner_id,
        (SELECT json_agg(json_build_object('email', m.email, 'name', m.name, 'phone', m.phone))
            FROM referrals_teammember m WHERE m.referral_id = r.id) AS team,
        (SELECT json_agg(json_build_object('id', s.code, 'name', s.name, 'type', 'Name'))
            FROM referrals_referralsolution x JOIN referrals_solution s ON s.id = x.solution_id
            WHERE x.referral_id = r.id) AS solutions,
        (SELECT json_agg(json_build_object('company', o.company_id, 'status', o.status))
            FROM referrals_referral o WHERE o.deal_id = r.deal_id) AS legs,
        g.status AS registration
    FROM referrals_referral r
    JOIN referrals_deal d ON d.id = r.deal_id
    JOIN portal_account a ON a.id = d.customer_id
    JOIN portal_company c ON c.id = r.company_id
    LEFT JOIN portal_location l ON l.id = r.location_id
    LEFT JOIN referrals_registration g ON g.referral_id = r.id
    WHERE {where}
"""
LIST = OBJECTS.format(where="r.company_id = %s ORDER BY r.created_at DESC, r.id DESC LIMIT 51")
ONE = OBJECTS.format(where="r.company_id = %s AND r.id = %s")


class Program:
    """A client that acts for the partner's admin."""

    def __init__(self, world: World) -> None:
        self.token = uuid4().hex
        client = Client.objects.create(
            company=world.partner,
            name="Bench",
            scopes=["referrals.read", "referrals.write"],
            per_minute=10**9,
            client_type=Client.CLIENT_CONFIDENTIAL,
            authorization_grant_type=Client.GRANT_AUTHORIZATION_CODE,
        )
        AccessToken.objects.create(
            token=self.token,
            user=world.admin,
            application=client,
            scope=" ".join(client.scopes),
            expires=timezone.now() + timedelta(days=1),
        )
        self.application = get_wsgi_application()

    def call(self, method: str, path: str, body: Any = None) -> bytes:
        """The body of a good answer. Raises RuntimeError for others."""
        sent, answers = b"" if body is None else orjson.dumps(body), []
        asked = environ(path) | {
            "REQUEST_METHOD": method,
            "CONTENT_TYPE": "application/json",
            "CONTENT_LENGTH": str(len(sent)),
            "HTTP_ACCEPT": "application/json",
            "HTTP_AUTHORIZATION": f"Bearer {self.token}",
            "wsgi.input": BytesIO(sent),
        }
        answer = self.application(asked, lambda status, headers: answers.append(status))
        found = b"".join(answer)
        answer.close()
        if not answers[0].startswith("2"):
            raise RuntimeError(f"{method} {path}: {answers[0]} {found[:300]!r}")
        return found


def figures(world: World) -> Iterator[Figure]:
    program = Program(world)
    some = Referral.objects.filter(company=world.partner, status="accepted")
    legs = [str(pk) for pk in some.values_list("pk", flat=True)[: 4 * ROUNDS * TIMES + 8]]
    company, name = world.partner.pk, f"API list of 50 of {world.rows:,}"
    yield from _read(world, program, name, f"{ADDRESS}?$top=50", LIST, (company,))
    yield from _read(world, program, "API get one", f"{ADDRESS}/{legs[0]}", ONE, (company, legs[0]))
    yield from _patch(world, program, legs)


def _read(
    world: World, program: Program, name: str, path: str, sql: str, params: tuple[Any, ...]
) -> Iterator[Figure]:
    with counted() as statements:
        program.call("GET", path)
    with plain() as bare:
        mine = Side(lambda: program.call("GET", path), own_backend(), TIMES)
        limit = Side(_bare(bare, program, sql, params), bare.info.backend_pid, TIMES)
        interleave(mine, limit, rounds=world.rounds(ROUNDS))
    yield Figure(f"{name}: queries", len(statements), "queries")
    yield against(name, mine, limit)


def _bare(
    connection: Any, program: Program, sql: str, params: tuple[Any, ...]
) -> Callable[[], Any]:
    """The least that a web application can do for these objects."""

    def application(asked: Any, start: Any) -> list[bytes]:
        token = asked["HTTP_AUTHORIZATION"].removeprefix("Bearer ")
        checksum = sha256(token.encode()).hexdigest()
        if connection.execute(WHO, [checksum]).fetchone() is None:
            raise RuntimeError("The token is unknown.")
        cursor = connection.execute(sql, params)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor]
        start("200 OK", [("Content-Type", "application/json")])
        return [orjson.dumps({"value": found}, default=str)]

    asked = environ(ADDRESS) | {"HTTP_AUTHORIZATION": f"Bearer {program.token}"}
    return lambda: application(asked, lambda status, headers: None)


def _patch(world: World, program: Program, legs: list[str]) -> Iterator[Figure]:
    """A stage moved by the wire, against the statement that writes the same two rows."""
    stages, mine, limit = ("Develop", "Propose"), count(), count()
    half = len(legs) // 2

    def patch() -> None:
        number = next(mine)
        stage = stages[number // half % 2]
        change = [{"op": "replace", "path": "/salesStage", "value": stage}]
        program.call("PATCH", f"{ADDRESS}/{legs[number % half]}", change)

    with plain() as bare:
        admin = {"admin": world.admin.pk}

        def move() -> None:
            number = next(limit)
            stage = 25 + number // half % 2
            bare.execute(MOVE, admin | {"leg": legs[half + number % half], "stage": stage})

        sides = Side(patch, own_backend(), TIMES), Side(move, bare.info.backend_pid, TIMES)
        interleave(*sides, rounds=world.rounds(ROUNDS))
    yield against("API patch a stage", *sides)
