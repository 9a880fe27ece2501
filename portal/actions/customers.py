"""Customers: entered by hand, asked about, matched to the account that the vendor manages."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal import clock, matching, roles, search
from portal.actors import CLOCK, Actor
from portal.history import Change, difference, event, snapshot
from portal.lookup import Tab, candidates
from portal.matching import Facts
from portal.models import Account, AccountIdentifier, AccountMatch, Person
from portal.names import key
from portal.workflow import NotAllowed, Refused, lock

State = AccountMatch.State
DOMAIN = AccountIdentifier.Kind.DOMAIN
CLOSEST = 20  # accounts with like names that are compared in full


@transaction.atomic
def enter_by_hand(by: Person, *, domains: Iterable[str] = (), **fields: Any) -> Account:
    """Add an account that the directory lacks; only the own company and the vendor see it.

    What the company entered before, the same in name and place, is returned instead. Raises
    NotAllowed for somebody of no company, Refused for federal customers (facts 2.3).
    """
    if by.company is None:
        raise NotAllowed(_("Your role does not allow this."))
    if fields.get("is_federal"):
        raise Refused(_("Choose federal customers from the business register."))
    account = Account(**fields, kind=Account.Kind.MANUAL, entered_by=by.company)
    account.rekey()
    if not account.name_key:
        raise Refused(_("Give the customer's name."))
    return _entered_before(account) or _enter(account, by, domains)


def _entered_before(account: Account) -> Account | None:
    same = {name: getattr(account, name) for name in ("name_key", "search_key", "country")}
    return Account.objects.filter(entered_by=account.entered_by, **same).first()


def _enter(account: Account, by: Person, domains: Iterable[str]) -> Account:
    account.moment = account.created_at = account.updated_at = clock.now()
    account.version = 1
    account.save(force_insert=True)
    event(account, "enter_by_hand", Change("", "", {}), by=by).save(force_insert=True)
    _identify(account, domains)
    return account


def _identify(account: Account, domains: Iterable[str]) -> None:
    values = {domain.strip().lower() for domain in domains} - {""}
    rows = [AccountIdentifier(account=account, kind=DOMAIN, value=v) for v in sorted(values)]
    AccountIdentifier.objects.bulk_create(rows)


def ask_match(account: Account, *, by: Actor) -> None:
    """Ask the matcher which managed account this one really is, once."""
    if account.managed is None:
        question = AccountMatch(account=account, asked_at=clock.now())
        AccountMatch.objects.bulk_create([question], ignore_conflicts=True)


def match(limit: int = 200) -> int:
    """Answer up to `limit` questions that nobody else holds; how many were answered.

    Each is a transaction of its own: a worker that dies leaves its question asked.
    """
    return next((done for done in range(limit) if not _match_one()), limit)


@transaction.atomic
def _match_one() -> bool:
    asked = AccountMatch.objects.filter(state=State.ASKED).order_by("asked_at")
    question = asked.select_for_update(skip_locked=True, of=("self",)).first()
    if question is None:
        return False
    account = lock(question.account)
    known = _like(account)
    found = matching.best(_facts(account), map(_facts, known))
    sure = found[1] if found else None
    if found and sure is not None and sure >= settings.MATCH_OFFER_AT:
        question.candidate, question.confidence = known[found[0]], sure
    if sure is None or sure < settings.MATCH_OFFER_AT:
        _settle(question, account, None, verb="find_unmanaged", by=CLOCK)
    elif sure >= settings.MATCH_APPLY_AT:
        _settle(question, account, question.candidate, verb="apply_match", by=CLOCK)
    else:
        question.state = State.OFFERED
        question.save()
    return True


def apply_match(match: AccountMatch, *, by: Actor) -> AccountMatch:
    """The operator agrees: the account is the managed one that was offered."""
    return _answer(match, apply=True, by=by)


def dismiss_match(match: AccountMatch, *, by: Actor) -> AccountMatch:
    """The operator disagrees: the vendor manages no such account."""
    return _answer(match, apply=False, by=by)


@transaction.atomic
def _answer(match: AccountMatch, *, apply: bool, by: Actor) -> AccountMatch:
    fresh = AccountMatch.objects.select_for_update(of=("self",)).get(pk=match.pk)
    if fresh.state != State.OFFERED:
        raise Refused(_("This match was answered already."))
    if by.person is None or not roles.operator(by.person):
        raise NotAllowed(_("Your role does not allow this."))
    if apply and fresh.candidate is None:
        raise Refused(_("The account that was offered is gone. Dismiss the match."))
    account = lock(fresh.account)
    candidate, verb = (fresh.candidate, "apply_match") if apply else (None, "dismiss_match")
    _settle(fresh, account, candidate, verb=verb, by=by)
    return fresh


def _settle(
    question: AccountMatch, account: Account, to: Account | None, *, verb: str, by: Actor
) -> None:
    """Write the answer on both, with one line of the account's history."""
    before, asked_as = snapshot(account), question.state
    account.matched_to = to
    account.unmatched_at = None if to else account.moment
    account.version += 1
    account.updated_at = account.now
    account.save()
    question.state = State.APPLIED if to else State.NONE
    question.answered_at = account.moment
    question.save()
    change = Change(asked_as, question.state, difference(before, snapshot(account)))
    event(account, verb, change, by=by).save(force_insert=True)


def _facts(account: Account) -> Facts:
    rows = account.identifiers.all()
    domains = frozenset(row.value for row in rows if row.kind == DOMAIN)
    return Facts(
        name=account.name_key,
        country=str(account.country),
        city=key(account.city),
        duns=account.duns,
        domains=domains,
        group=account.group,
    )


def _like(account: Account) -> list[Account]:
    """Managed accounts that may be this one: by name in its country, by number, by domain."""
    managed = Account.objects.filter(kind=Account.Kind.MANAGED).prefetch_related("identifiers")
    domains = _facts(account).domains - matching.PUBLIC_DOMAINS
    owners = AccountIdentifier.objects.filter(kind=DOMAIN, value__in=domains).values("account")
    ways = [Q(pk__in=_namesakes(account)), Q(pk__in=owners)]
    if account.duns:
        ways.append(Q(duns=account.duns))
    return list({row.pk: row for way in ways for row in managed.filter(way)[:CLOSEST]}.values())


def _namesakes(account: Account) -> list[UUID]:
    words = search.read(account.name_key).words
    place = ((str(account.country).lower(),),)
    wanted = search.forgiving(search.Typed(words, place, account.name_key, ""))
    near = candidates(wanted, Tab.MANAGED, None)
    near.sort(key=lambda row: -matching.name_likeness(account.name_key, row.name_key))
    return [row.id for row in near[:CLOSEST]]
