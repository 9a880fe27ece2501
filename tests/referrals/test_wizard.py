import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from portal.models import Account, Company
from referrals.actions import deal as deals
from referrals.actions.opening import RULES, Opening, Problem
from referrals.choices import DealType
from referrals.forms.wizard_reading import STEPS, Reading, to_opening
from referrals.models import Deal, Draft, Referral, Solution
from tests.conftest import make_account, opening
from tests.llm_server import SAYS, serving

CONTACT = {
    "contact_name": "Nora Wind",
    "contact_title": "CIO",
    "contact_phone": "+351 211 111 111",
    "contact_email": "nora@northwind.example",
    "may_share_contact": "on",
}
DETAILS = {
    "motion": "ip",
    "name": "Data platform for Northwind",
    "value": "50,000.50",
    "currency": "USD",
    "close_on": "2027-03-31",
    "notes": "One platform for sales data.",
}
SERVICES = DETAILS | {
    "motion": "services",
    "partner_role": "deployment",
    "solution_area": "data",
    "solution_play": "unify_data",
}
HELP = {"help": "proof", "visible": "no", "ask": "We need a proof of concept before March."}
NO_HELP = {"help": "", "visible": "no"}


class Walk:
    """Somebody's browser on one draft."""

    def __init__(self, client, person, customer=None):
        client.force_login(person)
        self.client, self.person = client, person
        answer = client.post(reverse("new_deal"))
        assert answer.status_code == 303, answer.content.decode()
        self.draft = Draft.objects.get(person=person, deal=None)
        self.place = str(person.company.locations.order_by("partner_id")[0].pk)
        if customer is not None:
            self.post("customer", go=f"pick:{customer.pk}")

    def url(self, step):
        return reverse("draft_step", args=[self.draft.pk, step])

    def get(self, step, **query):
        return self.client.get(self.url(step), query)

    def post(self, step, data=None, **more):
        sent = {"go": "next"} | (data or {}) | more
        if step == "details":
            sent.setdefault("location", self.place)
        return self.client.post(self.url(step), sent)

    def add_solution(self, solution):
        return self.post("solutions", go=f"add:{solution.pk}")

    def team(self, *members):
        rows = members or [(self.person.name, "+351 210 000 000", self.person.email)]
        return {
            f"m{n}-{field}": value
            for n, row in enumerate(rows)
            for field, value in zip(("name", "phone", "email"), row, strict=True)
        }

    @property
    def data(self):
        return Draft.objects.get(pk=self.draft.pk).data

    def reading(self):
        return Reading(Draft.objects.get(pk=self.draft.pk), self.person)

    def fill(self, *, details=DETAILS, contact=None, solution=True, help=NO_HELP):
        self.post("contact", contact or {})
        self.post("details", details)
        if details["motion"] == "ip":
            self.post("intent", intent="yes")
        self.post("team", self.team())
        if solution:
            self.add_solution(self.person.company.solutions.order_by("code")[0])
        self.post("solutions")
        self.post("help", help)
        self.post("partners")
        return self

    def open(self):
        return self.post("review", go="open")


@pytest.fixture
def walk(client, ana, customer):
    return Walk(client, ana, customer)


def leads_to(answer, walk, step):
    assert answer.status_code == 303, answer.content.decode()
    assert answer["Location"].split("?")[0] == walk.url(step)
    return True


# --- the whole way ---------------------------------------------------------------------


def test_each_step_leads_to_the_next(client, ana, customer):
    walk = Walk(client, ana)
    draft_url = reverse("draft", args=[walk.draft.pk])
    assert client.get(draft_url)["Location"] == walk.url("customer")
    assert leads_to(walk.post("customer", go=f"pick:{customer.pk}"), walk, "contact")
    assert leads_to(walk.post("contact", {}), walk, "details")
    assert leads_to(walk.post("details", DETAILS), walk, "intent")
    assert leads_to(walk.post("intent", intent="undecided"), walk, "team")
    assert leads_to(walk.post("team", walk.team()), walk, "solutions")
    assert client.get(draft_url)["Location"] == walk.url("solutions")
    walk.add_solution(ana.company.solutions.order_by("code")[0])
    assert leads_to(walk.post("solutions"), walk, "help")
    assert leads_to(walk.post("help", NO_HELP), walk, "partners")
    assert leads_to(walk.post("partners"), walk, "review")
    assert client.get(draft_url)["Location"] == walk.url("review")
    for step in STEPS:
        assert walk.get(step).status_code == 200
    answer = walk.open()
    referral = Referral.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == referral.get_absolute_url()
    assert (referral.status, referral.percent) == ("accepted", 10)


