"""Addresses of assessments and scores."""

from django.urls import path

from . import assessment, assessments, board, centre, criteria, figure, live, open_reports, opened, report, reports
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
    path("scores/units/<str:code>/figures/<int:year>/<str:figure>/", figure.unit_figure, name="unit_figure"),
    path("scores/<slug:public_id>/", assessment.assessment_page, name="assessment"),
    path("scores/<slug:public_id>/criteria/<slug:part>/", criteria.criteria, name="assessment_criteria"),
    path("scores/<slug:public_id>/facts.json", assessment.facts_file, name="assessment_facts"),
    path("scores/<slug:public_id>/files/<slug:file_id>/", assessment.assessment_file, name="assessment_file"),
    path("scores/<slug:public_id>/do/<slug:edge>/", assessment.take, name="assessment_take"),
    path("reports/", reports.reports, name="reports"),
    path("reports/begin/", reports.begin, name="report_begin"),
    path("reports/<slug:public_id>/", report.report_page, name="report"),
    path("reports/<slug:public_id>/sections/<slug:section>/", report.section_versions, name="report_section"),
    path("reports/<slug:public_id>/do/<slug:edge>/", report.take, name="report_take"),
    path("reports/<slug:public_id>/figures.xlsx", report.report_figures, name="report_figures"),
    path("reports/<slug:public_id>/report.pdf", report.report_document, {"ending": "pdf"}, name="report_pdf"),
    path("reports/<slug:public_id>/report.docx", report.report_document, {"ending": "docx"}, name="report_docx"),
    # For everybody
    path("open/search/", centre.open_search, name="open_search"),
    path("open/use/", centre.open_use, name="open_use"),
    path("open/checklist/", centre.open_checklist, name="open_checklist"),
    path("open/scores/", opened.open_scores, name="open_scores"),
    path("open/scores/<slug:public_id>/", opened.open_score, name="open_score"),
    path("open/scores/<slug:public_id>/score.json", opened.open_score_json, name="open_score_json"),
    path("open/scores/<slug:public_id>/facts.json", opened.open_score_facts, name="open_score_facts"),
    path("open/scores/<slug:public_id>/rubric.toml", opened.open_score_rubric, name="open_score_rubric"),
    path("open/scores/<slug:public_id>/files/<slug:file_id>/", opened.open_score_file, name="open_score_file"),
    path("open/reports/", open_reports.open_reports, name="open_reports"),
    path("open/reports/<slug:public_id>/", open_reports.open_report, name="open_report"),
    path("open/reports/<slug:public_id>/report.json", open_reports.open_report_json, name="open_report_json"),
    path(
        "open/reports/<slug:public_id>/report.pdf",
        open_reports.open_report_document,
        {"ending": "pdf"},
        name="open_report_pdf",
    ),
    path(
        "open/reports/<slug:public_id>/report.docx",
        open_reports.open_report_document,
        {"ending": "docx"},
        name="open_report_docx",
    ),
]
