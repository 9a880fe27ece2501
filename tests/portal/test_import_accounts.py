"""A directory file becomes accounts: checked, reported, repeatable."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from benchmarks.accounts import write_directory
from portal.actions.directory import Outcome, import_accounts
from portal.actors import Program
from portal.directory import COLUMNS
from portal.models import Account, AccountIdentifier, Event, Person
from portal.search import search

BY = Program("test")


def load(*rows: dict[str, Any], report: io.StringIO | None = None) -> Outcome:
    file = io.StringIO()
    writer = csv.DictWriter(file, COLUMNS, restval="")
    writer.writeheader()
    writer.writerows({"kind": "managed", "country": "BR", **row} for row in rows)
    file.seek(0)
    return import_accounts(file, by=BY, report=report)


def reported(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    report = io.StringIO()
    load(*rows, report=report)
    report.seek(0)
    return [(row["outcome"], row["errors"]) for row in csv.DictReader(report)]


FULL = {
    "kind": "Managed",
    "name": " Conceição  & Filhos\\N Ltda. ",
    "address_line1": "Rua 1",
    "city": "São Paulo",
    "state": "SP",
    "postal_code": "01310-100",
    "country": "bra",
    "duns": "12-345-6789",
    "tpid": "T-77",
    "is_federal": "no",
    "has_macc": "Yes",
    "group": "silva group",
    "domains": "Conceicao.Example; b.example",
    "tenants": "0b0e1f6e-94b6-4d10-9a39-9b1f5e1a1c11",
    "subscriptions": "sub-1",
}


def test_import_takes_every_column(db: None) -> None:
    assert load(FULL) == Outcome(added=1)
    account = Account.objects.get()
    assert account.name == "Conceição & Filhos\\N Ltda."
    assert account.name_key == "conceicao filhos n"
    assert (account.country, account.duns, account.tpid) == ("BR", "123456789", "T-77")
    assert (account.is_federal, account.has_macc, account.kind) == (False, True, "managed")
    assert (account.postal_code, account.address_line2) == ("01310-100", "")
    keys = (account.name_key, account.search_key)
    account.rekey()
    assert keys == (account.name_key, account.search_key)
    assert account.group is not None
    assert set(AccountIdentifier.objects.values_list("kind", "value")) == {
        ("domain", "conceicao.example"),
        ("domain", "b.example"),
        ("tenant", "0b0e1f6e-94b6-4d10-9a39-9b1f5e1a1c11"),
        ("subscription", "sub-1"),
    }


def test_import_again_changes_nothing(db: None) -> None:
    load(FULL, {"name": "B", "duns": "111111111"}, {"name": "C"})
    before = list(Account.objects.order_by("pk").values())
    assert load(FULL, {"name": "B", "duns": "111111111"}, {"name": "C"}) == Outcome(unchanged=3)
    assert list(Account.objects.order_by("pk").values()) == before
    assert AccountIdentifier.objects.count() == 4
    assert not Event.objects.exists()


def test_import_changes_with_history(db: None) -> None:
    load({"name": "Old Ltda", "tpid": "1"})
    assert load({"name": "New Ltda", "tpid": "1", "has_macc": "yes"}) == Outcome(changed=1)
    account = Account.objects.get()
    assert (account.name, account.name_key, account.version) == ("New Ltda", "new", 1)
    event = Event.objects.get()
    assert (event.verb, event.version, event.actor_label) == ("import", 1, "test")
    assert event.record_id == account.pk
    assert set(event.changes) == {"name", "has_macc"}
    assert event.changes["name"] == ["Old Ltda", "New Ltda"]


def test_import_knows_an_account_by_tpid_then_duns_then_name(db: None) -> None:
    load(
        {"name": "One", "tpid": "1", "duns": "111111111"},
        {"name": "Two", "duns": "222222222", "kind": "register"},
        {"name": "Three Ltd"},
    )
    outcome = load(
        {"name": "One more", "tpid": "1"},
        {"name": "Two more", "tpid": "2", "duns": "222222222"},  # became managed
        {"name": "THREE Limited"},
        {"name": "Three", "country": "PT"},
        {"name": "One", "duns": "111111111"},  # has a TPID there: another account
    )
    assert outcome == Outcome(changed=3, added=2)
    assert Account.objects.get(tpid="2").kind == "managed"


def test_import_leaves_manual_accounts_alone(ana: Person) -> None:
    Account.objects.create(name="Three", kind="manual", country="BR", entered_by=ana.company)
    assert load({"name": "Three"}) == Outcome(added=1)


FAULTS = [
    ({"name": ""}, "name: is missing"),
    ({"name": "???"}, "name: holds no letter or digit"),
    ({"name": "x" * 301}, "name: longer than 300 characters"),
    ({"name": "a\x01b"}, "name: holds control characters"),
    ({"kind": "manual"}, "kind: is not managed, unmanaged or register"),
    ({"country": "XX"}, "country: is not an ISO 3166 code"),
    ({"country": ""}, "country: is not an ISO 3166 code"),
    ({"duns": "12345678"}, "duns: is not nine digits"),
    ({"duns": "12345678²"}, "duns: is not nine digits"),
    ({"tpid": "a b"}, "tpid: is not up to 20 letters and digits"),
    ({"is_federal": "maybe"}, "is_federal: is neither yes nor no"),
    ({"domains": "no_domain"}, "domains: “no_domain” is not valid"),
    ({"tenants": "1234"}, "tenants: “1234” is not valid"),
    ({"city": "x" * 101}, "city: longer than 100 characters"),
]


@pytest.mark.parametrize(("fault", "sentence"), FAULTS)
def test_import_refuses_a_faulty_row_with_its_reason(
    db: None, fault: dict[str, str], sentence: str
) -> None:
    good = {"name": "Good", "tpid": "1"}
    assert reported(good, {"name": "Bad", **fault}) == [("added", ""), ("refused", sentence)]
    assert Account.objects.get().name == "Good"


def test_import_tells_all_faults_of_a_row(db: None) -> None:
    [(_outcome, errors)] = reported({"name": "", "country": "?", "duns": "1"})
    assert errors.count(";") == 2


def test_import_takes_the_first_of_repeated_rows(db: None) -> None:
    told = reported(
        {"name": "A", "tpid": "1"}, {"name": "B", "tpid": "1"}, {"name": "A"}, {"name": "A Ltd"}
    )
    again = ("refused", "the same account as an earlier line")
    assert told == [("added", ""), again, ("added", ""), again]
    load({"name": "D", "duns": "333333333"})
    told = reported({"name": "D", "duns": "333333333"}, {"name": "D", "tpid": "9", "duns": "3" * 9})
    assert told == [("unchanged", ""), again]


def test_import_breaks_as_a_whole(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.actions.directory._identify", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        load(FULL)
    assert not Account.objects.exists()


def test_imported_accounts_are_found(ana: Person) -> None:
    load(FULL)
    assert len(search("conceicao", person=ana).rows) == 1
    assert len(search("conceicoa", person=ana).rows) == 1


def test_the_command_reports_and_counts(
    db: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, report = tmp_path / "d.csv", tmp_path / "r.csv"
    write_directory(path, 200)
    call_command("import_accounts", str(path), report=report, quiet=True)
    assert capsys.readouterr().out.strip() == "200 added, 0 changed, 0 unchanged, 0 refused"
    assert len(report.read_text().splitlines()) == 201
    first = path.read_bytes()
    write_directory(path, 200)
    assert path.read_bytes() == first


def test_the_command_refuses_wrong_columns(db: None, tmp_path: Path) -> None:
    path = tmp_path / "d.csv"
    path.write_text("name,colour\nA,red\n")
    with pytest.raises(CommandError, match=r"Missing: kind, country. Unknown: colour"):
        call_command("import_accounts", str(path), quiet=True)
    with pytest.raises(CommandError):
        call_command("import_accounts", str(tmp_path / "none.csv"), quiet=True)


@pytest.mark.parametrize("line", ["A,managed\n", "A,managed,BR,extra\n"])
def test_a_torn_line_is_refused(db: None, line: str) -> None:
    report = io.StringIO()
    file = io.StringIO(f"name,kind,country\n{line}B,managed,BR\n\n")
    assert import_accounts(file, by=BY, report=report) == Outcome(added=1, refused=1)
    assert "more or fewer cells" in report.getvalue()


@pytest.mark.postgres
def test_imports_leave_no_temporary_table(db: None) -> None:
    load(FULL)
    load(FULL)
    assert not {"staging", "plan", "changed"} & set(connection.introspection.table_names())