def test_what_was_entered_is_what_is_opened(walk, customer, ana):
    walk.fill(contact=CONTACT).open()
    referral = Referral.objects.get()
    assert referral.deal.customer == customer
    assert referral.deal.contact_name == "Nora Wind"
    assert str(referral.deal.contact_phone) == "+351211111111"
    assert referral.value == Decimal("50000.50")
    assert (referral.currency, referral.close_on) == ("USD", date(2027, 3, 31))
    assert (referral.intent, referral.notes) == ("yes", "One platform for sales data.")
    assert str(referral.location_id) == walk.place
    assert [m.person for m in referral.team.all()] == [ana]
    assert list(referral.solutions.all()) == [ana.company.solutions.order_by("code")[0]]
    assert referral.deal.type == DealType.PRIVATE


def test_a_services_deal_is_not_asked_about_the_marketplace(walk):
    assert leads_to(walk.post("details", SERVICES), walk, "team")
    assert "intent" not in walk.reading().plan
    assert walk.get("intent").status_code == 302
    walk.fill(details=SERVICES, solution=False, help={"help": "", "visible": "yes"}).open()
    referral = Referral.objects.get()
    assert (referral.partner_role, referral.intent) == ("deployment", "")
    assert referral.deal.type == DealType.PARTNER_LED
    assert not referral.solutions.exists()


def test_an_ip_deal_plays_no_partner_role(walk):
    walk.fill(details=DETAILS | {"partner_role": "deployment", "solution_area": "data"}).open()
    assert (Referral.objects.get().partner_role, Referral.objects.get().solution_area) == (
        "",
        "data",
    )


@pytest.mark.rule("DEAL-035")
def test_an_assessment_is_one_and_takes_the_place_of_everything_else(walk, ana, vendor):
    assessment = Solution.objects.create(
        code="SA-1", name="Cloud check", company=vendor, is_assessment=True
    )
    page = walk.get("details").content.decode()
    assert 'value="assessment"' not in page
    Company.objects.filter(pk=ana.company_id).update(runs_assessments=True)
    assert 'value="assessment"' in walk.get("details").content.decode()
    details = DETAILS | {"motion": "assessment"}
    walk.fill(details=details, solution=True)
    walk.add_solution(assessment)
    assert walk.data["solutions"]["solutions"] == [str(assessment.pk)]
    assert walk.open().status_code == 303
    assert Referral.objects.get().deal.type == DealType.ASSESSMENT


@pytest.mark.rule("DEAL-026")
def test_with_help_the_vendor_gets_its_own_leg(walk, sam):
    walk.fill(contact=CONTACT, help=HELP).open()
    leg = Referral.objects.get(company__kind="vendor")
    assert (leg.status, leg.help, leg.ask) == ("pending", "proof", HELP["ask"])
    assert leg.deal.type == DealType.CO_SELL


def invitee(n, company, **changed):
    given = {
        "company": str(company.pk),
        "value": "9000",
        "currency": "EUR",
        "close_on": "2027-02-28",
        "help": "proof",
        "ask": "Join us.",
        "solutions": [str(company.solutions.order_by("code")[0].pk)],
    }
    return {f"p{n}-{name}": value for name, value in (given | changed).items()}


@pytest.fixture
def litware(vendor):
    from tests.conftest import _partner

    return _partner("Litware", "IN", 300)


@pytest.mark.rule("DEAL-023")
def test_two_partners_each_with_their_own_numbers(walk, fabrikam, litware, ana):
    walk.fill()
    leads_to(walk.post("partners", go=f"invite:{fabrikam.pk}"), walk, "partners")
    first = invitee(0, fabrikam, team=[ana.email])
    leads_to(walk.post("partners", first, go=f"invite:{litware.pk}"), walk, "partners")
    kept = walk.data["partners"]["invitations"]
    assert [row.get("value") for row in kept] == ["9000.00", None]
    assert kept[1]["close_on"] == "2027-03-31"  # pre-filled from the deal
    second = invitee(1, litware, value="12,000.00", currency="INR")
    assert leads_to(walk.post("partners", first | second), walk, "review")
    assert walk.open().status_code == 303
    legs = {leg.company.name: leg for leg in Referral.objects.all()}
    assert (legs["Fabrikam"].value, legs["Fabrikam"].currency) == (Decimal("9000"), "EUR")
    assert (legs["Litware"].value, legs["Litware"].currency) == (Decimal("12000"), "INR")
    assert legs["Fabrikam"].status == legs["Litware"].status == "pending"
    assert [m.person for m in legs["Fabrikam"].team.all()] == [ana]
    assert not legs["Litware"].team.exists()
    assert legs["Contoso"].deal.type == DealType.P2P


