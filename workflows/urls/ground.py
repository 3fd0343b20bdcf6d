from django.urls import path

from workflows.views import calendars, catalogues, delegations, imports, schemes, setup

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:uuid>/", imports.batch, name="import"),
    path("imports/<uuid:uuid>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:uuid>/discard/", imports.discard, name="import_discard"),
    path("delegations/", delegations.delegations, name="delegations"),
    path("delegations/new/", delegations.give, name="delegation_give"),
    path("delegations/<uuid:uuid>/end/", delegations.end, name="delegation_end"),
    path("schemes/", schemes.schemes, name="schemes"),
    path("schemes/<uuid:uuid>/", schemes.scheme, name="scheme"),
    path("catalogue/", catalogues.catalogue, name="catalogue"),
    path("catalogue/<uuid:uuid>/decide/", catalogues.decide, name="catalogue_decide"),
    path("calendar/", calendars.calendar, name="calendar"),
    path("calendar/fill/", calendars.fill, name="calendar_fill"),
    path("calendar/clear/", calendars.clear, name="calendar_clear"),
]
