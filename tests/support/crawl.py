"""What the crawl knows of the product's addresses: which lead to a case, and how they are filled."""

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.admin import site
from django.urls import URLPattern, URLResolver, get_resolver

# Addresses of one case (or question), by the kind of what their arguments name.
OF_CASES: dict[str, tuple[str, ...]] = {
    "receipt": (
        "follow/part/<slug:public_id>/",
        "follow/part/<slug:public_id>/<slug:name>/",
        "follow/file/<slug:public_id>/",
    ),
    "complaint": (
        "cases/<slug:public_id>/",
        "cases/<slug:public_id>/do/reveal/",
        "cases/<slug:public_id>/do/<slug:edge>/",
        "cases/<slug:public_id>/files/<slug:file_id>/",
        "cases/<slug:public_id>/letters/<int:pk>/",
        "cases/<slug:public_id>/letters/<int:pk>/signed/",
        "cases/<slug:public_id>/requests/<slug:request_id>/files/<slug:file_id>/",
    ),
    "request": (
        "requests/<slug:public_id>/",
        "requests/<slug:public_id>/do/<slug:edge>/",
        "requests/<slug:public_id>/files/<slug:file_id>/",
    ),
    "question": ("questions/<slug:public_id>/",),
    "committee": (
        "procurement/committees/<slug:public_id>/",
        "procurement/committees/<slug:public_id>/do/<slug:edge>/",
        "procurement/committees/<slug:public_id>/orders/<int:order>/document.pdf",
        "procurement/committees/<slug:public_id>/draft.pdf",
        "procurement/committees/<slug:public_id>/files/<slug:file_id>/",
        "procurement/committees/<slug:public_id>/seats/new/",
    ),
    "purchase": (
        "procurement/purchases/<slug:public_id>/committees/new/",
        "procurement/purchases/<slug:public_id>/",
        "procurement/purchases/<slug:public_id>/do/<slug:edge>/",
        "procurement/purchases/<slug:public_id>/files/<slug:file_id>/",
    ),
    "seat": (
        "procurement/seats/<slug:public_id>/",
        "procurement/seats/<slug:public_id>/do/<slug:edge>/",
        "procurement/seats/<slug:public_id>/files/<slug:file_id>/",
        "my/seats/<str:public_id>/",
        "my/seats/<str:public_id>/do/<str:edge>/",
        "my/seats/<str:public_id>/report/",
        "my/seats/<str:public_id>/complaint/<int:number>/",
        "my/seats/<str:public_id>/file/<str:file_id>/",
    ),
    "draw": (
        "procurement/draws/<slug:public_id>/",
        "procurement/draws/<slug:public_id>/notice/",
        "procurement/draws/<slug:public_id>/do/<slug:edge>/",
        "procurement/draws/<slug:public_id>/files/<slug:file_id>/",
    ),
    "assessment": (
        "scores/<slug:public_id>/",
        "scores/<slug:public_id>/criteria/<slug:part>/",
        "scores/<slug:public_id>/facts.json",
        "scores/<slug:public_id>/files/<slug:file_id>/",
        "scores/<slug:public_id>/do/<slug:edge>/",
    ),
    "register": (
        "registers/<slug:public_id>/",
        "registers/<slug:public_id>/files/<slug:file_id>/",
        "registers/<slug:public_id>/do/<slug:edge>/",
    ),
    "report": (
        "reports/<slug:public_id>/",
        "reports/<slug:public_id>/sections/<slug:section>/",
        "reports/<slug:public_id>/figures.xlsx",
        "reports/<slug:public_id>/report.pdf",
        "reports/<slug:public_id>/report.docx",
        "reports/<slug:public_id>/do/<slug:edge>/",
    ),
}

