"""`PATCH /v1.0/engagements/referrals/{id}`: exactly the contract's paths, and our verbs."""

import json
from typing import Any

import pytest

from portal.models import Event
from referrals.actions import deal, referral
from referrals.api.patching import PATHS
from tests.calling import caller
from tests.conftest import CONTACT, accept, at, past
from tests.referrals.api.bodies import CONTACT as NORA
from tests.referrals.api.bodies import MEMBER, SHARED, fresh, of, op
from tests.referrals.api.test_create import refused

pytestmark = pytest.mark.django_db
PREFER = {"Prefer": "return=representation"}


def close(status: str, reason: str | None = None) -> list[dict[str, Any]]:
    more = [op("/statusReason", reason)] if reason is not None else []
    return [op("/status", "Closed"), op("/substatus", status), *more]


@pytest.mark.rule("API-067")
def test_204_without_anything_or_200_with_all_of_it(own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/details/notes", "New")])
    assert (answer.status_code, answer.content) == (204, b"")
    assert "Content-Type" not in answer
    answer = caller(ana).patch(of(own_deal), [op("/details/notes", "Newer")], **PREFER)
    told = answer.json()
    assert (answer.status_code, told["details"]["notes"]) == (200, "Newer")
    assert answer["Preference-Applied"] == "return=representation"
    assert answer["ETag"] == told["eTag"]


@pytest.mark.rule("API-068")
@pytest.mark.parametrize("end", ["", "/", "//"])
@pytest.mark.parametrize("kind", ["application/json", "application/json-patch+json"])
def test_slashes_and_both_media_types(end, kind, own_deal, ana) -> None:
    document = [op("/details/dealValue", "10000")]
    answer = caller(ana).patch(of(own_deal) + end, document, Content_Type=kind)
    assert answer.status_code == 204
    assert fresh(own_deal).value == 10000


@pytest.mark.rule("API-068")
def test_other_media_types_are_415(own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/details/notes", "x")], Content_Type="text/plain")
    assert (answer.status_code, answer.json()["error"]["code"]) == (415, "invalidRequest")


FIELDS = [
    ("/campaignId", "FALL", "campaign_id", "FALL"),
    ("/externalReferenceId", "CRM-7", "crm_id", "CRM-7"),
    ("/details/notes", "Other", "notes", "Other"),
    ("/details/currency", "EUR", "currency", "EUR"),
    ("/details/dealValue", 12.345, "value", "12.35"),
    ("/details/closingDateTime", "2027-05-01T23:30:00-02:00", "close_on", "2027-05-02"),
    ("/salesStage", "Propose", "stage", "60"),
    ("/salesStage", "80", "stage", "80"),
]


@pytest.mark.rule("API-069")
@pytest.mark.parametrize(("path", "value", "name", "kept"), FIELDS)
def test_a_field(path, value, name, kept, own_deal, ana) -> None:
    for kind in ("replace", "add"):
        assert caller(ana).patch(of(own_deal), [op(path, value, kind)]).status_code == 204
    assert str(getattr(fresh(own_deal), name)) == kept


@pytest.mark.rule("API-069")
def test_the_programme(own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/referralProgram", "GTM")], **PREFER)
    assert answer.json()["referralProgram"] == "GTM"
    assert Event.objects.filter(record_id=own_deal.pk, verb="edit").count() == 1


ELSEWHERE = [
    *("/name", "/favorite", "/mpnId", "/type", "/customerProfile/name", "/team/0", "/id", ""),
    *("/registrations/0/contract/currency", "/registrations/1/contract/value", "/details"),
    *("/registrations/0/solutionDetails/0/name", "/consent/consentToContact", "details/notes"),
    *("/details/notes/", "//details/notes", "/registrations/0", "/Details/Notes"),
]


@pytest.mark.rule("API-070")
@pytest.mark.parametrize("path", ELSEWHERE)
def test_other_paths_are_refused_and_named(path, own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/details/notes", "x"), op(path, "x")])
    status, target, _code = refused(answer)
    assert status == 400
    assert target == (path.lstrip("/") or "1/path")
    assert fresh(own_deal).notes != "x"


@pytest.mark.rule("API-070")
def test_the_paths_are_the_contracts() -> None:
    """18 for the referral, 12 for the registration, and its beginning (facts 1.3)."""
    assert len(PATHS) == 18 + 12 + 1


@pytest.mark.rule("API-070")
@pytest.mark.parametrize(
    "document",
    [
        {}, [], None, "x", 1, [1], [[]], [None], [{}], {"op": "replace"},
        [{"op": "remove", "path": "/details/notes"}],
        [{"op": "test", "path": "/details/notes", "value": "x"}],
        [{"op": "move", "path": "/details/notes", "from": "/name"}],
        [{"op": "replace", "path": "/details/notes"}],
        [{"op": "replace", "path": "/details/notes", "value": "x", "more": 1}],
        [{"op": "replace", "path": "/team/-", "value": MEMBER}],
        [op("/details/notes", "x")] * 101,
    ],
)  # fmt: skip
def test_what_is_no_document(document, own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), json.dumps(document))
    assert answer.status_code == 400
    assert fresh(own_deal).version == own_deal.version


@pytest.mark.rule("API-071")
def test_all_or_nothing(own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/details/notes", "x"), *close("Declined", "1")])
    assert refused(answer) == (409, "", "notPossibleNow")
    assert fresh(own_deal).notes == own_deal.notes


@pytest.mark.rule("API-072")
@pytest.mark.parametrize(
    ("substatus", "reason", "status", "code"),
    [
        ("Won", None, "won", ""),
        ("Lost", "Customer chose another vendor", "lost", "other_vendor"),
        ("Lost", "3", "lost", "other_vendor"),
        ("Lost", "We were too slow", "lost", "other"),
        ("Error", "Test", "error", "test"),
        ("Error", "Fat fingers", "error", "other_error"),
    ],
)
def test_closing(substatus, reason, status, code, own_deal, ana) -> None:
    document = [*close(substatus, reason), op("/details/notes", "Last words")]
    assert caller(ana).patch(of(own_deal), document).status_code == 204
    leg = fresh(own_deal)
    assert (leg.status, leg.reason, leg.notes) == (status, code, "Last words")


@pytest.mark.rule("API-072")
def test_a_reason_is_asked_for_in_the_pages_words(own_deal, ana) -> None:
    ana.language = "pt-br"
    ana.save()
    answer = caller(ana).patch(of(own_deal), close("Lost"))
    assert refused(answer) == (409, "", "reason_given")
    assert answer.json()["error"]["message"] == "Escolha um motivo."


@pytest.mark.rule("API-072")
def test_a_reason_alone_goes_with_nothing(own_deal, ana) -> None:
    answer = caller(ana).patch(of(own_deal), [op("/statusReason", "Budget")])
    assert refused(answer)[:2] == (400, "statusReason")


@pytest.mark.rule("API-073")
@pytest.mark.parametrize(
    ("pair", "status"),
    [
        (("Closed", "Accepted"), 400), (("New", "Won"), 400), (("Active", "Won"), 400),
        (("None", "None"), 400), (("Closed", None), 400), ((None, "Won"), 400),
        (("New", "Pending"), 409), (("New", "Received"), 409), (("Closed", "Expired"), 409),
        (("Closed", "Declined"), 409), (("Active", "Accepted"), 204),
    ],
)  # fmt: skip
def test_pairs_from_accepted(pair, status, own_deal, ana) -> None:
    document = [op(f"/{n}", v) for n, v in zip(("status", "substatus"), pair, strict=True) if v]
    assert caller(ana).patch(of(own_deal), document).status_code == status
    assert fresh(own_deal).status == "accepted"


@pytest.mark.rule("API-073")
@pytest.mark.parametrize("status", ["won", "lost", "declined", "expired", "error"])
def test_closed_is_closed(status, invited_leg, carla) -> None:
    leg = at(status, invited_leg, carla)
    for document in ([op("/details/notes", "x")], close("Won"), [op("/salesStage", "Close")]):
        if status == "won" and document == close("Won"):
            continue
        answer = caller(carla).patch(of(leg), document)
        assert answer.status_code == 409
    assert fresh(leg).version == leg.version


@pytest.mark.rule("API-074")
def test_accepting_confirms_the_terms(invited_leg, carla) -> None:
    document = [op("/status", "Active"), op("/substatus", "Accepted"),
                op("/details/dealValue", "123"), op("/externalReferenceId", "C9")]  # fmt: skip
    assert caller(carla).patch(of(invited_leg), document).status_code == 204
    leg = fresh(invited_leg)
    assert (leg.status, leg.value, leg.crm_id) == ("accepted", 123, "C9")
    assert Event.objects.filter(record_id=leg.pk, verb="accept", client_id__isnull=False).exists()


@pytest.mark.rule("API-074")
def test_declining_and_being_late(invited_leg, carla) -> None:
    assert refused(caller(carla).patch(of(invited_leg), [op("/details/notes", "x")]))[0] == 409
    past(invited_leg)
    answer = caller(carla).patch(of(invited_leg), close("Declined", "6"))
    assert refused(answer) == (409, "", "in_time")
    assert answer.json()["error"]["message"] == "The time to answer has passed."


@pytest.mark.rule("API-075")
def test_if_match(own_deal, ana) -> None:
    call = caller(ana)
    tag = call.get(of(own_deal))["ETag"]
    document = [op("/details/notes", "First")]
    assert call.patch(of(own_deal), document, If_Match=tag).status_code == 204
    late = call.patch(of(own_deal), [op("/details/notes", "Late")], If_Match=tag)
    error = late.json()["error"]
    assert (late.status_code, error["code"]) == (412, "preconditionFailed")
    assert late["ETag"] == call.get(of(own_deal)).json()["eTag"]
    assert late["ETag"] in error["message"]
    assert fresh(own_deal).notes == "First"
    for found in ("*", late["ETag"], f'"x", W/{late["ETag"]}'):
        assert call.patch(of(own_deal), document, If_Match=found).status_code == 204


@pytest.mark.rule("API-076")
def test_the_team(own_deal, ana) -> None:
    call, mine = caller(ana), {"firstName": "Ana", "lastName": "Souza",
                               "phoneNumber": "+351210000000", "email": ana.email}  # fmt: skip
    assert call.patch(of(own_deal), [op("/team/-", MEMBER, "add")]).status_code == 204
    assert refused(call.patch(of(own_deal), [op("/team/-", MEMBER, "add")]))[0] == 409
    other = MEMBER | {"email": "gil@contoso.example"}
    assert call.patch(of(own_deal), [op("/team", [mine, other])]).status_code == 204
    assert {m.email for m in own_deal.team.all()} == {ana.email, "gil@contoso.example"}
    assert refused(call.patch(of(own_deal), [op("/team", [])])) == (409, "", "team_stays")
    assert refused(call.patch(of(own_deal), [op("/team/-", {"email": "x"}, "add")]))[0] == 400


@pytest.mark.rule("API-076")
def test_who_leaves_the_team_is_answered_without_what_they_no_longer_see(
    own_deal, ana, bruno
) -> None:
    own_deal.team.create(
        company=ana.company, person=bruno, name="B", phone="+351210000001", email=bruno.email
    )
    document = [op("/team", [MEMBER])]
    assert caller(bruno).patch(of(own_deal), document, **PREFER).status_code == 204
    assert caller(bruno).get(of(own_deal)).status_code == 404


@pytest.mark.rule("API-077")
def test_solutions(own_deal, ana, contoso) -> None:
    path, call = "/details/requirements/solutions", caller(ana)
    first, second = contoso.solutions.order_by("code")
    assert (
        call.patch(of(own_deal), [op(f"{path}/-", {"id": second.code}, "add")]).status_code == 204
    )
    assert set(own_deal.solutions.all()) == {first, second}
    given = [{"id": str(second.pk)}, {"id": "BigData", "type": "Category"}]
    answer = call.patch(of(own_deal), [op(path, given)], **PREFER)
    told = answer.json()["details"]["requirements"]["solutions"]
    assert [one["id"] for one in told] == [second.code, "BigData"]
    assert refused(call.patch(of(own_deal), [op(path, [])])) == (409, "", "solutions_stay")
    answer = call.patch(of(own_deal), [op(path, [{"id": "SOL-404"}])])
    assert refused(answer) == (400, "details/requirements/solutions/0/id", "solutions_offered")


@pytest.mark.rule("API-078")
def test_the_customers_contact_stays_once_others_saw_it(own_deal, ana) -> None:
    call, path = caller(ana), "/customerProfile/team"
    answer = call.patch(of(own_deal), [op(f"{path}/-", NORA, "add")])
    assert refused(answer) == (409, "", "contact_agreed")
    leg = fresh(own_deal)
    type(leg).objects.filter(pk=leg.pk).update(
        wire={"consent": {"consentToToShareInfoWithOthers": True}}
    )
    assert call.patch(of(own_deal), [op(f"{path}/-", NORA, "add")]).status_code == 204
    answer = call.patch(of(own_deal), [op(f"{path}/-", MEMBER, "add")], **PREFER)
    assert fresh(own_deal).deal.contact_email == CONTACT.email
    assert fresh(own_deal).wire["contacts"][0]["email"] == MEMBER["email"]
    assert call.patch(of(own_deal), [op(f"/consent/{SHARED}", True)]).status_code == 204
    answer = call.patch(of(own_deal), [op(path, [MEMBER])])
    assert refused(answer) == (409, "", "contact_open")
    assert fresh(own_deal).deal.contact_email == CONTACT.email


@pytest.mark.rule("API-059")
def test_visibility_goes_one_way(own_deal, ana) -> None:
    call, path = caller(ana), f"/consent/{SHARED}"
    assert call.patch(of(own_deal), [op(path, False)]).status_code == 204
    assert call.patch(of(own_deal), [op(path, True)]).status_code == 204
    assert fresh(own_deal).deal.visible_to_vendor
    answer = call.patch(of(own_deal), [op(path, False)])
    assert refused(answer) == (409, f"consent/{SHARED}", "not_shared")


@pytest.mark.rule("API-058")
def test_what_is_not_ones_own_is_not_there(own_deal, invited_leg, ana, carla, sam, paula) -> None:
    deal.share(fresh(own_deal), by=ana)
    document = [op("/details/notes", "x")]
    assert caller(carla).patch(of(own_deal), document).status_code == 404
    assert caller(paula).patch(of(own_deal), document).status_code == 404
    assert caller(sam).patch(of(own_deal), document).status_code == 403
    assert caller(ana).patch(of(own_deal)[:-4] + "0000", document).status_code == 404
    read_only = caller(ana, "referrals.read")
    assert read_only.patch(of(own_deal), document).status_code == 403
    assert accept(invited_leg, carla)
    assert referral.win(fresh(invited_leg), by=carla)
