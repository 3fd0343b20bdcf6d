"""My work: home, self-assessment, evidence, result, published classes."""

from django.urls import path

from workflows.views import evidence, home, results, self_assessments
from workflows.views.styleguide import styleguide

urlpatterns = [
    path("", home.work, name="work"),
    path("notices/read/", home.notice_read, name="notices_read"),
    path("notices/<uuid:uuid>/read/", home.notice_read, name="notice_read"),
    path("forms/", home.my_evaluations, name="my_evaluations"),
    path("evaluations/<uuid:uuid>/", results.result, name="result"),
    path("evaluations/<uuid:uuid>/self/", self_assessments.self_assessment, name="self_assessment"),
    path("evaluations/<uuid:uuid>/self/autosave/", self_assessments.autosave, name="self_assessment_autosave"),
    path("evaluations/<uuid:uuid>/self/preview/", self_assessments.preview, name="self_assessment_preview"),
    path("evaluations/<uuid:uuid>/self/submit/", self_assessments.submit, name="self_assessment_submit"),
    path("evaluations/<uuid:uuid>/self/withdraw/", self_assessments.withdraw, name="withdraw"),
    path("evaluations/<uuid:uuid>/evidence/<str:place>/", evidence.evidence, name="evidence"),
    path("evaluations/<uuid:uuid>/evidence/<uuid:file>/take-off/", evidence.detach, name="evidence_detach"),
    path("evidence/<uuid:file>/", evidence.download, name="evidence_file"),
    path("periods/<uuid:uuid>/classes/", results.published_classes, name="published_classes"),
    path("styleguide/", styleguide, name="styleguide"),
]