# Their arguments name no case: a list, a unit, a person, a month, a rule, a row of the service's own.
WITH_OTHER_ARGUMENTS = frozenset(
    r"""
    account/leave/<int:pk>/cancel/
    file/<slug:step>/
    follow/case/<slug:name>/
    cases/list/<slug:name>/
    requests/list/<slug:name>/
    letters/<str:code>/<int:year>/
    letters/<str:code>/<int:year>/sheet/
    people/<int:pk>/work/
    people/<int:pk>/leaving/
    monthly/<str:code>/<slug:month>/
    statistics/<str:code>/
    statistics/<str:code>/<slug:period>/
    statistics/<str:code>/<slug:period>/work-out/
    statistics/<str:code>/<slug:period>/sheet/
    statistics/<str:code>/<slug:period>/document/
    statistics/<str:code>/<slug:period>/cases/
    overview/satisfaction/<int:year>/
    overview/satisfaction/<int:year>/sheet/
    procurement/committees/list/<slug:name>/
    procurement/people/<int:person>/
    procurement/pool/<str:code>/link/
    procurement/pool/citizens/<slug:code>/
    procurement/pool/citizens/<slug:code>/sealed/
    procurement/pool/citizens/<slug:code>/consents/
    procurement/pool/citizens/<slug:code>/do/<slug:name>/
    procurement/plan/<int:pk>/
    procurement/plan/<int:pk>/edit/
    procurement/plan/<int:pk>/cancel/
    procurement/plan/<int:pk>/purchases/new/
    procurement/registers/<slug:kind>/<int:pk>/strike/
    scores/units/<str:code>/<slug:family>/<int:year>/
    scores/units/<str:code>/figures/<int:year>/<str:figure>/
    registers/list/<slug:register>/
    registers/new/<slug:register>/
    open/registers/<slug:register>/
    open/scores/<slug:public_id>/
    open/scores/<slug:public_id>/score.json
    open/scores/<slug:public_id>/facts.json
    open/scores/<slug:public_id>/rubric.toml
    open/scores/<slug:public_id>/files/<slug:file_id>/
    open/reports/<slug:public_id>/
    open/reports/<slug:public_id>/report.json
    open/reports/<slug:public_id>/report.pdf
    open/reports/<slug:public_id>/report.docx
    open/draws/<slug:public_id>/
    open/draws/<slug:public_id>/announcement.json
    open/draws/<slug:public_id>/minutes.json
    open/procurement/<slug:public_id>/
    open/procurement/<slug:public_id>/purchase.json
    my/sign-in/<str:token>/
    my/identity/<str:provider_id>/back/
    my/data/agreement/<slug:purpose>/
    notices/<int:number>/
    notices/choices/address/<str:token>/
    ^service/outbox/(?P<which>waiting|given-up)/$
    service/outbox/<int:pk>/retell/
    service/roads/<str:gate>/resend/
    service/roads/<str:gate>/try/
    service/roads/<str:gate>/<slug:state>/
    service/deliveries/<int:pk>/resend/
    service/webhooks/<int:pk>/
    service/webhooks/<int:pk>/key/
    service/webhooks/<int:pk>/test/
    help/<slug:kind>/
    rules/holidays/year/<int:year>/
    rules/<slug:table>/
    rules/<slug:table>/new/
    rules/<slug:table>/row/<str:key>/
    rules/^(?P<table>[-\w]+)/row/(?P<key>[^/]+)/(?P<act>change|next|end|remove)/$
    """.split()
)

