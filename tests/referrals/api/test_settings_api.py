"""Solutions, locations, people and routing rules, as programs read and change them."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.models import Event, Role
from referrals.actions import routing
from referrals.models import RoutingRule, Solution
from tests.calling import caller, program_of
from tests.conftest import make_person

pytestmark = pytest.mark.django_db
RULES = "/v1.0/routing-rules"


def names(person, path: str) -> list[str]:
    return [row["name"] for row in caller(person).get(path).json()["value"]]


def place(company, number: int = 0):
    return company.locations.order_by("partner_id")[number]


@pytest.mark.rule("API-092")
def test_solutions_are_what_may_be_put_on_a_deal(ana, carla, contoso, fabrikam) -> None:
    secret = {"code": "SOL-X", "name": "Not announced yet", "status": "in_market"}
    Solution.objects.create(company=fabrikam, **secret)
    gone = fabrikam.solutions.order_by("code")[1]
    Solution.objects.filter(pk=gone.pk).update(is_active=False)
    path = "/v1.0/solutions"
    assert names(ana, path) == ["Contoso product 0", "Contoso product 1", "Fabrikam product 0"]
    assert "Not announced yet" in names(carla, path)
    assert names(ana, f"{path}?search=product 1") == ["Contoso product 1"]
    assert names(ana, f"{path}?company={fabrikam.pk}&status=ip") == ["Fabrikam product 0"]
    wrong = {"company=x": "company", "status=old": "status", "name=x": "name"}
    for query, target in wrong.items():
        answer = caller(ana).get(f"{path}?{query}")
        assert (answer.status_code, answer.json()["error"]["target"]) == (400, target)


@pytest.mark.rule("API-092")
def test_locations_are_the_own_and_say_where_deals_are_opened(ana, bruno, sam, contoso) -> None:
    closed = place(contoso, 1)
    rows = caller(bruno).get("/v1.0/locations").json()["value"]
    assert [(row["partnerId"], row["mayOpenDeals"]) for row in rows] == [
        ("1000", True),
        ("1001", False),
    ]
    contoso.locations.filter(pk=closed.pk).update(is_active=False)
    assert names(ana, "/v1.0/locations") == ["Contoso Lisbon"]
    assert names(sam, "/v1.0/locations") == []


@pytest.mark.rule("API-093")
def test_people_are_colleagues_and_never_programs(ana, bruno, paula, carla, sam, contoso) -> None:
    program_of(ana)
    make_person("Gil Gone", contoso, Role.REFERRALS_ADMIN, is_active=False)
    assert names(ana, "/v1.0/people") == ["Ana Souza", "Bruno Lima"]
    assert names(bruno, "/v1.0/people?search=ana") == ["Ana Souza"]
    assert names(carla, "/v1.0/people") == ["Carla Dias"]
    assert names(sam, "/v1.0/people") == ["Sam Seller"]
    assert caller(paula).get("/v1.0/people").status_code == 403


@pytest.mark.parametrize("path", ["solutions", "locations", "people", "routing-rules"])
def test_lists_cost_the_same_for_more_rows(path, ana, contoso, django_assert_num_queries) -> None:
    call = caller(ana)
    call.get(f"/v1.0/{path}")
    with CaptureQueriesContext(connection) as few:
        call.get(f"/v1.0/{path}")
    for number in range(5):
        make_person(f"P{number} Person", contoso, Role.REFERRALS_USER)
        Solution.objects.create(code=f"S{number}", name="More", company=contoso)
        spot = contoso.locations.create(partner_id=f"9{number}", name="More", country="PT")
        RoutingRule.objects.create(
            company=contoso, country=["PT", "BR", "ES", "FR", "DE"][number], location=spot
        )
    with django_assert_num_queries(len(few)):
        call.get(f"/v1.0/{path}")


@pytest.mark.rule("API-094")
def test_a_rule_is_added_moved_and_removed(ana, contoso) -> None:
    call, solution = caller(ana), contoso.solutions.first()
    body = {"country": "BR", "solution": str(solution.pk), "location": str(place(contoso).pk)}
    added = call.post(RULES, body)
    assert added.status_code == 200, added.content
    path = f"{RULES}/{added.json()['id']}"
    assert added["Location"].endswith(path)
    assert (added.json()["country"], added.json()["isDefault"]) == ("BR", False)
    again = call.post(RULES, body)
    assert again.status_code == 409
    assert again.json()["error"]["message"].startswith("There is a rule for")
    other = {"location": str(place(contoso, 1).pk)}
    blind = call.put(path, other)
    assert (blind.status_code, blind.json()["error"]["target"]) == (412, "If-Match")
    moved = call.put(path, other, If_Match=added["ETag"])
    assert moved.json()["location"]["id"] == other["location"]
    late = call.put(path, other, If_Match=added["ETag"])
    assert (late.status_code, late["ETag"]) == (412, moved["ETag"])
    assert call("DELETE", path, None, If_Match=added["ETag"]).status_code == 412
    gone = call("DELETE", path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert call.get(path).status_code == 404
    verbs = Event.objects.filter(record_type="routingrule").order_by("version")
    assert list(verbs.values_list("verb", flat=True)) == ["add_rule", "move_rule", "remove_rule"]


@pytest.mark.rule("API-094")
def test_the_default_rule_stays(ana, contoso) -> None:
    rule = routing.add_rule(by=ana, location=place(contoso))
    answer = caller(ana)("DELETE", f"{RULES}/{rule.pk}")
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == ("The default rule can be changed but not removed.")


@pytest.mark.rule("API-085")
def test_a_dry_run_adds_and_removes_nothing(ana, contoso) -> None:
    rule, spot = routing.add_rule(by=ana, location=place(contoso)), str(place(contoso).pk)
    body = {"country": "BR", "location": spot}
    tried = caller(ana).post(f"{RULES}?validateOnly=true", body)
    assert (tried.status_code, tried.json()["country"]) == (200, "BR")
    assert caller(ana)("DELETE", f"{RULES}/{rule.pk}?validateOnly=true").status_code == 409
    assert RoutingRule.objects.get().pk == rule.pk
    call = caller(ana)
    first, again = (call.post(RULES, body, Idempotency_Key="r1") for _n in range(2))
    assert first.json() == again.json()
    assert RoutingRule.objects.count() == 2


@pytest.mark.rule("API-094")
def test_rules_are_read_by_who_works_and_written_by_whole_company_admins(
    ana, bruno, paula, carla, sam, contoso, fabrikam
) -> None:
    rule = routing.add_rule(by=ana, location=place(contoso))
    path, body = f"{RULES}/{rule.pk}", {"location": str(place(contoso).pk)}
    assert [row["id"] for row in caller(bruno).get(RULES).json()["value"]] == [str(rule.pk)]
    assert caller(bruno).post(RULES, body | {"country": "BR"}).status_code == 403
    assert caller(bruno)("DELETE", path).status_code == 403
    for person in (paula, sam):
        assert caller(person).get(RULES).status_code == 404
        assert caller(person).post(RULES, body).status_code == 404
    assert caller(carla).get(RULES).json()["value"] == []
    for method in ("GET", "PUT", "DELETE"):
        assert caller(carla)(method, path, body).status_code == 404
    reader = caller(ana, "settings.read")
    assert (reader.get(RULES).status_code, reader.post(RULES, body).status_code) == (200, 403)


@pytest.mark.rule("API-083")
def test_a_rule_names_only_the_own(ana, contoso, fabrikam) -> None:
    own = str(place(contoso).pk)
    wrong = [
        ({"location": str(place(fabrikam).pk)}, "location"),
        ({"location": own, "solution": str(fabrikam.solutions.first().pk)}, "solution"),
        ({"location": own, "country": "Brazil"}, "country"),
        ({"location": own, "company": str(fabrikam.pk)}, "company"),
        ({"country": "BR"}, "location"),
        ({"location": None}, "location"),
    ]
    for body, target in wrong:
        answer = caller(ana).post(RULES, body)
        assert (answer.status_code, answer.json()["error"]["target"]) == (400, target)
    assert not RoutingRule.objects.exists()
