"""Addresses of the executive pages."""

from django.urls import URLPattern, path

from . import pages

urlpatterns: list[URLPattern] = [
    path("overview/", pages.overview_page, name="overview"),
    path("overview/trend/", pages.trend_page, name="overview_trend"),
    path("overview/cases/", pages.open_cases, name="open_cases"),
]
