"""Addresses of the public pages of procurement: no account, no session."""

from django.urls import URLPattern, path

from . import draws, join, lists, ocds, opened, opened_files

urlpatterns: list[URLPattern] = [
    path("join/", join.join_pool, name="join_pool"),
    path("join/received/", join.join_received, name="join_received"),
    path("open/procurement/", opened.open_procurement, name="open_procurement"),
    path("open/procurement/plan.csv", opened_files.open_plan_csv, name="open_plan_csv"),
    path("open/procurement/plan.json", opened_files.open_plan_json, name="open_plan_json"),
    path("open/procurement/ocds.json", ocds.open_ocds, name="open_ocds"),
    path("open/procurement/level/", opened.open_level, name="open_level"),
    path("open/procurement/level/facts.json", opened_files.open_level_facts, name="open_level_facts"),
    # Lists
    path("open/notices/", lists.open_notices, name="open_notices"),
    path("open/summary/", lists.open_summary, name="open_summary"),
    path("open/annual/", lists.open_annual, name="open_annual"),
    path("open/committees/", lists.open_committees, name="open_committees"),
    # Draws
    path("open/draws/", draws.open_draws, name="open_draws"),
    path("open/draws/verify_draw.py", draws.draw_verifier, name="draw_verifier"),
    path("open/draws/<slug:public_id>/", draws.open_draw, name="open_draw"),
    path("open/draws/<slug:public_id>/announcement.json", draws.open_draw_announcement, name="open_draw_announcement"),
    path("open/draws/<slug:public_id>/minutes.json", draws.open_draw_minutes, name="open_draw_minutes"),
    # One purchase
    path("open/procurement/<slug:public_id>/", opened.open_purchase, name="open_purchase"),
    path("open/procurement/<slug:public_id>/purchase.json", opened_files.open_purchase_json, name="open_purchase_json"),
]
