"""Deals, referrals and registrations for programs."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
