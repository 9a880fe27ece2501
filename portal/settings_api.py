"""The API's house: who is calling, in which words, how often, and what it is described by."""

from django.utils.translation import gettext_lazy as _

from portal.settings_webhooks import *  # noqa: F403

# Resources, each with .read and .write; a client holds some of these.
SCOPES = {
    "referrals.read": _("Read deals, referrals and registrations"),
    "referrals.write": _("Open, answer, work and register deals"),
    "customers.read": _("Search customers"),
    "settings.read": _("Read solutions, locations, people, lists of choices and routing rules"),
    "settings.write": _("Change routing rules"),
    "webhooks.read": _("Read webhook subscriptions, their deliveries, and the feed of events"),
    "webhooks.write": _("Subscribe to webhooks and replay deliveries"),
}
OAUTH2_PROVIDER_APPLICATION_MODEL = "portal.Client"
OAUTH2_PROVIDER = {
    "SCOPES": SCOPES,
    "DEFAULT_SCOPES": list(SCOPES),
    "SCOPES_BACKEND_CLASS": "portal.api.scopes.Scopes",
    "OAUTH2_VALIDATOR_CLASS": "portal.api.validator.Validator",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "CLIENT_SECRET_GENERATOR_LENGTH": 64,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "ALLOW_LOCALHOST_LOOPBACK": True,
    "PKCE_REQUIRED": True,
    "OAUTH2_RESPONSE_TYPES_SUPPORTED": ["code"],
    "OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED": [
        *("client_secret_basic", "client_secret_post", "none"),
    ],
    "OAUTH2_GRANT_TYPES_SUPPORTED": ["authorization_code", "client_credentials", "refresh_token"],
    **{
        f"COMPLIANT_BCP_RFC9700_{rule}": True
        for rule in (
            "IMPLICIT_GRANT PASSWORD_GRANT PKCE_METHOD ACCESS_TOKEN_TRANSPORT AUTHZ_RESPONSE_ISS "
            "TOKEN_STORAGE REFRESH_TOKEN REDIRECT_URI_SCHEME REDIRECT_URI_MATCHING PKCE_REQUIRED"
        ).split()
    },
}
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["portal.api.authentication.Bearer"],
    "DEFAULT_PERMISSION_CLASSES": ["portal.api.scopes.HasScope"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.body.Parser"],
    "DEFAULT_RENDERER_CLASSES": ["portal.api.body.Renderer"],
    "DEFAULT_SCHEMA_CLASS": "portal.api.description.Schema",
    "EXCEPTION_HANDLER": "portal.api.errors.answer",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Partner portal",  # the same wherever it is described
    "DESCRIPTION": "Whatever a person can do in the browser, a program can do here, by the same "
    "verbs and with the same refusals.",
    "VERSION": "1.0",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "PREPROCESSING_HOOKS": ["portal.api.description.ours"],
    "POSTPROCESSING_HOOKS": ["portal.api.description.complete"],
    "TAGS": [
        {"name": "engagements", "description": "Referrals as the vendor's public contract has "
         "them: a connector written for it works here."},
        {"name": "referrals", "description": "Where a referral stands, and every verb on it."},
        {"name": "registrations", "description": "Registering won deals, and exceptions."},
        {"name": "customers", "description": "The directory of customers."},
        {"name": "settings", "description": "What is looked up before a deal is opened, and "
         "where deals arrive."},
        {"name": "events", "description": "What changed, in order, without gaps."},
        {"name": "webhooks", "description": "Being told of changes, and what was sent."},
    ],
}  # fmt: skip