def test_an_invited_partner_can_be_taken_out_again(walk, fabrikam, litware):
    walk.fill()
    walk.post("partners", go=f"invite:{fabrikam.pk}")
    walk.post("partners", invitee(0, fabrikam), go=f"invite:{litware.pk}")
    both = invitee(0, fabrikam) | invitee(1, litware)
    walk.post("partners", both, go=f"remove:{fabrikam.pk}")
    assert [row["company"] for row in walk.data["partners"]["invitations"]] == [str(litware.pk)]
    assert walk.data["partners"]["invitations"][0]["value"] == "9000.00"


# --- drafts ------------------------------------------------------------------------------


@pytest.mark.parametrize("step", [*STEPS, "nonsense"])
def test_somebody_elses_draft_is_not_there(walk, bruno, client, step):
    client.force_login(bruno)
    assert walk.get(step).status_code == 404
    assert walk.post(step, DETAILS).status_code == 404
    assert client.get(reverse("draft", args=[walk.draft.pk])).status_code == 404
    assert client.post(reverse("discard_draft", args=[walk.draft.pk])).status_code == 404
    assert Draft.objects.filter(pk=walk.draft.pk).exists()


def test_drafts_are_listed_for_their_owner_only(walk, bruno, client):
    walk.post("details", DETAILS)
    assert DETAILS["name"] in client.get(reverse("drafts")).content.decode()
    client.force_login(bruno)
    assert DETAILS["name"] not in client.get(reverse("drafts")).content.decode()


def test_a_discarded_draft_is_gone(walk, client):
    answer = client.post(reverse("discard_draft", args=[walk.draft.pk]))
    assert answer["Location"] == reverse("drafts")
    assert not Draft.objects.exists()
    assert client.get(reverse("discard_draft", args=[walk.draft.pk])).status_code == 405


@pytest.mark.rule("DEAL-041")
def test_a_second_click_leads_to_the_same_deal(walk, client):
    walk.fill()
    first, second = walk.open(), walk.open()
    assert Deal.objects.count() == 1
    assert second["Location"] == first["Location"]
    referral = Referral.objects.get()
    for step in STEPS:  # and so does every step from now on
        assert walk.get(step)["Location"] == referral.get_absolute_url()
    draft_url = reverse("draft", args=[walk.draft.pk])
    assert client.get(draft_url)["Location"] == referral.get_absolute_url()
    assert Draft.objects.get().data == {}


@pytest.mark.rule("DEAL-041")
def test_opening_twice_with_the_same_reading_gives_one_deal(walk, ana):
    walk.fill()
    draft = Draft.objects.get()
    wanted = to_opening(draft, ana)
    assert isinstance(wanted, Opening)
    first = deals.open(wanted, by=ana, draft=draft)
    assert deals.open(wanted, by=ana, draft=draft) == first
    assert Deal.objects.count() == 1


@pytest.mark.rule("DEAL-004")
def test_who_cannot_open_is_told_why(client, ana, paula, sam):
    for person, words in [
        (paula, "You need the role of referrals admin"),
        (sam, "Only partners open deals."),
    ]:
        client.force_login(person)
        for answer in (client.get(reverse("new_deal")), client.post(reverse("new_deal"))):
            assert answer.status_code == 403
            assert words in answer.content.decode()
    walk = Walk(client, ana)
    ana.company.solutions.update(status="in_market")
    answer = walk.get("details")
    assert answer.status_code == 403
    assert "at least one solution that is co-sell ready" in answer.content.decode()
    assert client.get(reverse("drafts")).status_code == 200
    assert not Deal.objects.exists()


# --- nothing is lost -----------------------------------------------------------------------


@pytest.mark.parametrize("go", ["next", "customer", "review", "later", "contact"])
def test_every_button_keeps_what_was_typed_right_or_wrong(walk, go):
    typed = DETAILS | {"value": "a lot", "close_on": "soon", "notes": "kept notes", "go": go}
    answer = walk.post("details", typed)
    assert answer.status_code == (422 if go == "next" else 302 if go == "later" else 303)
    page = walk.get("details").content.decode()
    for words in ("a lot", "soon", "kept notes", DETAILS["name"]):
        assert words in page


