"""Where programs get their tokens. The library looks its addresses up under its own name."""

from django.urls import URLPattern, URLResolver, include, path
from oauth2_provider.views import OAuthServerMetadataView

from portal.api.oauth import Authorize, Revoke, Token

addresses = [
    path("oauth/authorize", Authorize.as_view(), name="authorize"),
    path("oauth/token", Token.as_view(), name="token"),
    path("oauth/revoke", Revoke.as_view(), name="revoke-token"),
    path(
        ".well-known/oauth-authorization-server",
        OAuthServerMetadataView.as_view(),
        name="oauth-server-metadata",
    ),
]
urlpatterns: list[URLPattern | URLResolver] = [path("", include((addresses, "oauth2_provider")))]
