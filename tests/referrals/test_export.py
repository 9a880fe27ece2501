"""Downloads hold what the reader may see, all pages of it, and nothing that acts as a formula."""

import csv
import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from portal import clock
from portal.models import Company, Person
from portal.workflow import Refused
from referrals.actions import export
from referrals.models import Export
from tests.conftest import make_account
from tests.referrals.conftest import Make

pytestmark = pytest.mark.django_db
FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "\N{FULLWIDTH EQUALS SIGN}1"]
HOSTILE = [*FORMULAS, 'say "hi", then\nleave', "plain"]


def read(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode("utf-8")
    assert text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


@pytest.mark.rule("DEAL-040")
def test_no_cell_is_a_formula(make: Make, login: Any, ana: Person) -> None:
    for name in HOSTILE:
        make(name=name, crm_id=name, customer=make_account(name))
    rows = read(login(ana).get("/deals/export/?tab=outbound&columns=crm,location"))[1:]
    assert len(rows) == len(HOSTILE)
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}")]
    assert {row[0] for row in rows} == {f"'{n}" for n in FORMULAS} | set(HOSTILE) - set(FORMULAS)


@pytest.mark.rule("DEAL-040")
def test_nobody_downloads_another_partners_deals(
    make: Make, login: Any, ana: Person, bruno: Person, carla: Person, fabrikam: Company
) -> None:
    make(name="Of Contoso")
    make(fabrikam, name="Of Fabrikam")
    for person, names in ((ana, ["Of Contoso"]), (carla, ["Of Fabrikam"])):
        rows = read(login(person).get("/deals/export/?tab=outbound"))
        assert [row[0] for row in rows[1:]] == names
    answer = login(bruno).get("/deals/export/?tab=outbound")
    assert answer.status_code == 303  # he is on no team: nothing to download
    with pytest.raises(Refused):
        export.csv(carla, "q=contoso")


@pytest.mark.rule("DEAL-020")
def test_deals_closed_as_errors_are_left_out(make: Make, login: Any, ana: Person) -> None:
    make(name="Good", status="won")
    make(name="Bad", status="error")
    assert [r[0] for r in read(login(ana).get("/deals/export/?tab=outbound"))[1:]] == ["Good"]


def test_a_csv_is_the_view_on_screen(make: Make, login: Any, ana: Person) -> None:
    """Filters, columns and order are the list's; pages and sizes do not matter."""
    for n in range(30):
        make(name=f"Deal {n:02}", status="won", value=100 + n)
    make(name="Open")
    query = "tab=outbound&status=won&sort=-value&columns=value,type&size=25"
    rows = read(login(ana).get(f"/deals/export/?{query}"))
    assert rows[0] == ["Deal name", "Customer", "Status", "Value", "Currency", "Type"]
    assert [row[0] for row in rows[1:]] == [f"Deal {n:02}" for n in reversed(range(30))]
    assert rows[1] == ["Deal 29", "Northwind Traders", "Won", "129.00", "USD", "Private"]


def test_moments_are_in_the_readers_zone(make: Make, login: Any, ana: Person) -> None:
    row = make()
    ana.time_zone = "America/Sao_Paulo"
    ana.save()
    rows = read(login(ana).get("/deals/export/?tab=outbound&columns=created,close"))
    local = (row.created_at - timedelta(hours=3)).strftime("%Y-%m-%d %H:%M")
    assert rows[1][3:] == [local, "2027-03-31"]


@pytest.mark.parametrize("person", ["ana", "sam"])
def test_every_column_downloads(
    make: Make, login: Any, request: Any, vendor: Company, ana: Person, sam: Person, person: str
) -> None:
    from referrals.listing.columns import OPTIONAL

    led = make(visible=True)
    make(vendor, deal=led.deal, sender=ana.company, status="pending", help="proof")
    someone = request.getfixturevalue(person)
    tab = "outbound" if person == "ana" else "inbound"
    client = login(someone)
    for start in range(0, len(OPTIONAL), 5):
        names = ",".join(c.name for c in OPTIONAL[start : start + 5])
        assert len(read(client.get(f"/deals/export/?tab={tab}&columns={names}"))) == 2


