"""Addresses of the pages of rule data."""

from django.urls import path, re_path

from workflows.rulebook import editing, pages

urlpatterns = [
    path("", pages.rules, name="rules"),
    path("changes/", pages.rule_changes, name="rule_changes"),
    path("holidays/year/<int:year>/", editing.rule_year, name="rule_year"),
    path("<slug:table>/", pages.rule_table, name="rule_table"),
    path("<slug:table>/new/", editing.rule_new, name="rule_new"),
    path("<slug:table>/row/<str:key>/", pages.rule_row, name="rule_row"),
    re_path(
        r"^(?P<table>[-\w]+)/row/(?P<key>[^/]+)/(?P<act>change|next|end|remove)/$", editing.rule_edit, name="rule_edit"
    ),
]
