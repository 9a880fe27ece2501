"""Pages about what people are told."""

from django.urls import path

from notifications.views import notices as views
from notifications.views import webhooks

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/count/", views.notices_count, name="notices_count"),
    path("notices/read/", views.read_all, name="notices_read_all"),
    path("notices/about/<uuid:record_id>/read/", views.read_about, name="notices_read_about"),
    path("notices/<uuid:pk>/read/", views.read, name="notice_read"),
    path("notices/failures/", views.mail_failures, name="mail_failures"),
    path("settings/notifications/", views.notification_settings, name="notification_settings"),
    path("settings/webhooks/", webhooks.webhook, name="webhook"),
    path("settings/webhooks/edit/", webhooks.edit_webhook, name="edit_webhook"),
    path("settings/webhooks/send_test/", webhooks.send_test, name="send_webhook_test"),
    path("settings/webhooks/rotate_secret/", webhooks.rotate_secret, name="rotate_webhook_secret"),
    path("settings/webhooks/unsubscribe/", webhooks.unsubscribe, name="unsubscribe"),
    path("settings/webhooks/replay/", webhooks.replay_many, name="replay_deliveries"),
    path("settings/webhooks/<uuid:pk>/", webhooks.webhook_delivery, name="webhook_delivery"),
    path("settings/webhooks/<uuid:pk>/replay/", webhooks.replay_delivery, name="replay_delivery"),
]
