from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

urlpatterns = [
    path("accounts/", include("workflows.account_urls")),
    path("i18n/setlang/", login_not_required(set_language), name="set_language"),
    path("admin/", admin.site.urls),
    path("", include("workflows.urls")),
]

handler400 = "workflows.views.errors.bad_request"
handler403 = "workflows.views.errors.permission_denied"
handler404 = "workflows.views.errors.page_not_found"
handler500 = "workflows.views.errors.server_error"
