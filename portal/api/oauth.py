"""How programs get their tokens: the library's addresses, narrowed to what this portal gives.

Client credentials for a company's integration, and the authorization code with PKCE for apps
that act for whoever signs in. Nothing else: no implicit or password grant, no registration.
"""

import base64
from typing import Any
from urllib.parse import unquote_plus, urlsplit

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from oauth2_provider import views
from oauth2_provider.exceptions import OAuthToolkitError
from oauthlib.oauth2.rfc6749.errors import InvalidRequestError  # type: ignore[import-untyped]

from portal.api import limits
from portal.api.validator import works
from portal.models import Client
from portal.pages import reader

PAGE = "oauth2_provider/authorize.html"
GRANTS = ("client_credentials", "authorization_code", "refresh_token")


class Authorize(views.AuthorizationView):
    """The page on which somebody lets an app of their company act for them. It asks each time."""

    template_name = PAGE
    client: Client | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Strangers sign in first; another company's app does not exist."""
        if request.user.is_authenticated:
            self.client = _own(request)
            if self.client is None:
                return _refused(request)
        given = request.GET.copy()
        given.pop("approval_prompt", None)  # an app can't spare people the question
        request.GET = given  # type: ignore[assignment]
        try:
            return super().dispatch(request, *args, **kwargs)
        except ValueError:  # what the library can't decode
            return _refused(request)

    def validate_authorization_request(self, request: HttpRequest) -> Any:
        """The library refuses `plain` after the person was asked; nobody is asked in vain."""
        scopes, known = super().validate_authorization_request(request)
        if known.get("code_challenge_method") != "S256":
            said = InvalidRequestError('Use the code_challenge_method "S256".')
            said.redirect_uri, said.state = known["redirect_uri"], known.get("state")
            raise OAuthToolkitError(said)
        return scopes, known

    def form_valid(self, form: Any) -> HttpResponse:
        """Back to the app, with a code or with the news that the person said no."""
        back = form.cleaned_data["redirect_uri"]
        if self.client is None or not self.client.redirect_uri_allowed(back):
            return _refused(self.request)
        return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return _refused(self.request)

    def redirect(self, redirect_to: str, application: Any) -> HttpResponse:
        """The library knows no app where the request is wrong, and so not its schemes."""
        return super().redirect(redirect_to, application or self.client)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The form's answer leads to the app, which the content policy has to allow: this one
        origin, on this page."""
        response: HttpResponse = super().render_to_response(context, **kwargs)
        if back := context.get("redirect_uri"):
            response._csp_update = {"form-action": origin(back)}  # type: ignore[attr-defined]
        return response


def origin(address: str) -> str:
    """Scheme, host and port of an address that was registered."""
    parts = urlsplit(address)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname}{port}"


def _own(request: HttpRequest) -> Client | None:
    """The client that is asked for, if it is one of the reader's company and works."""
    given = request.POST if request.method == "POST" else request.GET
    asked = given.get("client_id", "").replace("\0", "")
    found = Client.objects.select_related("company").filter(client_id=asked).first()
    usable = found is not None and found.is_usable(request) and works(reader(request), found)
    return found if usable else None


def _refused(request: HttpRequest) -> HttpResponse:
    return render(request, PAGE, {"error": {"error": "invalid_request"}}, status=400)


class Token(views.TokenView):
    """Gives tokens out, so many a minute."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        grant = request.POST.get("grant_type", "")
        refused = _not_now(request)
        if refused is None and grant not in GRANTS:
            code = "unsupported_grant_type" if grant else "invalid_request"
            refused = problem(400, code, "Ask with one of: " + ", ".join(GRANTS) + ".")
        return refused or super().post(request, *args, **kwargs)


class Revoke(views.RevokeTokenView):
    """Ends a token before its time."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return _not_now(request) or super().post(request, *args, **kwargs)


def problem(status: int, code: str, message: str) -> JsonResponse:
    """A refusal in the shape of OAuth (RFC 6749, 5.2)."""
    return JsonResponse(said(code, message), status=status)


def said(code: str, message: str) -> dict[str, str]:
    """The body of such a refusal."""
    return {"error": code, "error_description": message}


def _not_now(request: HttpRequest) -> HttpResponse | None:
    if any("\0" in text for values in request.POST.lists() for text in (values[0], *values[1])):
        return problem(400, "invalid_request", "Text can't hold the character NUL.")
    window = limits.for_token(request, _client_id(request))
    if not window.is_over:
        return None
    said = f"Rate limit is exceeded. Try again in {window.ends_in} seconds."
    response = problem(429, "temporarily_unavailable", said)
    response["Retry-After"] = str(window.ends_in)
    return response


def _client_id(request: HttpRequest) -> str:
    """Who says to ask: from the header, or from the body."""
    scheme, _blank, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return unquote_plus(base64.b64decode(said).decode().partition(":")[0])
        except ValueError:  # no base64, or no text in it
            return ""
    return str(request.POST.get("client_id", ""))
