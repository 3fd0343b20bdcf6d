from django.urls import path, register_converter

from workflows.urls.words import OneOf
from workflows.views import petition_meetings, petitions


class PetitionAct(OneOf):
    regex = "[a-z]+"
    words = tuple(petitions.WORDS)


register_converter(PetitionAct, "petition_act")

urlpatterns = [
    path("petitions/", petitions.petitions, name="petitions"),
    path("petitions/<uuid:uuid>/", petitions.petition, name="petition"),
    path("petitions/<uuid:uuid>/meeting/", petition_meetings.petition_meeting, name="petition_meeting"),
    path("petitions/<uuid:uuid>/<petition_act:act>/", petitions.petition_act, name="petition_act"),
    path("petitions/files/<uuid:file>/", petitions.petition_evidence, name="petition_evidence"),
    path("evaluations/<uuid:uuid>/petition/", petitions.petition_file, name="petition_file"),
]
