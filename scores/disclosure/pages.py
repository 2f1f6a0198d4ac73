"""Which public page satisfies what a rubric names as its page, and what the public pages are called."""

from typing import NamedTuple

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _

from organisations.models import Unit
from workflows.graph import Text


class Page(NamedTuple):
    """An address by its name. args: what it takes in its path; of_year: whether it takes a fiscal year; anchor: the
    part of the page; of_unit: whether it takes a unit."""

    name: str
    args: tuple[str, ...] = ()
    of_year: bool = False
    anchor: str = ""
    of_unit: bool = True


PAGES: dict[str, Page] = {
    "disclosure.manual": Page("open_manual"),
    "disclosure.channels": Page("open_manual", anchor="channels"),
    "disclosure.statistics": Page("open_complaints"),
    "disclosure.plan": Page("open_procurement", of_year=True),
    "disclosure.notices": Page("open_notices", of_year=True),
    "disclosure.summary": Page("open_summary", of_year=True),
    "disclosure.annual": Page("open_annual", of_year=True),
    "disclosure.committees": Page("open_committees", of_year=True),
    "disclosure.draws": Page("open_draws"),
    "disclosure.scores": Page("open_scores"),
    "disclosure.participation": Page("open_level", of_year=True),
    "disclosure.questions": Page("ask", of_unit=False),
    "disclosure.no_gift": Page("open_register", ("no_gift",), of_year=True),
    "disclosure.personnel": Page("open_register", ("rule",)),
}
"""By the page that a rubric names."""

NAMES: dict[str, Text] = {
    "published": _("Information centre"),
    "open_manual": _("How to complain"),
    "open_manual_json": _("How to complain"),
    "open_complaints": _("Statistics of complaints"),
    "open_complaints_csv": _("Statistics of complaints"),
    "open_complaints_json": _("Statistics of complaints"),
    "open_procurement": _("Procurement plans"),
    "open_plan_csv": _("Procurement plans"),
    "open_plan_json": _("Procurement plans"),
    "open_ocds": _("Procurement plans"),
    "open_purchase": _("A purchase"),
    "open_purchase_json": _("A purchase"),
    "open_level": _("Participation level"),
    "open_level_facts": _("Participation level"),
    "open_notices": _("Procurement notices"),
    "open_summary": _("Monthly summary of procurement (form SKR 1)"),
    "open_annual": _("Result of the year"),
    "open_committees": _("Committees with citizens"),
    "open_draws": _("Draws of citizens"),
    "open_draw": _("A draw"),
    "open_draw_announcement": _("A draw"),
    "open_draw_minutes": _("A draw"),
    "draw_verifier": _("The program that verifies a draw"),
    "open_scores": _("Published scores"),
    "open_score": _("A published score"),
    "open_score_json": _("A published score"),
    "open_score_facts": _("A published score"),
    "open_score_rubric": _("A published score"),
    "open_registers": _("Open registers"),
    "open_register": _("Open registers"),
    "open_reports": _("Published reports"),
    "open_report": _("A published report"),
    "open_report_json": _("A published report"),
    "open_report_pdf": _("A published report"),
    "open_report_docx": _("A published report"),
    "open_checklist": _("Public disclosure checklist (OIT)"),
    "open_search": _("Search"),
    "open_use": _("Use of the information centre"),
    "public_ledger": _("The published checksums"),
    "public_ledger_json": _("The published checksums"),
    "graph_help": _("How a case goes"),
}
"""By the name of an address what its page is called; a page and its files are called alike."""


def address_of(page: str, unit: Unit, year: int) -> str:
    """The address (without host) of the page that a rubric names, of a unit and fiscal year; "" where there is none."""
    if page not in PAGES:
        return ""
    to = PAGES[page]
    values: dict[str, str | int] = {"unit": unit.code} if to.of_unit else {}
    if to.of_year:
        values["year"] = year
    way = reverse(to.name, args=to.args)
    return f"{way}{'?' if values else ''}{urlencode(values)}{'#' if to.anchor else ''}{to.anchor}"
