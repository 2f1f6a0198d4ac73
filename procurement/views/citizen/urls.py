"""The pages of citizen representatives, on a phone first."""

from django.urls import include, path

urlpatterns = [
    path("my/", include("procurement.views.citizen.own_urls")),
    path("my/", include("procurement.views.citizen.seat_urls")),
]
