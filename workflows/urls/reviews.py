from django.urls import path

from workflows.views import lines, reviews, team

urlpatterns = [
    path("team/", team.team, name="team"),
    path("team/confirm/", team.team_confirm, name="team_confirm"),
    path("evaluations/<uuid:uuid>/review/", reviews.review, name="review"),
    path("evaluations/<uuid:uuid>/review/autosave/", reviews.review_autosave, name="review_autosave"),
    path("evaluations/<uuid:uuid>/review/approve/", reviews.review_approve, name="review_approve"),
    path("evaluations/<uuid:uuid>/review/return/", reviews.review_return, name="review_return"),
    path("evaluations/<uuid:uuid>/review/reopen/", reviews.review_reopen, name="review_reopen"),
    path("evaluations/<uuid:uuid>/lines/assign/", lines.line_assign, name="line_assign"),
    path("evaluations/<uuid:uuid>/lines/<uuid:line>/", lines.line_act, name="line_act"),
]
