"""Registrations of won deals, and the exceptions to their rules. One verb, one address."""

from django.urls import path

from referrals.views.registrations import decide, desk, exception, form, page

ONE = "registrations/<uuid:pk>"

urlpatterns = [
    path("deals/<uuid:pk>/register/", form.register, name="register"),
    path("registrations/", desk.registrations, name="registrations"),
    path(f"{ONE}/", page.registration, name="registration"),
    path(f"{ONE}/submit/", form.submit, name="submit"),
    path(f"{ONE}/forgo/", form.forgo, name="forgo"),
    path(f"{ONE}/documents/<uuid:document>/", page.document, name="registration_document"),
    path(
        f"{ONE}/documents/<uuid:document>/detach/", form.detach, name="detach_registration_document"
    ),
    path(f"{ONE}/approve/", decide.approve, name="approve"),
    path(f"{ONE}/ask_more/", decide.ask_more, name="ask_more"),
    path(f"{ONE}/fail/", decide.fail, name="fail"),
    path(f"{ONE}/pull_back/", decide.pull_back, name="pull_back"),
    path(f"{ONE}/ask_exception/", exception.ask_exception, name="ask_exception"),
    path("exceptions/<uuid:pk>/", exception.exception, name="exception"),
    path("exceptions/<uuid:pk>/grant/", exception.grant, name="grant"),
    path("exceptions/<uuid:pk>/refuse/", exception.refuse, name="refuse"),
]
