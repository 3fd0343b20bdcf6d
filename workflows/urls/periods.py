from django.urls import path

from workflows.views import initials, journals, launcher, people, periods

urlpatterns = [
    path("periods/", periods.periods, name="periods"),
    path("periods/new/", launcher.period_plan, name="period_plan"),
    path("periods/new/<uuid:uuid>/", launcher.choose_agencies, name="period_plan_agencies"),
    path("periods/new/<uuid:uuid>/rules/", launcher.choose_rules, name="period_plan_rules"),
    path("periods/new/<uuid:uuid>/launch/", launcher.launch_many, name="period_plan_launch"),
    path("periods/<uuid:uuid>/", periods.period, name="period"),
    path("periods/<uuid:uuid>/launch/", launcher.launch, name="period_launch"),
    path("periods/<uuid:uuid>/withdraw/", launcher.withdraw, name="period_withdraw"),
    path("periods/<uuid:uuid>/opening/", periods.opening, name="period_opening"),
    path("periods/<uuid:uuid>/initials/", initials.period_initials, name="period_initials"),
    path("periods/<uuid:uuid>/advance/", periods.advance, name="period_advance"),
    path("periods/<uuid:uuid>/people/add/", people.join, name="period_add_person"),
    path("periods/<uuid:uuid>/journal/", journals.journal, name="journal"),
    path("evaluations/<uuid:uuid>/excuse/", people.excuse_person, name="evaluation_excuse"),
    path("evaluations/<uuid:uuid>/reassign/", people.reassign, name="evaluation_reassign"),
]
