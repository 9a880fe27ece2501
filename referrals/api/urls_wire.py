"""Referrals as the vendor's public contract has them. Two of its operations end in one or two
slashes more: they tell operations apart in the contract, never records."""

from django.urls import URLPattern, re_path

from referrals.api.list import Referrals
from referrals.api.one import Referral

ID = r"(?P<pk>[0-9A-Fa-f-]{32,36})"
urlpatterns: list[URLPattern] = [
    re_path(r"^engagements/referrals/?$", Referrals.as_view(), name="wire_referrals"),
    re_path(rf"^engagements/referrals/{ID}/{{0,2}}$", Referral.as_view(), name="wire_referral"),
]
