from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("workflows.account_urls")),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("workflows.urls")),
]

handler400 = "workflows.views.errors.bad_request"
handler403 = "workflows.views.errors.permission_denied"
handler404 = "workflows.views.errors.page_not_found"
handler500 = "workflows.views.errors.server_error"
