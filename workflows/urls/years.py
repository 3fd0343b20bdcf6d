"""The yearly rating: a person's file of the year, the Party committees' opinions, the legal meeting."""

from django.urls import path, register_converter

from workflows.urls.words import OneOf
from workflows.views import meetings, party_opinions, year_files


class YearAct(OneOf):
    regex = "[a-z]+"
    words = year_files.ACTS


register_converter(YearAct, "year_act")

urlpatterns = [
    path("evaluations/<uuid:uuid>/year/", year_files.year_file, name="year_file"),
    path("evaluations/<uuid:uuid>/year/<year_act:act>/", year_files.year_file_act, name="year_file_act"),
    path("party-opinions/", party_opinions.party_opinions, name="party_opinions"),
    path("party-opinions/<uuid:uuid>/", party_opinions.party_opinion, name="party_opinion"),
    path("party-opinions/<uuid:uuid>/scan/", party_opinions.party_opinion_scan, name="party_opinion_scan"),
    path("periods/<uuid:uuid>/party-opinions/", party_opinions.period_party_opinions, name="period_party_opinions"),
    path("sessions/<uuid:uuid>/meeting/", meetings.session_meeting, name="session_meeting"),
    path("sessions/<uuid:uuid>/written/", meetings.session_written, name="session_written"),
]
