"""Registrations, their files and their exceptions, as programs call them."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from portal import clock
from portal.api.files import FilesParser
from portal.models import Document, Event
from referrals.actions import registration
from referrals.models import ExceptionRequest, Registration
from tests.calling import Caller, caller
from tests.referrals import registering
from tests.referrals.api.doors import contract
from tests.referrals.registering import PDF

pytestmark = pytest.mark.django_db
LIST = "/v1.0/registrations"


def url(record: Registration, verb: str = "") -> str:
    return f"{LIST}/{record.pk}{'/' if verb else ''}{verb}"


def fresh(record: Registration) -> Registration:
    return Registration.objects.get(pk=record.pk)


@pytest.fixture
def leg(own_deal, ana) -> Any:
    return registering.won(own_deal, ana)


@pytest.fixture
def draft(leg, ana) -> Registration:
    return registration.register(leg, by=ana)


def send(call: Caller, path: str, *files: SimpleUploadedFile, **headers: str) -> Any:
    """A form with files, as a program sends it."""
    body = encode_multipart(BOUNDARY, {"documents": files})
    return call("POST", path, body, Content_Type=MULTIPART_CONTENT, **headers)


def pdf(name: str = "contract.pdf", more: bytes = b"") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, PDF + more, "application/pdf")


def kept(folder: str = "") -> int:
    """How many files the store of documents has."""
    store = Document._meta.get_field("file").storage
    folders, files = store.listdir(folder)
    return len(files) + sum(kept(f"{folder}/{name}".strip("/")) for name in folders)


@pytest.mark.rule("API-087")
def test_a_deal_is_registered_by_program_alone(leg, ana, rita) -> None:
    call = caller(ana)
    pk = call.post(f"/v1.0/referrals/{leg.pk}/register").json()["registrationId"]
    path = f"{LIST}/{pk}"
    problems = call.get(path).json()["problems"]
    assert {"isMarketplace", "totalValue"} <= {one["field"] for one in problems}
    assert send(call, f"{path}/attach", pdf()).status_code == 200
    answer = call.post(f"{path}/submit", contract())
    assert answer.status_code == 200, answer.content
    found = answer.json()
    assert (found["status"], found["totalValue"], found["term"]) == ("approved", 90000, "finite")
    assert caller(rita).get(path).json()["status"] == "approved"


def test_what_is_kept_stays_and_null_empties(draft, ana) -> None:
    call = caller(ana)
    call.post(url(draft, "edit"), {"totalValue": 90000, "deployment": "azure", "solution": None})
    answer = call.post(url(draft, "edit"), {"deployment": None})
    assert (answer.json()["totalValue"], answer.json()["deployment"]) == (90000, "")
    assert answer.json()["solution"] is None
    theirs = draft.referral.solutions.get()
    again = call.post(url(draft, "edit"), {"solution": str(theirs.pk)})
    assert again.json()["solution"]["id"] == str(theirs.pk)


@pytest.mark.rule("API-083")
@pytest.mark.parametrize(
    ("body", "target"),
    [
        ({"solution": str(uuid4())}, "solution"),
        ({"totalValue": {}}, "totalValue"),
        ({"term": "long"}, "term"),
        ({"signedOn": "yesterday"}, "signedOn"),
        ({"isMarketplace": "False"}, "isMarketplace"),
        ({"currency": None}, "currency"),
        ({"outcome": "approved"}, "outcome"),
        ({"submittedAt": "2026-01-01"}, "submittedAt"),
    ],
)
def test_what_is_wrong_is_named(body, target, draft, ana) -> None:
    for verb in ("edit", "submit"):
        answer = caller(ana).post(url(draft, verb), body)
        assert (answer.status_code, answer.json()["error"]["target"]) == (400, target)
    assert fresh(draft).version == draft.version


def test_a_refused_submit_keeps_nothing_and_names_the_rule(draft, ana) -> None:
    answer = caller(ana).post(url(draft, "submit"), contract())
    said = answer.json()["error"]
    assert (answer.status_code, said["innerError"]["code"]) == (409, "contract_attached")
    assert fresh(draft).total_value is None


def test_a_reviewers_verbs(leg, ana, rita) -> None:
    record = registering.at("review", leg, ana)
    call = caller(rita)
    bare = call.post(url(record, "fail"))
    assert bare.json()["error"]["innerError"]["code"] == "fail_explained"
    assert call.post(url(record, "ask_more"), {"question": "Page 3?"}).status_code == 200
    asked = caller(ana).get(url(record)).json()
    assert (asked["status"], asked["question"]) == ("action", "Page 3?")
    assert caller(ana).post(url(record, "submit")).json()["status"] == "review"
    unasked = call.post(url(record, "approve"), {"override": "Why not"})
    assert unasked.json()["error"]["target"] == "override"
    passed = call.post(url(record, "approve"))
    assert (passed.json()["status"], passed.json()["outcome"]) == ("passed", "passed")
    assert fresh(record).reviewer_id == rita.pk


def test_why_an_early_win_was_accepted_is_the_vendors_to_read(own_deal, ana, rita) -> None:
    early = registering.won(own_deal, ana, opened=timedelta(hours=1))
    record = registering.submitted(early, ana)
    said = {"override": "A secret of ours"}
    assert caller(rita).post(url(record, "approve"), said).json()["override"] == said["override"]
    assert caller(ana).get(url(record)).json()["override"] == ""


def test_an_exception_is_asked_and_decided(leg, ana, rita) -> None:
    record = registering.at("failed", leg, ana)
    later = (registering.today() + timedelta(days=500)).isoformat()
    answer = caller(ana).post(
        url(record, "ask_exception"), {"explanation": "The notary was late.", "endsOn": later}
    )
    assert answer.status_code == 200, answer.content
    path = f"/v1.0/exceptions/{answer.json()['exceptionId']}"
    asked = caller(rita).get(path)
    assert asked.json()["changes"][0]["field"] == "Ends on"
    dry = caller(rita).post(f"{path}/grant?validateOnly=true", {"note": "So be it."})
    assert (dry.json()["status"], ExceptionRequest.objects.get().status) == ("granted", "asked")
    stale = caller(rita).post(f"{path}/grant", {"note": "Yes"}, If_Match='"00000000-1"')
    assert (stale.status_code, stale["ETag"]) == (412, asked["ETag"])
    bare = caller(rita).post(f"{path}/refuse")
    assert bare.json()["error"]["innerError"]["code"] == "decision_explained"
    granted = caller(rita).post(f"{path}/grant", {"note": "So be it."}, If_Match=asked["ETag"])
    assert granted.json()["status"] == "granted"
    assert fresh(record).status == "passed"


def test_sold_on_the_marketplace_only_the_value_can_be_excepted(leg, ana, rita) -> None:
    record = registering.at("validation", leg, ana)
    registration.fail(record, by=rita, fail_reason="marketplace")
    said = {"explanation": "It was another one.", "endsOn": "2027-12-31"}
    answer = caller(ana).post(url(record, "ask_exception"), said)
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, "endsOn")


@pytest.mark.rule("API-088")
def test_files_come_as_a_form_and_go_out_whole(draft, ana, rita, carla) -> None:
    call = caller(ana)
    answer = send(call, url(draft, "attach"), pdf(), SimpleUploadedFile("a.exe", b"MZ\x00\x01"))
    assert answer.status_code == 200, answer.content
    [one], [refused] = answer.json()["documents"], answer.json()["refused"]
    assert (one["name"], one["state"], refused["name"]) == ("contract.pdf", "ready", "a.exe")
    listed = call.get(url(draft, "documents")).json()["value"]
    assert [row["id"] for row in listed] == [one["id"]]
    path = one["content"].removeprefix(settings.BASE_URL)
    out = call.get(path, Accept="application/pdf")
    assert (out.status_code, b"".join(out.streaming_content)) == (200, PDF)
    assert out["Content-Disposition"] == 'attachment; filename="contract.pdf"'
    for person in (rita, carla):
        assert caller(person).get(path).status_code == 404
    gone = call.post(url(draft, "detach"), {"document": one["id"]})
    assert gone.status_code == 200
    assert call.get(path).status_code == 404
    assert call.post(url(draft, "detach"), {"document": one["id"]}).status_code == 404


def test_what_is_no_form_with_files_is_refused(draft, ana, carla) -> None:
    call, path = caller(ana), url(draft, "attach")
    assert call.post(path, {"documents": []}).status_code == 415
    assert call("POST", path, b"", Content_Type=MULTIPART_CONTENT).status_code == 400
    only = send(call, path, SimpleUploadedFile("a.exe", b"MZ\x00\x01"))
    assert (only.status_code, only.json()["error"]["innerError"]["code"]) == (400, "fileRefused")
    other = encode_multipart(BOUNDARY, {"documents": [pdf()], "note": "x"})
    answer = call("POST", path, other, Content_Type=MULTIPART_CONTENT)
    assert answer.json()["error"]["target"] == "note"
    assert send(caller(carla), path, pdf()).status_code == 404
    assert send(Caller(), path, pdf()).status_code == 401
    assert not Document.objects.exists()


@pytest.mark.rule("API-085")
def test_a_dry_run_keeps_no_file(draft, ana) -> None:
    send(caller(ana), url(draft, "attach"), pdf(more=b"first"))
    before = kept(), Event.objects.count()
    answer = send(caller(ana), f"{url(draft, 'attach')}?validateOnly=true", pdf())
    assert (answer.status_code, answer.json()["documents"][0]["name"]) == (200, "contract.pdf")
    assert (kept(), Event.objects.count()) == before
    assert Document.objects.count() == 1


@pytest.mark.rule("API-085")
def test_the_same_key_with_other_contents_is_refused(draft, ana) -> None:
    call, path = caller(ana), url(draft, "attach")
    first = send(call, path, pdf(), Idempotency_Key="k1")
    again = send(call, path, pdf(), Idempotency_Key="k1")
    assert (first.status_code, again.content) == (200, first.content)
    assert send(call, path, pdf(more=b"other"), Idempotency_Key="k1").status_code == 422
    assert Document.objects.count() == 1


@pytest.mark.rule("API-088")
def test_large_files_pass_for_who_may_send_them(draft, ana, monkeypatch) -> None:
    large = pdf(more=b"\n%" + b"x" * (settings.DATA_UPLOAD_MAX_MEMORY_SIZE + 10))
    answer = send(caller(ana), url(draft, "attach"), large)
    assert answer.status_code == 200, answer.content
    read: list[object] = []
    monkeypatch.setattr(FilesParser, "parse", lambda *a, **k: read.append(a))
    large.seek(0)
    assert send(Caller("nonsense"), url(draft, "attach"), large).status_code == 401
    large.seek(0)
    assert send(caller(ana, "customers.read"), url(draft, "attach"), large).status_code == 403
    assert not read
    large.seek(0)
    body = encode_multipart(BOUNDARY, {"documents": [large]})
    elsewhere = caller(ana)("POST", url(draft, "submit"), body, Content_Type=MULTIPART_CONTENT)
    assert elsewhere.status_code == 413


def test_a_stale_file_is_refused(draft, ana) -> None:
    call = caller(ana)
    read = call.get(url(draft))["ETag"]
    call.post(url(draft, "edit"), {"totalValue": 5})
    late = send(call, url(draft, "attach"), pdf(), If_Match=read)
    assert (late.status_code, late["ETag"]) == (412, call.get(url(draft))["ETag"])


@pytest.mark.rule("API-089")
def test_the_list_is_paged_by_place(
    make, ana, bruno, rita, carla, django_assert_max_num_queries
) -> None:
    now = clock.now()
    for number in range(7):
        leg = make(status="won", visible=True, name=f"Deal {number}")
        at = now if number < 4 else now + timedelta(seconds=number)  # some at the same moment
        Registration.objects.create(
            referral=leg, deal=leg.deal, company=leg.company, currency="USD", created_at=at
        )
    call, path, names = caller(ana), f"{LIST}?$top=2", []
    with django_assert_max_num_queries(8):
        call.get(f"{LIST}?$top=7")
    while path:
        page = call.get(path).json()
        names += [row["name"] for row in page["value"]]
        path = page.get("@odata.nextLink", "").removeprefix(settings.BASE_URL)
    assert len(names) == len(set(names)) == 7
    assert names[:3] == ["Deal 6", "Deal 5", "Deal 4"]
    for person in (bruno, rita, carla):  # not on the team, nothing submitted, not theirs
        assert caller(person).get(LIST).json() == {"value": []}


@pytest.mark.parametrize(
    ("query", "target"),
    [
        ("$top=0", "$top"),
        ("$top=201", "$top"),
        ("$top=ten", "$top"),
        ("status=lost", "status"),
        ("state=draft", "state"),
        ("$skiptoken=nonsense", "$skiptoken"),
        ("status=draft&status=review", "status"),
    ],
)
def test_a_parameter_that_is_wrong_is_named(query, target, ana) -> None:
    answer = caller(ana).get(f"{LIST}?{query}")
    assert (answer.status_code, answer.json()["error"]["target"]) == (400, target)


def test_the_list_by_status(draft, ana) -> None:
    assert len(caller(ana).get(f"{LIST}?status=draft").json()["value"]) == 1
    assert caller(ana).get(f"{LIST}?status=review").json()["value"] == []
