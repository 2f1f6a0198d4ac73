"""Addresses of the executive pages."""

from django.urls import URLPattern, path

from . import hotline, pages, survey

urlpatterns: list[URLPattern] = [
    path("overview/", pages.overview_page, name="overview"),
    path("overview/trend/", pages.trend_page, name="overview_trend"),
    path("overview/hotline/", hotline.hotline_cases, name="hotline_cases"),
    path("overview/satisfaction/", survey.survey_results, name="survey_results"),
    path("overview/satisfaction/<int:year>/", survey.survey_results, name="survey_results"),
    path("overview/satisfaction/<int:year>/sheet/", survey.survey_sheet, name="survey_sheet"),
    path("overview/cases/", pages.open_cases, name="open_cases"),
]
