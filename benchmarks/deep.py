"""A page far down a long list: the work of the page's one query, in the database."""

from collections.abc import Iterator
from statistics import median

from benchmarks.fill import World
from benchmarks.measure import Figure, in_database
from portal import clock
from referrals.listing import columns, derived
from referrals.listing.keyset import Place, beyond
from referrals.listing.query import ListQuery

ROUNDS = 20


def figures(world: World) -> Iterator[Figure]:
    """The page at nine tenths of the list, as `paged` asks for it."""
    person, now = world.admin, clock.now()
    view = ListQuery(tab="outbound", size=50)
    rows = view.rows(person, now)
    at = world.rows * 9 // 10
    created, pk = rows.order_by("-created_at", "-id").values_list("created_at", "pk")[at]
    shown = columns.chosen(person, (), view.tab)
    rows = rows.annotate(favourite=derived.favoured_by(person), **columns.makes(shown, now))
    names = dict.fromkeys([*columns.needs(shown), "due_at", "favourite", "id", "_by"])
    page = beyond(rows, view.sort, Place(created, pk)).values(*names)[: view.size + 1]
    taken = in_database(page, world.rounds(ROUNDS))
    yield Figure(f"page at row {at:,}, in the database", median(taken), "ms", rounds=len(taken))
