"""Every address of the product. Viewflow's own addresses are left out on purpose (docs/adr/0003)."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("organisations.urls")),
    path("", include("complaints.urls")),
    path("", include("procurement.urls")),
    path("", include("scores.urls")),
    path("", include("notifications.urls")),
    path("", include("workflows.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
