"""Addresses of the notices."""

from django.urls import path

from notifications.views import notices

urlpatterns = [
    path("notices/", notices.notices, name="notices"),
    path("notices/bell/", notices.bell, name="notices_bell"),
    path("notices/read/", notices.read_all, name="notices_read"),
    path("notices/<int:number>/", notices.open_notice, name="notice"),
]
