"""Registering a won deal: the form, its files, and closing the deal without registration."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal import roles
from portal.documents import listed
from portal.models import Document
from portal.pages import UNPROCESSABLE, answer, get_visible, go, status_of, version
from portal.steps import problems, steps
from portal.uploads import accepts_documents
from portal.workflow import Refused, Text
from referrals.actions import registration as actions
from referrals.choices import ReviewReason
from referrals.forms.registration import RegistrationForm, least
from referrals.lifecycle.registration import OPEN, Status
from referrals.models import Registration
from referrals.registration_story import question
from referrals.views import deal as deals
from referrals.views.registrations import page

CONFLICT = 409
TOLD: dict[str, Text] = {
    Status.APPROVED: _("Submitted and approved. The deal is registered."),
    Status.REVIEW: _("Submitted. A reviewer looks at it: %(reasons)s."),
    Status.VALIDATION: _("Submitted. A reviewer compares it with the marketplace’s books."),
    Status.PENDING: _("Submitted. It goes on as soon as the files are scanned."),
}


@require_POST
def register(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin, or go on with what was begun; a refusal is told on the deal's page."""
    referral = deals.seen(request, pk)
    try:
        begun = actions.register(referral, by=request.user)
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, referral)
    return go(request, form_url(begun))


def form_url(registration: Registration) -> str:
    return reverse("submit", args=[registration.pk])


@dataclass
class Entry:
    """What came with a form: answers, files that were not taken, a rule that said no."""

    form: RegistrationForm
    refused: list[tuple[str, str]] = field(default_factory=list)
    version: int | None = None  # of the registration, once the answers are kept
    status: int = UNPROCESSABLE  # of the page that shows what is wrong

    @property
    def is_kept(self) -> bool:
        return self.version is not None

    @property
    def is_right(self) -> bool:
        return not (self.form.errors or self.refused)

    def bar(self, refused: Refused) -> None:
        """Show the rule's sentence on top of the form."""
        self.status = status_of(refused)
        self.form.add_error(None, str(refused))


