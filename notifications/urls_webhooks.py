"""Where a CRM says what it wants to be told of, as in the vendor's own API (facts 1.11)."""

from django.urls import path, re_path

from notifications.api import registration as api
from notifications.views.certificate import certificate
from portal.api.nothing import Nothing

urlpatterns = [
    path("certificate", certificate, name="webhook_certificate"),
    re_path("^registration/?$", api.Registration.as_view(), name="webhook_registration"),
    re_path("^registration/events/?$", api.Names.as_view(), name="webhook_names"),
    re_path(
        "^registration/validationEvents/?$", api.Validations.as_view(), name="webhook_validations"
    ),
    path(
        "registration/validationEvents/<uuid:pk>",
        api.Validation.as_view(),
        name="webhook_validation",
    ),
    re_path("^.*$", Nothing.as_view(), name="webhook_nothing"),
]
