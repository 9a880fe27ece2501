"""The portal's own verbs for programs, one address each, and what they need to be called."""

from django.urls import URLPattern, path

from portal.uploads import accepts_documents
from referrals.api import documents, exceptions, picklists, registrations, routing, solutions, verbs

REFERRAL = "referrals/<uuid:pk>"
REGISTRATION = "registrations/<uuid:pk>"
EXCEPTION = "exceptions/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path(REFERRAL, verbs.OneReferral.as_view(), name="api_referral"),
    *(
        path(f"{REFERRAL}/{verb}", verbs.view_of(verb).as_view(), name=f"api_referral_{verb}")
        for verb in verbs.VERBS
    ),
    path("registrations", registrations.Registrations.as_view(), name="api_registrations"),
    path(REGISTRATION, registrations.OneRegistration.as_view(), name="api_registration"),
    *(
        path(
            f"{REGISTRATION}/{verb}",
            registrations.view_of(verb).as_view(),
            name=f"api_registration_{verb}",
        )
        for verb in registrations.VERBS
    ),
    path(
        f"{REGISTRATION}/attach",
        accepts_documents(documents.Attach.as_view()),
        name="api_registration_attach",
    ),
    path(
        f"{REGISTRATION}/documents",
        documents.Documents.as_view(),
        name="api_registration_documents",
    ),
    path(
        f"{REGISTRATION}/documents/<uuid:document>",
        documents.Content.as_view(),
        name="api_registration_document",
    ),
    path(EXCEPTION, exceptions.OneException.as_view(), name="api_exception"),
    *(
        path(
            f"{EXCEPTION}/{verb}", exceptions.view_of(verb).as_view(), name=f"api_exception_{verb}"
        )
        for verb in exceptions.VERBS
    ),
    path("solutions", solutions.Solutions.as_view(), name="api_solutions"),
    path("routing-rules", routing.RoutingRules.as_view(), name="api_routing_rules"),
    path("routing-rules/<uuid:pk>", routing.OneRoutingRule.as_view(), name="api_routing_rule"),
    path("picklists", picklists.Picklists.as_view(), name="api_picklists"),
    path("picklists/<slug:name>", picklists.OnePicklist.as_view(), name="api_picklist"),
]
