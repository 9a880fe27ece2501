"""Pages that take files and pages that don't, for the tests of uploads and downloads."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from portal.documents import served
from portal.models import Company, Document
from portal.pages import get_visible
from portal.uploads import accepts_documents


def _told(request: HttpRequest) -> JsonResponse:
    """What arrived: fields, and (name, size, why it was not taken) of each file."""
    files = [
        (file.name, file.size, str(getattr(file, "refusal", "")))
        for name in request.FILES
        for file in request.FILES.getlist(name)
    ]
    return JsonResponse({"fields": request.POST.dict(), "files": files})


@never_cache
@require_POST
@accepts_documents
def marked(request: HttpRequest) -> JsonResponse:
    return _told(request)


def unmarked(request: HttpRequest) -> JsonResponse:
    return _told(request)


@login_not_required
@accepts_documents
def open_to_all(request: HttpRequest) -> JsonResponse:
    return _told(request)


@require_GET
def document(request: HttpRequest, pk: str, document: str) -> HttpResponseBase:
    company = get_visible(Company.objects.filter(pk=request.user.company_id), pk)
    return served(get_visible(Document.objects.of(company), document))


urlpatterns = [
    path("marked/", marked),
    path("unmarked/", unmarked),
    path("open/", open_to_all),
    path("companies/<uuid:pk>/documents/<uuid:document>/", document, name="document"),
    path("", include("portal.urls")),
]
