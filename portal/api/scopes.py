"""What a token may be used for: the scopes of its client, narrowed by who asked for it."""

from typing import Any

from oauth2_provider.scopes import SettingsScopes
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request


class Scopes(SettingsScopes):
    """A client never gets more than an account admin gave it."""

    def get_available_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        known = list(self.get_all_scopes())
        return [s for s in known if s in application.scopes] if application else known

    def get_default_scopes(
        self, application: Any = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        return self.get_available_scopes(application)


class IsKnown(BasePermission):
    """Anybody with a token that works."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return request.user is not None


class HasScope(BasePermission):
    """`scope` of a view names the resource; reading and writing are asked for apart."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        if request.user is None or token is None:
            return False
        method = "read" if request.method in SAFE_METHODS else "write"
        wanted = f"{view.scope}.{method}"
        view.wanted = wanted
        return bool(token.allow_scopes([wanted]) and wanted in token.application.scopes)
