"""Opening a deal in the browser, step by step; fields are found by name, never by words."""

from dataclasses import dataclass
from datetime import date, timedelta

from playwright.sync_api import Page

NOTES = {
    "en": (
        "Planners work with three lists that never agree, and month end takes nine days.",
        "Show the data platform to the head of planning in one session before the decision.",
    ),
    "pt-br": (
        "O planejamento usa três listas que nunca batem, e o fechamento leva nove dias.",
        "Mostrar a plataforma de dados ao diretor de planejamento em uma sessão antes da decisão.",
    ),
}


@dataclass(frozen=True)
class Plan:
    """What is typed. `help` empty asks for none; `partner` is looked up by name and invited."""

    name: str
    customer: str = "calcado tavares"
    help: str = ""
    visible: bool = False
    partner: str = ""
    value: str = "125000"
    currency: str = ""  # as offered
    language: str = "en"

    @property
    def close_on(self) -> str:
        return (date.today() + timedelta(days=120)).isoformat()


def press(page: Page, value: str) -> None:
    """A button of the step by what it does."""
    page.locator(f"#step button[name=go][value='{value}']").last.click()


def at(page: Page, step: str) -> None:
    page.wait_for_url(f"**/drafts/*/{step}/**")


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"input[name='{name}'][value='{value}']").check()


def start(page: Page, plan: Plan) -> None:
    page.goto("/deals/new/")
    page.locator("main form button.primary").click()
    at(page, "customer")
    page.locator("#look").fill(plan.customer)
    page.locator("#search-customer button").click()
    page.locator("button[value^='pick:']").first.click()
    at(page, "contact")


def contact(page: Page, plan: Plan) -> None:
    if plan.help:
        page.locator("[name=contact_name]").fill("Inês Carvalhal")
        page.locator("[name=contact_title]").fill("CIO")
        page.locator("[name=contact_phone]").fill("+351 912 345 678")
        page.locator("[name=contact_email]").fill("ines@customer.example")
        page.locator("[name=may_share_contact]").check()
    press(page, "next")
    at(page, "details")


def details(page: Page, plan: Plan) -> None:
    choose(page, "motion", "ip")
    page.locator("[name=name]").fill(plan.name)
    page.locator("[name=location]").select_option(index=1)
    page.locator("[name=value]").fill(plan.value)
    if plan.currency:
        page.locator("[name=currency]").select_option(plan.currency)
    page.locator("[name=close_on]").fill(plan.close_on)
    page.locator("[name=notes]").fill(NOTES[plan.language][0])
    press(page, "next")
    at(page, "intent")


def intent(page: Page, plan: Plan) -> None:
    choose(page, "intent", "undecided")
    press(page, "next")
    at(page, "team")


def team(page: Page, plan: Plan) -> None:
    page.locator("[name$=name]").first.fill("Marta Figueiredo")
    page.locator("[name$=phone]").first.fill("+351 210 987 654")
    page.locator("[name$=email]").first.fill("marta.figueiredo@lumeeiro.example")
    press(page, "next")
    at(page, "solutions")


def solutions(page: Page, plan: Plan) -> None:
    eligible = page.locator(".offer:has-text('Azure') button[value^='add:']")  # for registration
    eligible.first.click()
    page.locator("#chosen button[value^='remove:']").first.wait_for()
    press(page, "next")
    at(page, "help")


def help_wanted(page: Page, plan: Plan) -> None:
    choose(page, "help", plan.help)
    choose(page, "visible", "yes" if plan.visible else "no")
    if plan.help:
        page.locator("[name=problem]").fill(NOTES[plan.language][0])
        page.locator("[name=wanted]").fill(NOTES[plan.language][1])
        press(page, "draft_note")
        page.locator("[name=approved]").check()
    press(page, "next")
    at(page, "partners")


def partners(page: Page, plan: Plan) -> None:
    if plan.partner:
        page.locator("#look").fill(plan.partner)
        press(page, "find")
        page.locator("button[value^='invite:']").first.click()
        page.locator("[name=p0-value]").fill("40000")
        page.locator("[name=p0-close_on]").fill(plan.close_on)
        page.locator("[name=p0-help]").select_option("proof")
        page.locator("[name=p0-ask]").fill("Migration of the warehouse.")
        page.locator("[name=p0-solutions]").first.check()
    press(page, "next")
    at(page, "review")


STEPS = {
    "contact": contact,
    "details": details,
    "intent": intent,
    "team": team,
    "solutions": solutions,
    "help": help_wanted,
    "partners": partners,
}


def fill(page: Page, plan: Plan, until: str = "review") -> None:
    """From the first page to this step, which is left as it comes."""
    start(page, plan)
    for name, step in STEPS.items():
        if name == until:
            return
        step(page, plan)


def open_deal(page: Page, plan: Plan) -> str:
    """The whole way. Returns the address of the deal."""
    fill(page, plan)
    press(page, "open")
    page.wait_for_url("**/deals/*/")
    return page.url
