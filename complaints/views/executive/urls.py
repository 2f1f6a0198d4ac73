"""Addresses of the executive pages."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
