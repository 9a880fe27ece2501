"""Who the customer is: three lists to search, or by hand."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.utils.translation import gettext_lazy as _

from portal.actions import customers
from portal.lookup import Tab
from portal.models import Account, Person
from portal.pages import is_htmx
from portal.search import TabCount, search
from portal.workflow import Refused
from referrals.forms.wizard import ByHand
from referrals.forms.wizard_fields import as_typed
from referrals.views.wizard.page import Page

WIDE = {"wide": "1"}
_LABELS: dict[str, Any] = {
    Tab.MANAGED: _("Managed by %(vendor)s"),
    Tab.UNMANAGED: _("Not managed by %(vendor)s"),
    Tab.OTHER: _("Other"),
}
_MEANINGS: dict[str, Any] = {
    Tab.MANAGED: _("%(vendor)s manages these customers: a deal that you win can be registered."),
    Tab.UNMANAGED: _("%(vendor)s does not manage these: a deal with them is never registered."),
    Tab.OTHER: _(
        "From the business register. Whether %(vendor)s manages them, and so whether a deal can "
        "be registered, is only known some time after it is open."
    ),
}


def customer(page: Page) -> HttpResponse:
    if not page.posted:
        results = "referrals/wizard/customer_results.html" if is_htmx(page.request) else ""
        return _show(page, ByHand(), results)
    verb, of = page.go
    if verb == "enter":
        return _enter(page)
    if verb == "pick":
        return _choose(page, chosen(of, page.person))
    return page.onward() or _show(page, ByHand())


def chosen(pk: str, person: Person) -> Account | None:
    """An account that this person may choose; None for any other id."""
    try:
        return Account.objects.visible_to(person).filter(pk=pk).first()
    except ValidationError:
        return None


def _choose(page: Page, account: Account | None) -> HttpResponse:
    if account is None:
        messages.error(page.request, str(_("This customer is not there any more. Choose again.")))
        return page.to("customer")
    page.keep({"customer": str(account.pk)})
    return page.to("customer") if page.reading.of("customer") else page.to("contact")


def _enter(page: Page) -> HttpResponse:
    form = ByHand(page.post)
    if form.is_valid():
        try:
            return _choose(page, customers.enter_by_hand(by=page.person, **form.account()))
        except Refused as refused:
            form.add_error(None, str(refused))
    return _show(page, form)


def _show(page: Page, form: ByHand, template: str = "") -> HttpResponse:
    found = look(as_typed(page.request.GET), page.person)
    return page.show(template, by_hand=form.mark(), by_hand_open=form.is_bound, **found)


def look(words: QueryDict, person: Person) -> dict[str, Any]:
    """The search as it was asked for: name, place, list, and whether to look further."""
    text, place = (words.get(name, "")[:200].strip() for name in ("look", "place"))
    tab = words.get("tab", "")
    tab = Tab(tab) if tab in Tab.values else Tab.MANAGED
    query = {"look": text, "place": place, "tab": tab.value, "quiet": ""}
    shown: dict[str, Any] = {"look": text, "place": place, "tab": tab, "query": urlencode(query)}
    if not (text or place):
        return shown
    cursor, wide = words.get("after", "")[:6], "wide" in words
    result = search(text, place, person=person, kind=tab, cursor=cursor, wide=wide)
    further = query | (WIDE if wide else {}) | {"after": result.next}
    return shown | {
        "result": result,
        "tabs": [_tab(t, query) for t in result.tabs],
        "meaning": _MEANINGS[tab] % {"vendor": settings.VENDOR_NAME},
        "next_url": _url(further) if result.next else "",
        "wide_url": "" if wide or result.too_short else _url(query | WIDE),
    }


def _tab(found: TabCount, query: dict[str, str]) -> dict[str, Any]:
    return {
        "label": _LABELS[found.tab] % {"vendor": settings.VENDOR_NAME},
        "count": found.count,
        "current": found.current,
        "key": found.tab.value,
        "url": _url(query | {"tab": found.tab.value}),
    }


def _url(query: dict[str, str]) -> str:
    return f"?{urlencode(query)}#results"
