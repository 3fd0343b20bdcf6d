from django.urls import path

from workflows.views import calendars, catalogues, delegations, imports, schemes, setup

urlpatterns = [
    path("setup/", setup.setup, name="setup"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<uuid:uuid>/", imports.batch, name="import"),
    path("imports/<uuid:uuid>/confirm/", imports.confirm, name="import_confirm"),
    path("imports/<uuid:uuid>/discard/", imports.discard, name="import_discard"),
    path("setup/delegations/", delegations.delegations, name="delegations"),
    path("setup/delegations/new/", delegations.give, name="delegation_give"),
    path("setup/delegations/<uuid:uuid>/end/", delegations.end, name="delegation_end"),
    path("setup/schemes/", schemes.schemes, name="schemes"),
    path("setup/schemes/<uuid:uuid>/", schemes.scheme, name="scheme"),
    path("setup/catalogue/", catalogues.catalogue, name="catalogue"),
    path("setup/catalogue/<uuid:uuid>/decide/", catalogues.decide, name="catalogue_decide"),
    path("setup/calendar/", calendars.calendar, name="calendar"),
    path("setup/calendar/fill/", calendars.fill, name="calendar_fill"),
    path("setup/calendar/clear/", calendars.clear, name="calendar_clear"),
]
