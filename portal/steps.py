"""What may be done next with a record: its buttons, and what bars each of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from portal import clock
from portal.actors import Actor
from portal.workflow import Refused, Text, Verb, refusal, sentence, unmet


@dataclass(frozen=True)
class Step:
    """A button: what may be done next, and if not, why not."""

    verb: str
    offer: Verb
    url: str
    refusal: Text = ""
    primary: bool = False  # the likely next one

    @property
    def label(self) -> Text:
        return self.offer.label

    @property
    def confirm(self) -> Text:
        return self.offer.confirm

    @property
    def danger(self) -> bool:
        return self.offer.danger

    @property
    def asks(self) -> bool:
        return self.offer.asks


def steps(record: Any, by: Actor) -> list[Step]:
    """The steps this actor may see now, with the reason where one is barred."""
    record.moment, record.offered, record.actor = clock.now(), True, by
    return list(_steps(record, by))


def _steps(record: Any, by: Actor) -> Iterator[Step]:
    offered = {t.name: t for t in record.get_all_status_transitions() if t.source == record.status}
    for verb, offer in record.VERBS.items():
        transition = offered.get(verb)
        if transition and transition.custom["who"](record, by):
            url = f"{record.get_absolute_url()}{verb}/"
            refusal = unmet(record, transition.custom["when"])
            said = refusal.args[0] if refusal else ""
            yield Step(verb, offer, url, said, primary=verb == record.next_verb)


def allowed(record: Any, by: Actor) -> dict[str, Refused | None]:
    """Every verb of a record, and why it is refused to this actor now; none where it is not.

    In the order in which `move` would answer: no such step, not you, a condition.
    """
    record.moment, record.offered = clock.now(), True
    from_here = {
        t.name: t for t in record.get_all_status_transitions() if t.source == record.status
    }
    return {verb: refusal(record, from_here.get(verb), by) for verb in record.VERBS}


def problems(record: Any, verb: str) -> list[tuple[str, Text]]:
    """Every condition that bars this step from here, as (field, sentence): for a form that
    shows them all at once. Empty where there is no such step."""
    record.moment = clock.now()
    found = [t for t in record.get_all_status_transitions() if t.name == verb]
    guards = next((t.custom["when"] for t in found if t.source == record.status), ())
    return [(g.field, sentence(record, g)) for g in guards if not g(record)]