def test_a_refused_form_says_what_is_wrong_at_the_field_and_at_the_top(walk):
    answer = walk.post("details", DETAILS | {"value": "a lot", "name": ""})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert '<a href="#id_value">' in page
    assert 'id="id_value_error"' in page
    assert 'value="a lot"' in page
    assert 'id="id_name_error"' in page


def test_names_at_the_side_tell_the_state(walk):
    walk.post("details", DETAILS | {"value": "0"})
    stages = {s["name"]: s["state"] for s in walk.get("team").context["stages"]}
    assert stages["customer"] == "done"
    assert stages["details"] == "error"
    assert stages["team"] == "current"
    assert stages["review"] == "todo"


def test_a_fresh_step_blames_nobody(walk):
    for step in STEPS[:-1]:
        assert "field-error" not in walk.get(step).content.decode(), step


def test_a_row_more_or_less_keeps_the_others(walk):
    rows = walk.team(("Ana", "+351 210 000 000", "a@x.example"), ("Half", "", ""))
    leads_to(walk.post("team", rows, go="add"), walk, "team")
    page = walk.get("team", quiet="").content.decode()
    assert 'name="m2-name"' in page
    assert "field-error" not in page
    leads_to(walk.post("team", rows, go="remove:0"), walk, "team")
    assert [row["name"] for row in walk.data["team"]["team"]] == ["Half"]


def test_colleagues_of_recent_deals_are_one_click_away(walk, ana, customer, bruno):
    deals.open(opening(bruno, customer), by=bruno)
    page = walk.get("team")
    ids = [row["id"] for row in page.context["suggested"]]
    assert [row["name"] for row in page.context["suggested"]] == ["Bruno Lima"]
    assert "Ana Souza" in page.content.decode()  # the reader stands there already
    walk.post("team", walk.team(), go=f"suggest:{ids[0]}")
    assert [row["name"] for row in walk.data["team"]["team"]] == ["Ana Souza", "Bruno Lima"]


def test_numbers_and_dates_are_read_as_the_reader_writes_them(client, ana, customer):
    ana.language = "pt-br"
    ana.save()
    walk = Walk(client, ana, customer)
    walk.post("details", DETAILS | {"value": "50.000,50", "close_on": "31/03/2027"})
    kept = walk.data["details"]
    assert (kept["value"], kept["close_on"]) == ("50000.50", "2027-03-31")
    ana.language = "en"
    ana.save()
    assert walk.reading().opening.terms.value == Decimal("50000.50")


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("1200", "1200.00"),
        ("1,200", "1200.00"),
        ("1,200.5", "1200.50"),
        ("1 200", "1200.00"),
        ("1.200", "1.200"),  # one and a fifth, or a Brazilian's 1200? Asked, not guessed.
        ("1.200,00", "1.200,00"),
        ("1e5", "1e5"),
        ("NaN", "NaN"),
        ("Infinity", "Infinity"),
        ("9" * 14, "9" * 14),
    ],
)
def test_an_amount_is_read_or_asked_again_never_guessed(walk, typed, value):
    walk.post("details", DETAILS | {"value": typed})
    assert walk.data["details"]["value"] == value


# --- the customer ----------------------------------------------------------------------------


def test_finds_the_customer_in_three_lists(walk):
    make_account("Northwind Research", Account.Kind.UNMANAGED)
    page = walk.get("customer", look="northwind", tab="unmanaged")
    text = page.content.decode()
    assert "Northwind Research" in text
    assert "never registered" in text
    assert [t["count"] for t in page.context["tabs"]] == ["1", "1", "0"]
    assert "This can't be changed once the deal is open." in text


def test_as_you_type_only_the_results_come(walk, client):
    answer = client.get(walk.url("customer"), {"look": "northwind"}, HTTP_HX_REQUEST="true")
    assert "<html" not in answer.content.decode()
    assert "Northwind Traders" in answer.content.decode()


def test_flags_and_linked_accounts_are_shown(walk, customer):
    from uuid import uuid4

    group = uuid4()
    Account.objects.filter(pk=customer.pk).update(group=group, has_macc=True, is_federal=True)
    make_account("Northwind Traders Porto", group=group)
    text = walk.get("customer", look="northwind traders").content.decode()
    for words in ("Show 1 linked account", "MACC", "Federal", "Northwind Traders Porto"):
        assert words in text


BY_HAND = {"name": "Fourth Coffee", "city": "Porto", "country": "PT", "domain": "fourth.example"}


