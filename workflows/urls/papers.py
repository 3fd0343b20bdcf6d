from django.urls import path

from workflows.views import archives, dispositions, issuing, papers, records, schedules, signing, transfers

urlpatterns = [
    path("signing/", signing.signing_queue, name="signing_queue"),
    path("signing/progress/", signing.signing_progress, name="signing_progress"),
    path("documents/", papers.documents, name="documents"),
    path("documents/<uuid:uuid>/", papers.document, name="document"),
    path("documents/<uuid:uuid>/file/", papers.document_file, name="document_file"),
    path("documents/<uuid:uuid>/preview/", papers.document_preview, name="document_preview"),
    path("issuing/", issuing.issuing, name="issuing"),
    path("archive/", archives.archive, name="archive"),
    path("archive/<uuid:uuid>/check/", archives.archive_check, name="archive_check"),
    path("archive/files/", records.archive_files, name="archive_files"),
    path("archive/files/<uuid:uuid>/", records.archive_file, name="archive_file"),
    path("archive/files/<uuid:uuid>/cover/", records.file_describe, name="file_describe"),
    path("archive/files/<uuid:uuid>/hold/", records.file_hold, name="file_hold"),
    path("archive/files/<uuid:uuid>/complete/", records.file_repair, name="file_repair"),
    path("archive/holds/<uuid:uuid>/release/", records.hold_release, name="hold_release"),
    path("archive/schedule/", schedules.retention, name="retention"),
    path("archive/schedule/set/", schedules.retention_set, name="retention_set"),
    path("archive/disposition/", dispositions.dispositions, name="dispositions"),
    path("archive/disposition/propose/", dispositions.disposition_propose, name="disposition_propose"),
    path("archive/disposition/<uuid:uuid>/", dispositions.disposition, name="disposition"),
    path("archive/disposition/<uuid:uuid>/decide/", dispositions.disposition_decide, name="disposition_decide"),
    path("archive/transfers/", transfers.transfers, name="transfers"),
    path("archive/transfers/new/", transfers.transfer_new, name="transfer_new"),
    path("archive/transfers/<uuid:uuid>/package/", transfers.transfer_package, name="transfer_package"),
]
