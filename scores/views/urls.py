"""Addresses of assessments and scores."""

from django.urls import path

from . import assessment, assessments, board, criteria, live, opened
from .executive import comparing, month, now, provinces

urlpatterns = [
    path("overview/scores/", now.executive_scores, name="executive_scores"),
    path("overview/map/", provinces.executive_map, name="executive_map"),
    path("overview/compare/", comparing.executive_compare, name="executive_compare"),
    path("overview/month/", month.executive_month, name="executive_month"),
    path("scores/", assessments.assessments, name="assessments"),
    path("scores/board/", board.board, name="score_board"),
    path("scores/begin/", assessments.begin, name="assessment_begin"),
    path("scores/units/<str:code>/<slug:family>/<int:year>/", live.unit_score, name="unit_score"),
    path("scores/<slug:public_id>/", assessment.assessment_page, name="assessment"),
    path("scores/<slug:public_id>/criteria/<slug:part>/", criteria.criteria, name="assessment_criteria"),
    path("scores/<slug:public_id>/facts.json", assessment.facts_file, name="assessment_facts"),
    path("scores/<slug:public_id>/files/<slug:file_id>/", assessment.assessment_file, name="assessment_file"),
    path("scores/<slug:public_id>/do/<slug:edge>/", assessment.take, name="assessment_take"),
    # For everybody
    path("open/scores/", opened.open_scores, name="open_scores"),
    path("open/scores/<slug:public_id>/", opened.open_score, name="open_score"),
    path("open/scores/<slug:public_id>/score.json", opened.open_score_json, name="open_score_json"),
    path("open/scores/<slug:public_id>/facts.json", opened.open_score_facts, name="open_score_facts"),
    path("open/scores/<slug:public_id>/rubric.toml", opened.open_score_rubric, name="open_score_rubric"),
    path("open/scores/<slug:public_id>/files/<slug:file_id>/", opened.open_score_file, name="open_score_file"),
]
