"""Figures of the results, lists for their uses, and what goes to the national database."""

from django.urls import path

from workflows.views import national, national_batches, reports

urlpatterns = [
    path("reports/", reports.report, name="report"),
    path("reports/excel/", reports.report_file, name="report_file"),
    path("reports/uses/", reports.result_uses, name="result_uses"),
    path("reports/uses/excel/", reports.result_uses_file, name="result_uses_file"),
    path("reports/national/", national.overview, name="national"),
    path("reports/national/waiting/", national.waiting, name="national_waiting"),
    path("reports/national/make/", national.make, name="national_make"),
    path("reports/national/<uuid:uuid>/", national_batches.batch, name="national_batch"),
    path("reports/national/<uuid:uuid>/json/", national_batches.data_file, name="national_data_file"),
    path("reports/national/<uuid:uuid>/excel/", national_batches.workbook_file, name="national_workbook_file"),
    path("reports/national/<uuid:uuid>/receipt/", national_batches.receipt, name="national_receipt"),
    path("reports/national/receipts/<uuid:file>/", national_batches.receipt_file, name="national_receipt_file"),
]
