"""The command that loads exchange rates, and where operators look at them."""

import io
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from portal import clock
from portal.models import ExchangeRate, Person

HISTORY = "Date,USD,JPY,\n2026-11-02,1.1000,160.00,\n2026-11-32,1.1,160.00,\n2026-10-01,1.2,N/A,\n"


@pytest.fixture(autouse=True)
def _today(db: None) -> Iterator[None]:
    with clock.standing() as stand:
        stand(datetime(2026, 11, 20, tzinfo=UTC))
        yield


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    call_command("import_rates", *arguments)
    return capsys.readouterr().out.splitlines()


def test_the_command_counts_and_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "history.csv"
    path.write_text(f"\ufeff{HISTORY}", encoding="utf-8")
    fault = "line 3: “2026-11-32” is not a day (2026-11-02) or month (2026-11)."
    first = run(capsys, str(path))
    assert first == [fault, "3 added, 0 changed, 0 unchanged, 0 differ, 1 faulty"]
    assert set(ExchangeRate.objects.values_list("source", flat=True)) == {"history.csv"}
    path.write_text("Date,USD,JPY,\n2026-11-02,1.1000,110.00,\n")
    differs = "JPY 2026-11 differs: 0.006875 stays, the file has 0.01"
    counted = "0 added, 0 changed, 1 unchanged, 1 differ, 0 faulty"
    assert run(capsys, str(path)) == [differs, counted]
    changed = "0 added, 1 changed, 1 unchanged, 0 differ, 0 faulty"
    assert run(capsys, str(path), "--replace") == [changed]


def test_the_command_reads_the_standard_input(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = b"\xef\xbb\xbfDate,USD,JPY,\r\n2026-11-02,1.1,160,\r\n"
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(told), encoding="ascii"))
    assert run(capsys, "-") == ["2 added, 0 changed, 0 unchanged, 0 differ, 0 faulty"]
    assert ExchangeRate.objects.filter(source="standard input").count() == 2


def test_the_command_refuses_another_file(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("name,colour\nA,red\n")
    with pytest.raises(CommandError, match="The first line must be"):
        call_command("import_rates", str(path))
    with pytest.raises(CommandError):
        call_command("import_rates", str(tmp_path / "none.csv"))


def test_operators_look_at_rates(client: Client, otto: Person, ana: Person) -> None:
    row = ExchangeRate.objects.create(
        month="2026-11-01", currency="JPY", in_usd="0.006875", loaded_at=clock.now()
    )
    listed = reverse("admin:portal_exchangerate_changelist")
    client.force_login(otto)
    page = client.get(listed, {"currency": "JPY", "month__year": 2026})
    assert "JPY" in page.content.decode()
    change = reverse("admin:portal_exchangerate_change", args=[row.pk])
    assert client.get(change).status_code == 200
    assert client.get(reverse("admin:portal_exchangerate_add")).status_code == 403
    assert client.post(change).status_code == 403
    client.force_login(ana)
    assert client.get(listed).status_code == 302
