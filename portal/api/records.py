"""What the addresses of one record share: its eTag, and what may be done with it."""

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from portal.actors import Actor
from portal.api.views import VALIDATE, View
from portal.models import Record
from portal.steps import allowed
from portal.workflow import Refused, Stale, edit_refusal, refusal

NO_VERSION = -1  # of no record


def etag(record: Record) -> str:
    """The version of a record as HTTP says it, with its quotes."""
    return f'"{record.pk.hex[:8]}-{record.version}"'


def expected(request: Request, record: Record) -> int | None:
    """The version that `If-Match` counts on, for the action to check; None where it names none.

    A tag that is no version of this record is none that it ever has.
    """
    said = request.headers.get("If-Match", "").strip()
    if said in ("", "*"):
        return None
    tags = {tag.strip() for tag in said.split(",")}
    return record.version if etag(record) in tags else NO_VERSION


def is_dry(request: Request) -> bool:
    """Is this write only tried? What only a line of history allows to be told is left out."""
    return str(request.query_params.get(VALIDATE, "")).lower() == "true"


Answers = dict[str, Refused | None]


def answers(record: Record, by: Actor, *more: str) -> Answers:
    """Every verb of a record, and why it is refused to this actor now; none where it is not.

    `more` are steps that have no button of their own.
    """
    found = allowed(record, by)
    steps: Any = record
    here = {t.name: t for t in steps.get_all_status_transitions() if t.source == steps.status}
    found |= {verb: refusal(record, here.get(verb), by) for verb in more}
    if steps.EDITS:
        found["edit"] = edit_refusal(record, steps.EDITS[0].fields[0], by)
    return found


def told(found: Answers) -> dict[str, Any]:
    """The same as JSON: allowed, or the code and the sentence."""
    return {verb: _told(refused) for verb, refused in found.items()}


def _told(refused: Refused | None) -> dict[str, Any]:
    if refused is None:
        return {"allowed": True}
    return {"allowed": False, "code": refused.code, "message": refused.args[0]}


class RecordView(View):
    """One record. `seen` is set once it is found, so that a stale write is told its eTag."""

    seen: Record | None = None

    def answer(self, record: Record, data: dict[str, Any]) -> Response:
        return Response(data | {"eTag": etag(record)}, headers={"ETag": etag(record)})

    def handle_exception(self, exc: Exception) -> Response:
        response: Response = super().handle_exception(exc)
        if isinstance(exc, Stale) and self.seen is not None:
            rows = type(self.seen)._base_manager
            response["ETag"] = etag(rows.only("version").get(pk=self.seen.pk))
        return response