def test_too_many_rows_are_refused_with_a_sentence(
    make: Make, login: Any, ana: Person, settings: Any
) -> None:
    settings.EXPORT_MAX_ROWS = 2
    for _ in range(3):
        make()
    client = login(ana)
    for call in (client.get, client.post):
        answer = call("/deals/export/?tab=outbound", follow=True)
        assert "more than 2 deals" in answer.content.decode()
    assert not Export.objects.exists()


def test_search_results_download_too(make: Make, login: Any, ana: Person) -> None:
    make(name="Needle")
    make(name="Hay")
    rows = read(login(ana).get("/deals/export/?q=needle"))
    assert [row[0] for row in rows[1:]] == ["Needle"]


# --- the spreadsheet, as a job ------------------------------------------------------------


@pytest.fixture
def job(make: Make, ana: Person) -> Export:
    for name in HOSTILE:
        make(name=name)
    return export.ask(ana, "tab=outbound&columns=value,close")


def test_a_spreadsheet_is_made_and_fetched_by_its_owner_only(
    job: Export, login: Any, ana: Person, carla: Person
) -> None:
    client = login(ana)
    page = f"/exports/{job.pk}/"
    assert "progress" in client.get(page).content.decode()
    assert client.get(f"{page}file/").status_code == 404
    assert export.run_pending() == 1
    assert export.run_pending() == 0
    assert "is ready" in client.get(page).content.decode()
    answer = client.get(f"{page}file/")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("attachment")
    book = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    assert sheet.count("<row") == len(HOSTILE) + 1
    other = login(carla)
    assert other.get(page).status_code == 404
    assert other.get(f"{page}file/").status_code == 404


def test_asked_twice_it_is_one_job(make: Make, login: Any, ana: Person) -> None:
    make()
    client = login(ana)
    first = client.post("/deals/export/?tab=outbound")
    second = client.post("/deals/export/?tab=outbound")
    assert first.url == second.url
    assert Export.objects.count() == 1


def test_a_download_is_gone_after_a_day(job: Export, login: Any, ana: Person) -> None:
    export.run_pending()
    job.refresh_from_db()
    storage, name = job.file.storage, job.file.name
    assert storage.exists(name)
    assert export.remove_old() == 0
    clock.move(timedelta(days=1, minutes=1))
    assert login(ana).get(f"/exports/{job.pk}/file/").status_code == 404
    assert export.remove_old() == 1
    assert not storage.exists(name)


def test_a_killed_workers_job_comes_back_and_a_broken_one_ends(
    job: Export, monkeypatch: Any
) -> None:
    assert export._claim() == job  # and the worker dies here
    assert export.run_pending() == 0
    clock.move(export.LEASE + timedelta(seconds=1))

    def broken(*_args: Any) -> int:
        raise OSError("disk full")

    monkeypatch.setattr(export.xlsx, "write", broken)
    while export.run_pending():
        pass
    job.refresh_from_db()
    assert job.state == Export.State.FAILED
    assert job.tries == export.TRIES


def test_a_person_without_a_role_gets_an_empty_file_at_most(job: Export, ana: Person) -> None:
    """What may be seen is asked when the file is written, not when it was asked for."""
    ana.memberships.all().delete()
    export.run_pending()
    job.refresh_from_db()
    assert job.total == 0


@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="COPY")
def test_postgresql_copies(make: Make, ana: Person, monkeypatch: Any) -> None:
    make()
    asked: list[str] = []
    from referrals.listing import csvfile

    plain = csvfile._copy

    def spy(statement: str, params: Any) -> Any:
        asked.append(statement)
        return plain(statement, params)

    monkeypatch.setattr(csvfile, "_copy", spy)
    assert b"".join(export.csv(ana, "tab=outbound")).count(b"\n") == 2
    assert asked[0].startswith("COPY (SELECT")
