"""Pages of co-sell. One verb, one address."""

from django.urls import include, path

from referrals.views import deal, together, verbs

urlpatterns = [
    path("deals/<uuid:pk>/", deal.deal, name="deal"),
    path("deals/<uuid:pk>/accept/", verbs.accept, name="accept"),
    path("deals/<uuid:pk>/decline/", verbs.decline, name="decline"),
    path("deals/<uuid:pk>/win/", verbs.win, name="win"),
    path("deals/<uuid:pk>/lose/", verbs.lose, name="lose"),
    path("deals/<uuid:pk>/close_as_error/", verbs.close_as_error, name="close_as_error"),
    path("deals/<uuid:pk>/move_stage/", verbs.move_stage, name="move_stage"),
    path("deals/<uuid:pk>/edit/", verbs.edit, name="edit"),
    path("deals/<uuid:pk>/share/", verbs.share, name="share"),
    path("deals/<uuid:pk>/ask_help/", together.ask_help, name="ask_help"),
    path("deals/<uuid:pk>/invite/", together.invite, name="invite"),
    path("deals/<uuid:pk>/add_member/", together.add_member, name="add_member"),
    path(
        "deals/<uuid:pk>/remove_member/<int:member>/", together.remove_member, name="remove_member"
    ),
    path("deals/<uuid:pk>/set_solutions/", together.set_solutions, name="set_solutions"),
    path("deals/<uuid:pk>/reveal_contact/", together.reveal_contact, name="reveal_contact"),
    path("deals/<uuid:pk>/comment/", together.comment, name="comment"),
    path("", include("referrals.urls_wizard")),
    path("", include("referrals.urls_home")),
    path("", include("referrals.urls_list")),
    path("", include("referrals.urls_registrations")),
]
