from django.urls import include, path

urlpatterns = [
    path("", include("complaints.views.citizen.urls")),
    path("", include("complaints.views.officer.urls")),
    path("", include("complaints.views.executive.urls")),
    path("", include("complaints.views.public.urls")),
]
