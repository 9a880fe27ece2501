"""What people say about themselves, and the switches of the shell."""

from functools import partial

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from portal.actions.profile import edit_profile
from portal.forms.profile import ProfileForm
from portal.models import Person
from portal.pages import bound, form_page, go, version

YEAR = 365 * 24 * 60 * 60  # seconds


def profile(request: HttpRequest) -> HttpResponse:
    """Name, phone, language, time zone, theme."""
    form = bound(request, ProfileForm, initial=ProfileForm.of(request.user))
    return form_page(
        request,
        form,
        "portal/profile.html",
        partial(edit_profile, request.user, by=request.user, version=version(request)),
        to="profile",
        done=_("Your profile is saved."),
    )


@login_not_required
@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Kept on the person, or in a cookie while nobody is signed in."""
    response = go(request, _next(request))
    language = request.POST.get("language", "")
    if language in dict(settings.LANGUAGES) and check_for_language(language):
        if request.user.is_authenticated:
            edit_profile(request.user, by=request.user, language=language)
        _keep(response, settings.LANGUAGE_COOKIE_NAME, language)
    return response


@login_not_required
@require_POST
def set_theme(request: HttpRequest) -> HttpResponse:
    """Kept on the person, or in a cookie while nobody is signed in."""
    response = go(request, _next(request))
    theme = request.POST.get("theme", "")
    if theme in Person.Theme.values:
        if request.user.is_authenticated:
            edit_profile(request.user, by=request.user, theme=theme)
        _keep(response, "theme", theme)
    return response


def _next(request: HttpRequest) -> str:
    """Back to where the reader was, on this host only."""
    url = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        url, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return url if safe else "/"


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(
        name, value, max_age=YEAR, secure=settings.HTTPS, httponly=True, samesite="Lax"
    )
