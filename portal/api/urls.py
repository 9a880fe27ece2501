"""What programs look up before they open a deal."""

from django.urls import URLPattern, path

from portal.api.customers import Customers
from portal.api.locations import Locations
from portal.api.people import People

urlpatterns: list[URLPattern] = [
    path("customers", Customers.as_view(), name="api_customers"),
    path("locations", Locations.as_view(), name="api_locations"),
    path("people", People.as_view(), name="api_people"),
]
