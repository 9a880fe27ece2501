"""The portal's own pages: people, profile, switches, invitation."""

from django.urls import path

from portal.views import clients, customers, people, profile

urlpatterns = [
    path("settings/people/", people.people, name="people"),
    path("settings/people/invite/", people.invite, name="invite_person"),
    path("settings/people/<uuid:pk>/", people.person, name="person"),
    path("settings/people/<uuid:pk>/set_roles/", people.set_roles, name="set_roles"),
    path("settings/people/<uuid:pk>/deactivate/", people.deactivate, name="deactivate"),
    path("settings/people/<uuid:pk>/reactivate/", people.reactivate, name="reactivate"),
    path(
        "settings/people/<uuid:pk>/resend_invitation/",
        people.resend_invitation,
        name="resend_invitation",
    ),
    path("settings/clients/", clients.clients, name="api_clients"),
    path("settings/clients/new/", clients.new, name="new_client"),
    path("settings/clients/<uuid:pk>/", clients.client, name="api_client"),
    path("settings/clients/<uuid:pk>/edit/", clients.edit, name="edit_client"),
    path("settings/clients/<uuid:pk>/rotate_secret/", clients.rotate_secret, name="rotate_secret"),
    path("settings/clients/<uuid:pk>/revoke/", clients.revoke, name="revoke_client"),
    path("settings/clients/<uuid:pk>/reactivate/", clients.reactivate, name="reactivate_client"),
    path("settings/profile/", profile.profile, name="profile"),
    path("settings/theme/", profile.set_theme, name="set_theme"),
    path("customers/matches/", customers.matches, name="matches"),
    path("customers/matches/<uuid:pk>/apply_match/", customers.apply_match, name="apply_match"),
    path(
        "customers/matches/<uuid:pk>/dismiss_match/",
        customers.dismiss_match,
        name="dismiss_match",
    ),
    path("language/", profile.set_language, name="set_language"),
    path("invitation/<str:token>/", people.join, name="join"),
]