# No arguments: they name no case. The start page is "".
WITHOUT_ARGUMENTS = frozenset(
    [
        "",
        *"""
        account/leave/
        account/login/
        account/logout/
        account/inactive/
        account/password/
        account/reauthenticate/
        home/
        profile/
        language/
        active/
        leave/
        published/
        file/
        hotline/
        receipt/
        ask/
        follow/
        follow/end/
        follow/case/
        follow/case/contact/
        follow/case/survey/
        follow/question/
        cases/
        cases/assign/
        cases/register/
        cases/registered/
        cases/vacancies/
        cases/to-be-erased/
        requests/
        letters/
        questions/
        people/
        monthly/
        overview/
        overview/trend/
        overview/hotline/
        overview/satisfaction/
        overview/cases/
        overview/scores/
        overview/map/
        overview/compare/
        overview/month/
        procurement/
        procurement/level/
        procurement/level/facts.json
        procurement/planner/
        procurement/planner/do/
        procurement/committees/
        procurement/seats/
        procurement/draws/
        procurement/draws/announce/
        procurement/pool/
        procurement/pool/find/
        procurement/pool/chosen/
        procurement/pool/health/
        procurement/pool/new/
        procurement/pool/invite/
        procurement/pool/import/
        procurement/pool/import/template.csv
        procurement/plan/
        procurement/plan/add/
        procurement/plan/paste/
        procurement/plan/group/
        procurement/purchases/
        procurement/disbursement/
        procurement/disbursement/sheet.csv
        procurement/registers/
        procurement/coverage/
        scores/
        scores/begin/
        scores/board/
        registers/
        registers/risks/
        open/registers/
        open/scores/
        reports/
        reports/begin/
        open/reports/
        join/
        join/received/
        open/procurement/
        open/procurement/plan.csv
        open/procurement/plan.json
        open/procurement/ocds.json
        open/procurement/level/
        open/procurement/level/facts.json
        open/
        open/manual/
        open/manual.json
        open/complaints/
        open/complaints/figures.csv
        open/complaints/figures.json
        open/notices/
        open/summary/
        open/annual/
        open/committees/
        open/search/
        open/use/
        open/checklist/
        open/draws/
        open/draws/verify_draw.py
        my/sign-in/
        my/sign-in/sent/
        my/identity/
        my/data/
        my/data/contact/
        my/data/leave/
        my/seats/
        my/report-worker.js
        notices/
        notices/bell/
        notices/latest/
        notices/read/
        notices/digest/
        notices/choices/
        notices/choices/address/
        notices/choices/address/remove/
        notices/choices/line/
        notices/choices/line/unlink/
        line/
        service/
        service/health/
        service/webhooks/
        service/webhooks/new/
        rules/
        rules/changes/
        open/ledger/
        open/ledger.json
        """.split(),
    ]
)

# The tables of the administration, none of which holds anything of a case, and the pages of each.
ADMIN_TABLES = frozenset(
    {
        "complaints/importmapping",
        "organisations/holding",
        "organisations/leave",
        "organisations/post",
        "organisations/unit",
        "organisations/unitlink",
        "organisations/user",
        "procurement/agencyname",
        "procurement/sourcestatus",
    }
)
ADMIN_PAGES = ("", "add/", *(f"<path:object_id>/{page}" for page in ("", "history/", "delete/", "change/")))
ADMIN_OTHER = frozenset(
    """
    admin/
    admin/login/
    admin/logout/
    admin/password_change/
    admin/password_change/done/
    admin/autocomplete/
    admin/jsi18n/
    admin/r/<path:content_type_id>/<path:object_id>/
    admin/organisations/user/<id>/password/
    admin/^(?P<app_label>organisations|complaints|procurement)/$
    admin/(?P<url>.*)$
    """.split()
)
_ARGUMENT = re.compile(r"<(?:\w+:)?(\w+)>")


def routes() -> Iterator[str]:
    """Every address of the URLconf, as Django writes it."""
    return _walk(get_resolver(), "")


def _walk(resolver: URLResolver, before: str) -> Iterator[str]:
    for row in resolver.url_patterns:
        route = before + str(row.pattern)
        if isinstance(row, URLPattern):
            yield route
        else:
            yield from _walk(row, route)


def known_routes() -> set[str]:
    """Every address that the crawl has an entry for."""
    of_cases = {route for group in OF_CASES.values() for route in group}
    admin = {f"admin/{table}/{page}" for table in ADMIN_TABLES for page in ADMIN_PAGES}
    return of_cases | WITH_OTHER_ARGUMENTS | WITHOUT_ARGUMENTS | admin | ADMIN_OTHER


def admin_tables() -> set[str]:
    """The tables that the administration shows."""
    return {f"{model._meta.app_label}/{model._meta.model_name}" for model in site._registry}


def filled(route: str, arguments: dict[str, Any]) -> str:
    """The address with its arguments. Raises KeyError for an argument that nobody thought of."""
    return "/" + _ARGUMENT.sub(lambda found: str(arguments[found[1]]), route)