def test_a_customer_entered_by_hand(walk, ana):
    assert leads_to(walk.post("customer", BY_HAND, go="enter"), walk, "contact")
    account = walk.reading().customer
    assert (account.name, account.kind, account.entered_by) == (
        "Fourth Coffee",
        "manual",
        ana.company,
    )


def test_a_refused_customer_by_hand_keeps_what_was_typed(walk):
    answer = walk.post("customer", BY_HAND | {"country": "ZZ", "duns": "12"}, go="enter")
    assert answer.status_code == 422
    assert "Fourth Coffee" in answer.content.decode()
    assert "nine digits" in answer.content.decode()
    assert not Account.objects.filter(kind="manual").exists()


@pytest.mark.parametrize("pk", ["", "x", "0", "None", "\x00", "9" * 5000])
def test_a_customer_that_is_not_there_is_refused(client, ana, pk):
    walk = Walk(client, ana)
    walk.post("customer", go=f"pick:{pk}")
    assert not walk.data["customer"]


def test_another_companys_customer_is_not_there(client, ana, fabrikam):
    theirs = make_account("Theirs", Account.Kind.MANUAL, entered_by=fabrikam)
    walk = Walk(client, ana)
    walk.post("customer", go=f"pick:{theirs.pk}")
    assert not walk.data["customer"]


# --- each rule at its field --------------------------------------------------------------------


def put(walk, step, data):
    """What no button would send any more, but an old draft may hold."""
    draft = Draft.objects.get(pk=walk.draft.pk)
    deals.save_draft(draft, by=walk.person, step=step, data=data)
    return walk.get(step)


def theirs(walk, fabrikam):
    account = make_account("Theirs", Account.Kind.MANUAL, entered_by=fabrikam)
    return put(walk, "customer", {"customer": str(account.pk)})


def treasury(walk, fabrikam):
    account = make_account("Treasury", is_federal=True)
    return put(walk, "customer", {"customer": str(account.pk)})


def asked_help(walk, **contact):
    walk.post("help", HELP)
    return walk.post("contact", contact)


def with_solutions(walk, *solutions, motion="ip"):
    walk.post("details", (SERVICES if motion == "services" else DETAILS) | {"motion": motion})
    return put(walk, "solutions", {"solutions": [str(s.pk) for s in solutions], "x": 1})


def assessment():
    return Solution.objects.create(
        code="SA-9", name="Check", company=Company.objects.vendor(), is_assessment=True
    )


def invited(walk, company, **changed):
    walk.post("partners", go=f"invite:{company.pk}")
    return walk.post("partners", invitee(0, company, **changed))


def no_coseller(walk, fabrikam):
    walk.post("partners", go=f"invite:{fabrikam.pk}")
    Company.objects.filter(pk=fabrikam.pk).update(in_cosell=False)
    return walk.post("partners", invitee(0, fabrikam))


def twice(walk, fabrikam):
    row = {"company": str(fabrikam.pk), "value": "1"}
    return put(walk, "partners", {"invitations": [row, row]})


def unread(walk):
    return put(walk, "help", HELP | {"proposed": HELP["ask"], "approved": False})


def foreign_place(walk, fabrikam):
    return walk.post("details", DETAILS, location=str(fabrikam.locations.first().pk))


def out_of_scope(walk, fabrikam):
    place = walk.person.company.locations.order_by("partner_id")[1]
    walk.person.memberships.update(whole_company=False)
    walk.person.memberships.get().locations.set([walk.place])
    return walk.post("details", DETAILS, location=str(place.pk))


