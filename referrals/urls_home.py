"""The first page, and settings of co-sell."""

from django.urls import path

from referrals.views import home, routing

urlpatterns = [
    path("", home.home, name="home"),
    path("settings/routing/", routing.routing, name="routing"),
    path("settings/routing/<uuid:pk>/", routing.move_rule, name="move_rule"),
    path("settings/routing/<uuid:pk>/remove/", routing.remove_rule, name="remove_rule"),
]
