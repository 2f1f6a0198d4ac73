"""Addresses of the notices."""

from django.urls import path

from . import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="notices_bell"),
    path("notices/read/", views.read_all, name="notices_read"),
    path("notices/<int:number>/", views.open_notice, name="notice"),
]
