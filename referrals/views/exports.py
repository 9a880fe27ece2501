"""Downloads of the list, and the page of one that is being made."""

from collections.abc import Iterator
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from portal import clock
from portal.pages import get_visible, go, is_htmx
from portal.workflow import Refused
from referrals.actions import export as actions
from referrals.listing import page
from referrals.models import Export

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "POST"])
def export(request: HttpRequest) -> HttpResponseBase:
    """GET streams the view as CSV; POST has a spreadsheet made and leads to its page."""
    string = page.full(request.user, request.GET.urlencode())
    try:
        if request.method == "POST":
            return go(request, actions.ask(request.user, string))
        return _csv(actions.csv(request.user, string))
    except Refused as refused:
        messages.error(request, str(refused))
        return go(request, f"{reverse('deals')}?{request.GET.urlencode()}")


def _csv(lines: Iterator[bytes]) -> StreamingHttpResponse:
    name = f"deals-{clock.now():%Y-%m-%d}.csv"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }
    return StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8", headers=headers)


@require_GET
def export_job(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """How far the file is; htmx asks for the part that changes."""
    job = get_visible(Export.objects.filter(person=request.user), pk)
    template = "referrals/_export.html" if is_htmx(request) else "referrals/export.html"
    return render(request, template, {"job": job})


@require_GET
def export_file(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The file, for the person who asked for it, within its day."""
    jobs = Export.objects.filter(person=request.user, state=Export.State.DONE)
    job = get_visible(jobs.filter(expires_at__gt=clock.now()), pk)
    try:
        made = job.file.open("rb")
    except FileNotFoundError as gone:
        raise Http404 from gone
    name = f"deals-{job.asked_at:%Y-%m-%d}.xlsx"
    headers = {"X-Content-Type-Options": "nosniff", "Cache-Control": "private, no-store"}
    return FileResponse(
        made, as_attachment=True, filename=name, content_type=SHEET, headers=headers
    )
