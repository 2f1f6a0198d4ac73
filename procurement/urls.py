from django.urls import include, path

urlpatterns = [
    path("", include("procurement.views.staff.urls")),
    path("", include("procurement.views.executive.urls")),
    path("", include("procurement.views.public.urls")),
    path("", include("procurement.views.citizen.urls")),
]
