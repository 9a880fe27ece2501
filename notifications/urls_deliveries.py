"""What a company's program was sent, for programs: below /v1.0/webhooks/."""

from django.urls import path

from notifications.api import deliveries as api

urlpatterns = [
    path("webhooks/deliveries", api.Deliveries.as_view(), name="api_deliveries"),
    path("webhooks/deliveries/replay", api.ReplayMany.as_view(), name="api_deliveries_replay"),
    path("webhooks/deliveries/<uuid:pk>", api.One.as_view(), name="api_delivery"),
    path("webhooks/deliveries/<uuid:pk>/replay", api.Replay.as_view(), name="api_delivery_replay"),
    path("webhooks/secret", api.Secret.as_view(), name="api_webhook_secret"),
]
