"""Addresses of the officer pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
