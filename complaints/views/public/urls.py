"""Public pages of complaints: no account, no session."""

from django.urls import URLPattern, path

from . import opened

urlpatterns: list[URLPattern] = [
    path("open/manual/", opened.open_manual, name="open_manual"),
    path("open/manual.json", opened.open_manual_json, name="open_manual_json"),
    path("open/complaints/", opened.open_complaints, name="open_complaints"),
    path("open/complaints/figures.csv", opened.open_complaints_csv, name="open_complaints_csv"),
    path("open/complaints/figures.json", opened.open_complaints_json, name="open_complaints_json"),
]
