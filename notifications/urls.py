"""Pages about what people are told."""

from django.urls import path

from notifications.views import notices as views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/count/", views.notices_count, name="notices_count"),
    path("notices/read/", views.read_all, name="notices_read_all"),
    path("notices/about/<uuid:record_id>/read/", views.read_about, name="notices_read_about"),
    path("notices/<uuid:pk>/read/", views.read, name="notice_read"),
    path("notices/failures/", views.mail_failures, name="mail_failures"),
    path("settings/notifications/", views.notification_settings, name="notification_settings"),
]