BREAKS = {
    "federal_from_register": treasury,
    "customer_is_ours": theirs,
    "contact_for_help": lambda w, f: asked_help(w, contact_name="Nora", may_share_contact="on"),
    "contact_agreed": lambda w, f: w.post("contact", CONTACT | {"may_share_contact": ""}),
    "location_in_scope": out_of_scope,
    "vetted_for_assessments": lambda w, f: w.post("details", DETAILS | {"motion": "assessment"}),
    "value_positive": lambda w, f: w.post("details", DETAILS | {"value": "0"}),
    "has_notes": lambda w, f: w.post("details", DETAILS | {"notes": "  "}),
    "role_for_services": lambda w, f: w.post("details", SERVICES | {"partner_role": ""}),
    "area_for_services": lambda w, f: w.post("details", SERVICES | {"solution_area": ""}),
    "play_for_services": lambda w, f: w.post("details", SERVICES | {"solution_play": ""}),
    "intent_for_ip": lambda w, f: (w.post("details", DETAILS), w.post("intent", {}))[1],
    "has_team": lambda w, f: w.post("team", w.team(("", "", ""))),
    "team_complete": lambda w, f: w.post("team", w.team(("Ana", "", "a@x.example"))),
    "has_solution": lambda w, f: with_solutions(w),
    "one_assessment": lambda w, f: with_solutions(
        w, assessment(), *w.person.company.solutions.all()
    ),
    "solutions_offered": lambda w, f: with_solutions(
        w, Solution.objects.create(code="X", name="X", company=f, status="in_market")
    ),
    "help_explained": lambda w, f: w.post("help", HELP | {"ask": " "}),
    "draft_approved": lambda w, f: unread(w),
    "invites_cosellers": no_coseller,
    "invites_once": twice,
    "invited_with_solution": lambda w, f: invited(w, f, solutions=[]),
    "invited_with_its_own": lambda w, f: invited(
        w, f, solutions=[str(w.person.company.solutions.first().pk)]
    ),
    "invited_value_positive": lambda w, f: invited(w, f, value="0"),
}

NUMBERS = {
    "federal_from_register": "DEAL-005",
    "contact_for_help": "DEAL-012",
    "contact_agreed": "DEAL-012",
    "location_in_scope": "DEAL-003",
    "vetted_for_assessments": "DEAL-035",
    "role_for_services": "DEAL-009",
    "area_for_services": "DEAL-009",
    "play_for_services": "DEAL-009",
    "intent_for_ip": "DEAL-010",
    "has_solution": "DEAL-011",
    "one_assessment": "DEAL-011",
    "draft_approved": "DEAL-038",
    "invites_cosellers": "DEAL-025",
    "invites_once": "DEAL-025",
    "invited_with_solution": "DEAL-024",
}
CASES = [
    pytest.param(rule, id=name, marks=pytest.mark.rule(NUMBERS.get(name, "DEAL-008")))
    for rule, name in [(rule, rule[3].__name__) for rule in RULES]
]


@pytest.mark.parametrize("rule", CASES)
def test_each_rule_says_its_sentence_at_its_field(walk, fabrikam, rule):
    step, field, sentence, holds = rule
    page = BREAKS[holds.__name__](walk, fabrikam)
    text = page.content.decode().replace("&#x27;", "'")
    assert f'action="{walk.url(step)}' in text
    assert str(sentence) in text
    flaws = [f for f in walk.reading().of(step) if f.sentence == sentence]
    assert [f.field.split("-")[-1] for f in flaws] == [field]
    field_id = f"id_{flaws[0].field}"
    assert f'href="#{field_id}"' in text
    assert f'id="{field_id}"' in text
    assert re.search(rf'field-error"[^>]*>\s*<li>[^<]*{re.escape(str(sentence))}', text)
    assert "error" in {s["state"] for s in walk.get("review").context["stages"]}


def test_every_rule_is_broken_above():
    assert {rule[3].__name__ for rule in RULES} == set(BREAKS)


def test_a_location_of_another_company_is_refused(walk, fabrikam):
    assert foreign_place(walk, fabrikam).status_code == 422
    assert walk.reading().opening.location.company_id is None


def test_the_review_names_everything_that_is_missing_with_links(walk):
    answer = walk.open()
    text = answer.content.decode()
    assert answer.status_code == 422
    assert not Deal.objects.exists()
    for step, field in [("details", "name"), ("team", "team"), ("details", "notes")]:
        assert f'href="{walk.url(step)}#id_{field}"' in text


def test_a_rule_that_breaks_between_review_and_open_is_told(walk):
    walk.fill()
    assert walk.get("review").context["problems"] == []
    Solution.objects.update(is_active=False)
    Solution.objects.create(
        code="N", name="N", company=walk.person.company, status="ready"
    )  # the company may still open deals
    answer = walk.open()
    assert answer.status_code == 422
    assert "One of the solutions is not offered to your company." in answer.content.decode()


# --- solutions -----------------------------------------------------------------------------------


def test_four_kinds_of_solutions_with_counts_and_badges(walk, fabrikam, vendor):
    Solution.objects.create(code="V", name="Vendor thing", company=vendor, is_macc=True)
    Solution.objects.create(code="A", name="Check", company=vendor, is_assessment=True)
    page = walk.get("solutions", kind="vendor")
    assert [t["count"] for t in page.context["tabs"]] == [2, 1, 2, 1]
    assert "MACC-eligible" in page.content.decode()
    found = walk.get("solutions", kind="others", look="product 1 contoso")
    assert [row["solution"].name for row in found.context["offered"]] == []
    found = walk.get("solutions", kind="others", look="product 1")
    assert [row["solution"].name for row in found.context["offered"]] == ["Fabrikam product 1"]