@accepts_documents
def submit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form. Files and answers are kept whatever the button; only then rules are asked."""
    found = opened(request, pk)
    if not may_change(found, request):
        return _away(request, found)
    if request.method != "POST":
        return show(request, found, Entry(RegistrationForm(registration=found)))
    entry = receive(request, found)
    found = opened(request, pk)
    wanted = request.POST.get("go")
    if wanted == "submit":
        return _submit(request, found, entry)
    if wanted == "attach" and not request.FILES:
        entry.form.add_error("documents", _("Choose at least one file."))
    return _kept(request, found, entry, _("Saved. Submit it when it is complete."))


def opened(request: HttpRequest, pk: UUID) -> Registration:
    """The registration as its rules read it: one set of legs for all of them."""
    found = page.seen(request, pk)
    found.referral.deal = found.deal
    return found


def may_change(found: Registration, request: HttpRequest) -> bool:
    """Does the form make sense for this person now?"""
    return found.status in OPEN and roles.registrant(found, request.user)


def _away(request: HttpRequest, found: Registration) -> HttpResponse:
    if request.method == "POST" and found.submitted_at and roles.registrant(found, request.user):
        messages.info(request, _("This registration is submitted already."))
    return redirect(found)


def receive(request: HttpRequest, found: Registration) -> Entry:
    """Attach the files that came, then keep every answer that is right in shape."""
    form = RegistrationForm(registration=found, data=request.POST, files=request.FILES)
    form.is_valid()
    entry = Entry(form)
    try:
        expected = _attach(request, found, entry)
        values = form.entered()
        kept = actions.edit(found, by=request.user, version=expected, **values)
        entry.version = kept.version
    except Refused as refused:
        entry.bar(refused)
    return entry


def _attach(request: HttpRequest, found: Registration, entry: Entry) -> int | None:
    """Attach, and say which version the registration has if nobody else changed it."""
    expected, files = version(request), entry.form.cleaned_data.get("documents")
    if not files:
        return expected
    attached = actions.attach(found, by=request.user, files=files)
    entry.refused = attached.refused
    return expected + 1 if expected is not None and attached.kept else expected


def _submit(request: HttpRequest, found: Registration, entry: Entry) -> HttpResponse:
    if entry.is_kept:
        _ask_rules(found, entry)
    if entry.is_right:
        try:
            sent = actions.submit(found, by=request.user, version=entry.version)
        except Refused as refused:
            entry.bar(refused)
        else:
            _tell(request, sent)
            return go(request, sent)
    return _again(request, opened(request, found.pk), entry)


def _again(request: HttpRequest, found: Registration, entry: Entry) -> HttpResponse:
    """The form with what is wrong; where somebody was faster, there is none any more."""
    if found.status not in OPEN:
        return _away(request, found)
    return show(request, found, entry, status=entry.status)


def _ask_rules(found: Registration, entry: Entry) -> None:
    """Set every rule that is not met beside its field. What could not be read is told already."""
    unread = set(entry.form.errors)
    unmet = [(name, said) for name, said in problems(found, "submit") if name not in unread]
    for name, said in unmet:
        entry.form.add_error(name or None, str(said))
    if unmet and not unread:
        entry.status = CONFLICT


def _tell(request: HttpRequest, sent: Registration) -> None:
    """What happened to it at once."""
    if sent.status == Status.ACTION:
        messages.warning(request, question(sent))
        return
    reasons = "; ".join(str(ReviewReason(code).label) for code in sent.reasons)
    messages.success(request, str(TOLD[sent.status]) % {"reasons": reasons})


def _kept(request: HttpRequest, found: Registration, entry: Entry, done: Text) -> HttpResponse:
    """On to the fresh form, or back to what is wrong with this one."""
    if not entry.is_right:
        return _again(request, found, entry)
    messages.success(request, str(done))
    return go(request, form_url(found))


@require_POST
@accepts_documents
def detach(request: HttpRequest, pk: UUID, document: UUID) -> HttpResponse:
    """Take a file out again. The button is one of the form, so what was typed comes with it."""
    found = opened(request, pk)
    row = get_visible(Document.objects.of(found), document)
    if not may_change(found, request):
        return _away(request, found)
    entry = receive(request, found)
    if entry.is_kept:
        try:
            actions.detach(found, row, by=request.user)
        except Refused as refused:
            entry.bar(refused)
    return _kept(request, opened(request, pk), entry, _("The file is removed."))


@require_POST
def forgo(request: HttpRequest, pk: UUID) -> HttpResponse:
    found = page.seen(request, pk)
    given = {"by": request.user, "version": version(request)}
    done = _("The deal is closed without registration.")
    return answer(request, actions.forgo, found, to=found, done=done, **given)


def show(
    request: HttpRequest, found: Registration, entry: Entry, *, status: int = 200
) -> HttpResponse:
    """The form with everything around it."""
    shown = context(request, found) | {"form": entry.form.mark(), "refused": entry.refused}
    return render(request, "referrals/registration/form.html", shown, status=status)


def context(request: HttpRequest, found: Registration) -> dict[str, Any]:
    offered = {step.verb: step for step in steps(found, request.user)}
    return {
        "registration": found,
        "referral": found.referral,
        "version": found.version,
        "barred": offered["submit"].refusal if "submit" in offered else "",
        "forgo": offered.get("forgo"),
        "asks": found.status == Status.ACTION,
        "question": question(found) if found.status == Status.ACTION else "",
        "documents": _documents(found),
        "least": least(found),
    }


def _documents(found: Registration) -> Any:
    """What was submitted once is evidence: only a draft's files can be taken out."""

    def remove(one: Document) -> str:
        return reverse("detach_registration_document", args=[found.pk, one.pk])

    return listed(
        found,
        url=lambda one: reverse("registration_document", args=[found.pk, one.pk]),
        remove_url=remove if found.status == Status.DRAFT else None,
    )
