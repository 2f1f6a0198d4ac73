"""Addresses of the citizen pages. No address says what a complaint is about, and none carries a code."""

from django.urls import URLPattern, path
from django.views.generic import RedirectView

from . import asking, contact, filing, following, hotline, pages, receipt, survey

urlpatterns: list[URLPattern] = [
    path("", pages.start, name="start"),
    path("open/", pages.published, name="published"),
    # Where it stood before: on receipts that were printed.
    path("published/", RedirectView.as_view(pattern_name="published", permanent=True), name="published_before"),
    path("file/", filing.begin, name="file_begin"),
    path("file/<slug:step>/", filing.file, name="file"),
    path("hotline/", hotline.staff_hotline, name="staff_hotline"),
    path("receipt/", receipt.receipt, name="receipt"),
    path("ask/", asking.ask_question, name="ask"),
    path("follow/", following.follow, name="follow"),
    path("follow/end/", following.follow_end, name="follow_end"),
    path("follow/case/", following.follow_case, name="follow_case"),
    path("follow/case/contact/", contact.follow_contact, name="follow_contact"),
    path("follow/case/survey/", survey.follow_survey, name="follow_survey"),
    path("follow/case/<slug:name>/", following.follow_act, name="follow_act"),
    path("follow/part/<slug:public_id>/", following.follow_case, name="follow_part"),
    path("follow/part/<slug:public_id>/<slug:name>/", following.follow_act, name="follow_part_act"),
    path("follow/question/", asking.follow_question, name="follow_question"),
    path("follow/file/<slug:public_id>/", following.follow_file, name="follow_file"),
]