def test_hints_recommend_but_do_not_bar(walk, customer):
    Account.objects.filter(pk=customer.pk).update(has_macc=True)
    walk.post("details", DETAILS)
    walk.post("intent", intent="yes")
    hints = " ".join(map(str, walk.get("solutions").context["hints"]))
    assert "MACC" in hints
    assert "incentive" in hints
    walk.add_solution(walk.person.company.solutions.order_by("code")[0])
    assert leads_to(walk.post("solutions"), walk, "help")
    Solution.objects.update(is_macc=True, is_incentivised=True)
    assert walk.get("solutions").context["hints"] == []


def test_a_solution_of_somebody_elses_is_not_added(walk, fabrikam):
    hidden = Solution.objects.create(code="H", name="H", company=fabrikam, status="in_market")
    walk.post("solutions", go=f"add:{hidden.pk}")
    walk.post("solutions", go="add:nonsense")
    assert walk.data["solutions"]["solutions"] == []


# --- the note ------------------------------------------------------------------------------------


WISH = {"help": "proof", "problem": "Data sits in nine places", "wanted": "Bring an architect"}


def test_who_described_the_problem_and_goes_on_gets_a_note_to_read(walk):
    walk.fill(contact=CONTACT)
    leads_to(walk.post("help", WISH), walk, "help")
    assert "Data sits in nine places." in walk.data["help"]["ask"]
    assert not walk.data["help"]["approved"]
    leads_to(walk.post("help", WISH | {"help": ""}), walk, "partners")


@pytest.mark.rule("DEAL-038")
def test_a_drafted_note_counts_only_once_changed_or_confirmed(walk, ana):
    walk.fill(contact=CONTACT)
    leads_to(walk.post("help", WISH, go="draft_note"), walk, "help")
    note = walk.data["help"]["ask"]
    assert "Data sits in nine places." in note
    assert "Northwind Traders" in note
    page = walk.get("help", quiet="").content.decode()
    assert "Put together from what you entered." in page
    assert 'name="approved"' in page
    as_proposed = WISH | {"ask": note.replace("\n", "\r\n") + "  "}
    assert walk.post("help", as_proposed).status_code == 422
    assert walk.open().status_code == 422
    assert not Deal.objects.exists()
    assert leads_to(walk.post("help", as_proposed | {"approved": "on"}), walk, "partners")
    assert walk.open().status_code == 303
    assert Referral.objects.get(company__kind="vendor").ask == note


@pytest.mark.rule("DEAL-038")
def test_a_changed_note_needs_no_confirmation(walk):
    walk.fill(contact=CONTACT)
    walk.post("help", WISH, go="draft_note")
    changed = WISH | {"ask": walk.data["help"]["ask"] + " Soon."}
    assert leads_to(walk.post("help", changed), walk, "partners")


@pytest.mark.rule("DEAL-038")
def test_a_note_by_a_model_says_so_and_was_told_no_contact(walk, settings):
    walk.fill(contact=CONTACT)
    with serving() as model:
        settings.LLM_BASE_URL = model.url
        walk.post("help", WISH | {"wanted": "Call Nora at +351 211 111 111"}, go="draft_note")
    assert walk.data["help"]["ask"] == SAYS
    page = walk.get("help", quiet="").content.decode()
    assert "Drafted by a language model. Read and change it before you send it." in page
    told = str(model.asked)
    for secret in ("Nora", "211 111", "nora@", "Ana Souza", "ana@", "210 000"):
        assert secret not in told
    assert "Northwind Traders" in told
    assert walk.post("help", WISH | {"ask": SAYS}).status_code == 422
    walk.post("help", WISH, go="draft_note")  # the model is gone
    page = walk.get("help", quiet="").content.decode()
    assert "did not answer as it should" in page
    assert "Put together from what you entered." in page


def test_confirming_one_note_confirms_no_other(walk):
    walk.fill(contact=CONTACT)
    walk.post("help", WISH, go="draft_note")
    walk.post("help", WISH | {"ask": walk.data["help"]["ask"], "approved": "on"})
    walk.post("help", WISH | {"problem": "Another problem", "approved": "on"}, go="draft_note")
    assert walk.data["help"]["approved"] is False
    assert walk.reading().ask_unread


