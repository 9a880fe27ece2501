"""What help is asked for, who may see the deal, and the note to the seller."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from referrals import drafting
from referrals.choices import Help
from referrals.forms.wizard import NO, AskForHelp, country
from referrals.views.wizard.page import QUIET, Page

MACHINE = ("proposed", "generated")  # what the portal notes about the note; nobody types it


def help_wanted(page: Page) -> HttpResponse:
    if not page.posted:
        fresh = AskForHelp(initial={"help": Help.NONE, "visible": NO})
        seen = page.reading.seen("help")
        return _show(page, page.reading.help if seen else fresh)
    typed = AskForHelp(page.post)
    noted = {name: page.reading.data("help").get(name) for name in MACHINE}
    page.keep(typed.kept() | noted)
    if page.go[0] == "draft_note" or _lacks_only_the_note(page):
        return _propose(page)
    return page.onward() or _show(page, typed)


def _lacks_only_the_note(page: Page) -> bool:
    """Who described the problem and went on would not understand that the note is missing."""
    kept = page.reading.data("help")
    described = kept.get("problem") or kept.get("wanted")
    return bool(page.go[0] == "next" and kept.get("help") and described and not kept.get("ask"))


def _show(page: Page, form: AskForHelp) -> HttpResponse:
    kept = page.reading.data("help")
    shown = {"proposed": kept.get("proposed"), "generated": kept.get("generated")}
    return page.show(form=page.blamed(form), **shown)


def _propose(page: Page) -> HttpResponse:
    facts = facts_of(page)
    if not (facts.problem or facts.wanted):
        messages.warning(
            page.request,
            _("Write the customer's problem, or what you want the seller to do, first."),
        )
        return page.to("help", QUIET, "id_problem")
    proposal = drafting.propose(facts)
    if proposal.word:
        messages.warning(page.request, proposal.word)
    noted: dict[str, Any] = {"proposed": proposal.text, "generated": proposal.generated}
    data = page.reading.data("help") | noted | {"ask": proposal.text, "approved": False}
    page.keep(data)
    return page.to("help", QUIET, "note")


def facts_of(page: Page) -> drafting.Facts:
    """What the note may be made of: nothing that says how to reach somebody."""
    opening = page.reading.opening
    typed = page.reading.help.cleaned_data
    customer, terms = page.reading.customer, opening.terms
    whole = not page.reading.of("details")
    return drafting.Facts(
        problem=typed.get("problem", "").strip(),
        wanted=typed.get("wanted", "").strip(),
        help=Help(opening.help).label if opening.help else "",
        customer=customer.name if customer else "",
        country=country(customer) if customer else "",
        solutions=tuple(s.name for s in opening.solutions),
        value=terms.value if whole else None,
        currency=terms.currency if whole else "",
        close_on=terms.close_on if whole else None,
        persons=(opening.contact.name, *(m.name for m in opening.team)),
    )
