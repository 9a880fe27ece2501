"""Deals that nobody answered, closed by the sweep with history and mail."""

from collections.abc import Iterator
from statistics import median

from benchmarks.fill import World
from benchmarks.measure import Figure, Side, own_backend, plain
from notifications.models import Message
from portal.models import Event
from referrals.actions.referral import expire_overdue
from referrals.models import Referral

ROUNDS = 5
EXPIRE = """
    WITH due AS (
        SELECT id FROM referrals_referral WHERE status = 'pending' AND due_at <= now()
        ORDER BY due_at LIMIT %(rows)s FOR UPDATE SKIP LOCKED
    ), moved AS (
        UPDATE referrals_referral r
        SET status = 'expired', closed_at = now(), due_at = NULL, updated_at = now(),
            version = r.version + 1
        FROM due WHERE r.id = due.id
        RETURNING r.*
    ), written AS (
        INSERT INTO portal_event (id, record_type, record_id, version, verb, before, after, changes,
            note, at, actor_kind, actor_label, company_id, person_id)
        SELECT gen_random_uuid(), 'referral', id, version, 'expire', 'pending', 'expired',
            jsonb_build_object('due_at', jsonb_build_array(created_at + interval '14 days', NULL),
                'closed_at', jsonb_build_array(NULL, closed_at)),
            '', closed_at, 'clock', 'clock', NULL, NULL
        FROM moved
    ), told AS (
        INSERT INTO notifications_message (id, key, kind, address, language, record_type, record_id,
            url, context, sender, subject, body, html, state, due_at, attempts, last_error,
            message_id, created_at, person_id)
        SELECT gen_random_uuid(), md5(m.id || ':' || m.version || p.email)::uuid,
            'referrals/expired', p.email, p.language, 'referral', own.id,
            '/deals/' || own.id || '/',
            jsonb_build_object('deal', m.name, 'customer', a.name, 'company', c.name,
                'sender', s.name, 'value', m.value::text, 'currency', m.currency,
                'due_at', '', 'reason', ''),
            '', '', '', '', 'queued', m.closed_at, 0, '',
            '<' || gen_random_uuid() || '@localhost>', m.closed_at, p.id
        FROM moved m
        JOIN referrals_deal d ON d.id = m.deal_id
        JOIN portal_account a ON a.id = d.customer_id
        JOIN portal_company c ON c.id = m.company_id
        JOIN portal_company s ON s.id = m.sender_id
        JOIN referrals_referral own ON own.deal_id = m.deal_id AND own.company_id = m.sender_id
        JOIN referrals_teammember t ON t.referral_id = own.id AND t.company_id = own.company_id
        JOIN portal_person p ON p.id = t.person_id AND p.is_active
        LEFT JOIN notifications_preference w ON w.person_id = p.id AND w.kind = 'referrals/expired'
        WHERE w.how IS NULL OR w.how = 'now'
        ON CONFLICT DO NOTHING
    )
    SELECT count(*) FROM moved
"""


def figures(world: World) -> Iterator[Figure]:
    """Half of what is overdue for each side, a fifth of that in each round."""
    rounds = world.rounds(ROUNDS)
    size = max(1, world.rows // 10 // rounds)
    before = _written()
    with plain() as bare:
        mine = Side(lambda: _sweep(size), own_backend())
        limit = Side(lambda: bare.execute(EXPIRE, {"rows": size}), bare.info.backend_pid)
        for _ in range(rounds):
            mine.run()
            limit.run()
    rows = 2 * size * rounds
    if [after - old for old, after in zip(before, _written(), strict=True)] != [rows] * 3:
        raise RuntimeError("The two sides did not write the same.")
    per_second = [size / median(side.wall) * 1000 for side in (mine, limit)]
    name = f"sweep of {size * rounds:,} overdue, history and mail: rows"
    yield Figure(name, per_second[0], "per s", per_second[1], rounds, more_is_better=True)


def _sweep(size: int) -> None:
    left = size
    while left > 0:
        moved = expire_overdue(limit=min(left, 1000))
        if not moved:
            raise RuntimeError("Fewer were overdue than should be swept.")
        left -= moved


def _written() -> list[int]:
    expired = Referral.objects.filter(status="expired")
    return [expired.count(), Event.objects.filter(verb="expire").count(), Message.objects.count()]
