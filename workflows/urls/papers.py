from django.urls import path

from workflows.views import archives, issuing, papers, signing

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
]
