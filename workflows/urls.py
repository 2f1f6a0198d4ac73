"""Addresses that belong to every kind of case: its law, and the published ledger."""

from django.urls import include, path

from . import views

urlpatterns = [
    path("help/<slug:kind>/", views.graph_help, name="graph_help"),
    path("rules/", include("workflows.rulebook.urls")),
    path("open/ledger/", views.public_ledger, name="public_ledger"),
    path("open/ledger.json", views.public_ledger_json, name="public_ledger_json"),
]
