"""Addresses of the executive pages of procurement."""

from django.urls import URLPattern, path

from . import coverage

urlpatterns: list[URLPattern] = [
    path("procurement/coverage/", coverage.coverage_overview, name="coverage_overview"),
]
