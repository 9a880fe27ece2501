"""The lists of deals and what stands beside them."""

from django.urls import path

from referrals.views import deals, exports, marks

urlpatterns = [
    path("deals/", deals.deals, name="deals"),
    path("deals/filters/", deals.filter_panel, name="deals_filters"),
    path("deals/view/", deals.keep, name="keep_view"),
    path("deals/export/", exports.export, name="export"),
    path("deals/<uuid:pk>/preview/", marks.preview, name="preview"),
    path("deals/<uuid:pk>/favour/", marks.favour, name="favour"),
    path("deals/<uuid:pk>/unfavour/", marks.unfavour, name="unfavour"),
    path("exports/<uuid:pk>/", exports.export_job, name="export_job"),
    path("exports/<uuid:pk>/file/", exports.export_file, name="export_file"),
    path("inbox/", deals.inbox, name="inbox"),
    path("search/", deals.search, name="search"),
]
