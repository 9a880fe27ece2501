"""Opening a deal step by step, and a seller's referral."""

from django.urls import path

from referrals.views import refer, wizard

urlpatterns = [
    path("deals/new/", wizard.new_deal, name="new_deal"),
    path("drafts/", wizard.drafts, name="drafts"),
    path("drafts/<uuid:pk>/", wizard.draft, name="draft"),
    path("drafts/<uuid:pk>/discard/", wizard.discard_draft, name="discard_draft"),
    path("drafts/<uuid:pk>/<slug:step>/", wizard.draft_step, name="draft_step"),
    path("refer/", refer.refer, name="refer"),
]
