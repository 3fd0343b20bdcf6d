"""The yearly rating of organisations (Decree 335/2025, Art 5–9)."""

from django.urls import path

from workflows.views import organisation_lists, organisations

urlpatterns = [
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/open/", organisation_lists.organisations_open, name="organisations_open"),
    path("organisations/lists/<uuid:uuid>/", organisation_lists.organisation_list, name="organisation_list"),
    path("organisations/<uuid:uuid>/", organisations.organisation, name="organisation"),
    path("organisations/<uuid:uuid>/own/", organisations.organisation_own, name="organisation_own"),
    path("organisations/<uuid:uuid>/score/", organisations.organisation_score, name="organisation_score"),
    path("organisations/<uuid:uuid>/leave-out/", organisations.organisation_leave_out, name="organisation_leave_out"),
    path("organisations/<uuid:uuid>/replace/", organisation_lists.organisation_replace, name="organisation_replace"),
]
