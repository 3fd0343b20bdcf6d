"""Councils and their sessions, and the competent head's decision."""

from django.urls import path, register_converter

from workflows.urls.words import OneOf
from workflows.views import (
    cases,
    councils,
    minutes_pages,
    outstanding,
    preparations,
    relations,
    rolls,
    rulings,
    screens,
    sessions,
)


class SessionAct(OneOf):
    regex = "[a-z]+"
    words = tuple(sessions.ACTS)


class CaseAct(OneOf):
    regex = "[a-z]+"
    words = tuple(cases.ACTS)


register_converter(SessionAct, "session_act")
register_converter(CaseAct, "case_act")

urlpatterns = [
    path("councils/", councils.councils, name="councils"),
    path("councils/found/", councils.council_found, name="council_found"),
    path("councils/relations/", relations.relations, name="relations"),
    path("councils/relations/<uuid:uuid>/end/", relations.relation_end, name="relation_end"),
    path("periods/<uuid:uuid>/outstanding/", outstanding.period_outstanding, name="period_outstanding"),
    path("periods/<uuid:uuid>/convene/", councils.session_convene, name="session_convene"),
    path("periods/<uuid:uuid>/decide/", rulings.ruling, name="ruling"),
    path("periods/<uuid:uuid>/notify/", rulings.notify_scores, name="notify_scores"),
    path("sessions/<uuid:uuid>/", sessions.session, name="session"),
    path("sessions/<uuid:uuid>/prepare/", preparations.session_prepare, name="session_prepare"),
    path("sessions/<uuid:uuid>/screen/", screens.session_screen, name="session_screen"),
    path("sessions/<uuid:uuid>/roll/", rolls.session_roll, name="session_roll"),
    path("sessions/<uuid:uuid>/hand-over/", rolls.session_hand_over, name="session_hand_over"),
    path("sessions/<uuid:uuid>/confirm/", sessions.session_confirm, name="session_confirm"),
    path("sessions/<uuid:uuid>/classes/", sessions.session_classes, name="session_classes"),
    path("sessions/<uuid:uuid>/classes/<uuid:item>/", sessions.session_row, name="session_row"),
    path("sessions/<uuid:uuid>/adjourn/", rolls.session_adjourn, name="session_adjourn"),
    path("sessions/<uuid:uuid>/record/", minutes_pages.session_record, name="session_record"),
    path("sessions/<uuid:uuid>/minutes/", minutes_pages.session_minutes, name="session_minutes"),
    path("sessions/<uuid:uuid>/adopted/", minutes_pages.session_adopt, name="session_adopt"),
    path("sessions/<uuid:uuid>/cases/<uuid:item>/", cases.case, name="case"),
    path("sessions/<uuid:uuid>/cases/<uuid:item>/<case_act:act>/", cases.case_act, name="case_act"),
    path("sessions/<uuid:uuid>/<session_act:act>/", sessions.session_act, name="session_act"),
]
