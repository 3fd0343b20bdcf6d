"""What follows a decision or surrounds it: replacing, annulling, synthesis, public notice, results that move."""

from django.urls import path

from workflows.views import (
    corrections,
    dependants,
    period_papers,
    receipts,
    replacing,
    result_transfers,
    results,
)

urlpatterns = [
    path("periods/<uuid:uuid>/corrections/", corrections.period_corrections, name="period_corrections"),
    path("periods/<uuid:uuid>/replace/", replacing.period_replace, name="period_replace"),
    path("periods/<uuid:uuid>/annul/", corrections.period_annul, name="period_annul"),
    path("periods/<uuid:uuid>/dependants/", dependants.period_dependants, name="period_dependants"),
    path("dependants/<uuid:uuid>/", dependants.dependant, name="dependant"),
    path("dependants/<uuid:uuid>/leave/", dependants.dependant_leave, name="dependant_leave"),
    path("dependants/<uuid:uuid>/reopen/", dependants.dependant_reopen, name="dependant_reopen"),
    path("periods/<uuid:uuid>/receipts/", receipts.period_receipts, name="period_receipts"),
    path("periods/<uuid:uuid>/receipts/remind/", receipts.receipts_remind, name="receipts_remind"),
    path("documents/<uuid:uuid>/received/", receipts.notice_received, name="notice_received"),
    path("periods/<uuid:uuid>/synthesis/", period_papers.period_synthesis, name="period_synthesis"),
    path("periods/<uuid:uuid>/public-notice/", period_papers.period_public_notice, name="period_public_notice"),
    path("periods/<uuid:uuid>/classes/notice/", results.public_notice_file, name="public_notice_file"),
    path("results/transfers/", result_transfers.result_transfers, name="result_transfers"),
    path("results/transfers/<uuid:uuid>/", result_transfers.result_transfer, name="result_transfer"),
]
