"""A CRM's table of deals, kept in step with the portal both ways.

Out of the portal: one full list, then the feed of events, from a cursor that is kept in the same
transaction as the rows. A webhook only says "look now". Into the portal: an outbox, written
before it is sent, so that what was decided here is sent once whatever breaks in between.
"""

import json
import sqlite3
from pathlib import Path
from typing import Any
from uuid import uuid4

from portal_api import Portal, Refused

DEALS = "/v1.0/engagements/referrals"
EVENTS = "/v1.0/events"
FIELDS = {  # column -> where the portal's object has it
    "engagement_id": "/engagementId",
    "name": "/name",
    "customer": "/customerProfile/name",
    "value": "/details/dealValue",
    "currency": "/details/currency",
    "closes": "/details/closingDateTime",
    "notes": "/details/notes",
    "crm_id": "/externalReferenceId",
    "status": "/status",
    "substatus": "/substatus",
    "etag": "/eTag",
}
SCHEMA = f"""
CREATE TABLE IF NOT EXISTS deals (id TEXT PRIMARY KEY, {", ".join(FIELDS)});
CREATE TABLE IF NOT EXISTS outbox (
    key TEXT PRIMARY KEY, deal TEXT, path TEXT, old TEXT, new TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS refusals (deal TEXT, asked TEXT, why TEXT);
CREATE TABLE IF NOT EXISTS cursor (place TEXT NOT NULL);
"""


class Crm:
    """The table in an SQLite file, and the portal it follows."""

    def __init__(self, file: Path | str, portal: Portal) -> None:
        self.portal = portal
        self.table = sqlite3.connect(file)
        self.table.row_factory = sqlite3.Row
        self.table.executescript(SCHEMA)

    # --- out of the portal ------------------------------------------------------------

    def catch_up(self) -> int:
        """Read what changed since the last time. Returns how many lines were read."""
        row = self.table.execute("SELECT place FROM cursor").fetchone()
        if row is None:
            self.start_over()
            return 0
        place, seen = row["place"], 0
        while True:
            try:
                page = self.portal.get(EVENTS, after=place)
            except Refused as refused:
                if refused.answer.status != 410:  # the cursor was not used for a month
                    raise
                self.start_over()
                return seen
            if any(line["name"] == "access-updated" for line in page["value"]):
                self.start_over()  # we may see other deals than before
                return seen
            self._take(page)
            if not page["value"]:
                return seen
            place, seen = page["next"], seen + len(page["value"])

    def start_over(self) -> None:
        """List everything. The cursor is from before the list: what changes meanwhile comes twice,
        which does no harm, and never not at all."""
        place = self.portal.get(EVENTS, after="latest")["next"]
        found, address = [], DEALS
        while address:
            page = self.portal.get(address)
            found += page["value"]
            address = page.get("@odata.nextLink", "")
        with self.table:
            self.table.execute("DELETE FROM deals")
            for deal in found:
                self._keep(deal)
            self._keep_place(place)

    def _take(self, page: dict[str, Any]) -> None:
        """Fetch each deal that was touched as it is now, and keep all of it with the cursor."""
        gone = {line["resource"]["id"] for line in page["value"] if line["tombstone"]}
        touched = {
            line["resource"]["id"]
            for line in page["value"]
            if line["resource"]["type"] == "referral"
        }
        fresh = {pk: self._fetch(pk) for pk in touched - gone}
        with self.table:
            for pk, deal in fresh.items():
                self._keep(deal) if deal else gone.add(pk)
            self.table.executemany("DELETE FROM deals WHERE id = ?", [(pk,) for pk in gone])
            self._keep_place(page["next"])

    def _fetch(self, pk: str) -> dict[str, Any] | None:
        try:
            deal: dict[str, Any] = self.portal.get(f"{DEALS}/{pk}")
        except Refused as refused:
            if refused.answer.status == 404:  # out of sight by now
                return None
            raise
        return deal

    def _keep(self, deal: dict[str, Any]) -> None:
        values = [deal["id"], *(pointed(deal, path) for path in FIELDS.values())]
        marks = ", ".join("?" * len(values))
        self.table.execute(f"INSERT OR REPLACE INTO deals VALUES ({marks})", values)  # noqa: S608

    def _keep_place(self, place: str) -> None:
        self.table.execute("DELETE FROM cursor")
        self.table.execute("INSERT INTO cursor VALUES (?)", [place])

    # --- into the portal --------------------------------------------------------------

    def change(self, deal: str, column: str, value: Any) -> None:
        """Decide here that a field has another value; `push` tells the portal."""
        row = self.table.execute("SELECT * FROM deals WHERE id = ?", [deal]).fetchone()
        self._decide(deal, FIELDS[column], row[column], value)

    def open(self, deal: dict[str, Any]) -> None:
        """Decide here that there is a new deal, as the portal's object."""
        self._decide(None, None, None, deal)

    def _decide(self, deal: str | None, path: str | None, old: Any, new: Any) -> None:
        with self.table:
            values = [str(uuid4()), deal, path, json.dumps(old), json.dumps(new)]
            self.table.execute("INSERT INTO outbox VALUES (?, ?, ?, ?, ?)", values)

    def push(self) -> None:
        """Send what was decided, in order. Away leaves it in the outbox, under its key."""
        for row in self.table.execute("SELECT * FROM outbox ORDER BY rowid").fetchall():
            try:
                answer = self._send(row)
            except Refused as refused:
                self._settle(row, None, f"{refused.answer.status} {refused.answer.said}")
            else:
                self._settle(row, answer)

    def _send(self, row: sqlite3.Row) -> dict[str, Any]:
        key, new = row["key"], json.loads(row["new"])
        if row["deal"] is None:
            made: dict[str, Any] = self.portal.ask("POST", DEALS, new, key=key).body
            return made
        address = f"{DEALS}/{row['deal']}"
        patch = [{"op": "replace", "path": row["path"], "value": new}]
        known = self.table.execute("SELECT etag FROM deals WHERE id = ?", [row["deal"]]).fetchone()
        etag = known["etag"] if known else "*"
        while True:
            try:
                answer = self.portal.ask(
                    "PATCH", address, patch, key=key, If_Match=etag, Prefer="return=representation"
                )
            except Refused as refused:
                if refused.answer.status != 412:
                    raise
                fresh = self.portal.get(address)
                if pointed(fresh, row["path"]) != json.loads(row["old"]):
                    raise  # somebody changed the same field: theirs stands, and is told
                etag, key = fresh["eTag"], str(uuid4())  # another field: ours still makes sense
            else:
                changed: dict[str, Any] = answer.body
                return changed

    def _settle(self, row: sqlite3.Row, deal: dict[str, Any] | None, why: str = "") -> None:
        with self.table:
            if deal is not None:
                self._keep(deal)
            else:
                values = [row["deal"], row["new"], why]
                self.table.execute("INSERT INTO refusals VALUES (?, ?, ?)", values)
            self.table.execute("DELETE FROM outbox WHERE key = ?", [row["key"]])


def pointed(deal: dict[str, Any], path: str) -> Any:
    """The value at a path of the portal's object."""
    found: Any = deal
    for name in path.strip("/").split("/"):
        found = found[name]
    return found