def test_nobody_types_what_the_portal_notes_about_a_note(walk):
    walk.post("help", HELP | {"proposed": "x", "generated": "on"})
    assert walk.data["help"]["proposed"] is None
    walk.post("help", {"help": "proof"}, go="draft_note")
    assert "first" in walk.get("help").content.decode()
    assert not walk.data["help"]["proposed"]


# --- hostile -------------------------------------------------------------------------------------

VERBS = {
    "customer": ["pick", "enter"],
    "team": ["add", "remove", "suggest"],
    "solutions": ["add", "remove"],
    "help": ["draft_note"],
    "partners": ["invite", "remove", "find"],
    "review": ["open"],
}
NASTY = [
    "\x00",
    "x" * 300_000,
    "9" * 10_000,
    "-1 <script>alert(1)</script> \u202e\ud7ff\U0001f600",
    "00000000-0000-0000-0000-000000000000",
]


@pytest.mark.parametrize("nasty", NASTY, ids=[n[:12].encode().hex() for n in NASTY])
def test_nothing_sent_breaks_a_step(walk, nasty, fabrikam):
    walk.client.raise_request_exception = True
    fields = [*CONTACT, *SERVICES, *HELP, "location", "intent", "m0-name", "m0-phone", "m0-email"]
    fields += ["problem", "wanted", "approved", "look", "name", "country", "duns", "domain"]
    walk.post("partners", go=f"invite:{fabrikam.pk}")
    fields += [f"p0-{n}" for n in ("value", "currency", "close_on", "help", "solutions", "team")]
    sent = dict.fromkeys(fields, nasty) | {"p0-company": str(fabrikam.pk)}
    for step in STEPS:
        for verb in ("next", *VERBS.get(step, ())):
            answer = walk.post(step, sent, go=f"{verb}:{nasty[:5000]}", location=nasty)
            assert answer.status_code < 500
            assert b"<script>alert" not in answer.content
        query = {
            "look": nasty[:2000],
            "place": nasty[:2000],
            "tab": nasty[:99],
            "after": nasty[:99],
        }
        page = walk.get(step, **query | {"kind": nasty[:99]})
        assert page.status_code == 200
        assert b"<script>alert" not in page.content
    assert not Deal.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"customer": None, "team": 3, "partners": "x", "details": {}, "help": {"ask": 4}},
        {"customer": {"customer": ["x"]}, "team": {"team": [1, None, {"name": ["x"]}]}},
        {"solutions": {"solutions": [None, {}, "x", 1]}},
        {"partners": {"invitations": [None, {}, {"company": "x"}, {"company": 5}]}},
        {"details": {"value": {}, "close_on": [], "location": {"a": 1}, "motion": ["ip"]}},
        {"details": {"value": None, "close_on": 5, "location": 5, "motion": {}, "name": {}}},
    ],
)
def test_a_draft_of_any_shape_is_read(walk, data, ana):
    Draft.objects.filter(pk=walk.draft.pk).update(data=data)
    missing = to_opening(Draft.objects.get(), ana)
    assert isinstance(missing, list)
    assert all(isinstance(problem, Problem) for problem in missing)
    for step in STEPS:
        assert walk.get(step).status_code == 200


def test_stale_ids_are_told_and_taken_out(walk, fabrikam):
    walk.fill()
    gone = Solution.objects.create(code="G", name="G", company=walk.person.company)
    walk.add_solution(gone)
    gone.delete()
    assert "no longer offered" in str([f.sentence for f in walk.reading().of("solutions")])
    assert walk.open().status_code == 422
    walk.post("solutions")
    assert walk.reading().of("solutions") == []
    assert walk.open().status_code == 303


def test_a_page_costs_the_same_queries_however_large_the_draft(
    walk, django_assert_max_num_queries, fabrikam
):
    walk.fill()
    for step in STEPS:
        with django_assert_max_num_queries(40):
            assert walk.get(step).status_code == 200


# --- Portuguese ------------------------------------------------------------


def test_the_whole_way_in_portuguese(client, ana, customer):
    ana.language = "pt-br"
    ana.save()
    walk = Walk(client, ana, customer)
    walk.fill(details=DETAILS | {"value": "50.000,50"}, contact=CONTACT, help=HELP)
    for step in STEPS:
        answer = walk.get(step)
        assert answer.status_code == 200
        assert 'lang="pt-br"' in answer.content.decode()
    assert walk.open().status_code == 303
    assert Referral.objects.get(company=ana.company).value == Decimal("50000.50")
