"""What spans all public pages: search, use by quarter, and the disclosure checklist. For everybody."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.opentables import Column, Row, Table, answer
from organisations.publishing import published
from organisations.queries import open_units, units_around
from organisations.usage import quarter_today
from procurement.views.levels import read_year, years_to_choose
from scores.disclosure.checklist import Item, checklist_of
from scores.disclosure.search import search
from scores.disclosure.use import use_of, years
from scores.showing import say
from scores.views.openlists import unit_asked

CHECKLIST = (
    Column("item", gettext_lazy("Item")),
    Column("code", gettext_lazy("Code"), page=False),
    Column("state", gettext_lazy("State"), page=False),
    Column("state_words", gettext_lazy("Now")),
    Column("address", gettext_lazy("Page"), "link"),
    Column("source", gettext_lazy("Source")),
    Column("unverified", gettext_lazy("Not named as an item by its source"), "yes", page=False),
)


@published
def open_search(request: HttpRequest) -> HttpResponse:
    """A search in what is published (`q`)."""
    return render(request, "open/search.html", {"found": search(request.GET.get("q", ""))})


@published
def open_use(request: HttpRequest) -> HttpResponse:
    """How often public pages and files were opened, by quarter of a fiscal `year`, of all or of a `unit`."""
    unit, now = unit_asked(request), quarter_today()[0]
    known = sorted({*years(), now}, reverse=True)
    asked = request.GET.get("year", "")
    if asked and asked not in {str(each) for each in known}:
        raise Http404
    year = int(asked) if asked else now
    context = {
        "title": _("Use of the information centre"),
        "lead": _("How often these pages and files were opened, quarter by quarter. Nobody is counted as a person."),
        "said": _(
            "Counted is every page and file that was given out to somebody who is not signed in. "
            "Programs that call themselves robots are not counted, nor is a copy that a browser "
            "kept. No address, no cookie and no name of a program is kept. Of an agency only pages "
            "are counted that were asked for it."
        ),
        "nothing": _("Nothing was opened in this year yet"),
        "advice": _("Choose another year or agency."),
        "unit": unit,
        "units": units_around(unit, open_units()),
        "year": year,
        "years": known,
    }
    about = {"unit": unit.code if unit else None, "fiscal_year": year}
    name = f"use-{unit.code if unit else 'all'}-{year}"
    return answer(request, use_of(unit, year), name=name, template="open/list.html", context=context, about=about)


@published
def open_checklist(request: HttpRequest) -> HttpResponse:
    """The disclosure checklist of a `unit` in a fiscal `year`; without a unit, which there are."""
    unit, year = unit_asked(request), read_year(request.GET.get("year", ""))
    rows: list[Row] = []
    said = _("Choose an agency.")
    if unit is not None:
        try:
            found = checklist_of(unit, year)
        except LookupError:
            raise Http404 from None
        said = _(
            "%(met)s of %(all)s items have something to show now. Items that no page here "
            "satisfies may be published elsewhere."
        ) % {"met": found.met, "all": len(found.items)}
        rows = [_item(request, item) for item in found.items]
    context = {
        "title": _("Public disclosure checklist (OIT)"),
        "lead": _(
            "Which item is satisfied by which public page, with its address, and whether the page "
            "has something to show now. Looked up when this page was opened."
        ),
        "said": said,
        "nothing": _("No agency is chosen"),
        "advice": _("Choose an agency above; its checklist can be kept as a file."),
        "unit": unit,
        "units": units_around(unit, open_units()),
        "year": year,
        "years": years_to_choose(year),
    }
    about = {"unit": unit.code if unit else None, "fiscal_year": year}
    name = f"checklist-{unit.code if unit else 'none'}-{year}"
    table = Table.of(CHECKLIST, rows)
    return answer(request, table, name=name, template="open/list.html", context=context, about=about)


_STATES = {
    True: gettext_lazy("published"),
    False: gettext_lazy("page is empty"),
    None: gettext_lazy("no page here yet"),
}


def _item(request: HttpRequest, item: Item) -> Row:
    return {
        "item": say(item.criterion),
        "code": item.criterion.code,
        "state": "unknown" if item.met is None else "met" if item.met else "empty",
        "state_words": _STATES[item.met],
        "address": request.build_absolute_uri(item.page) if item.page else "",
        "source": item.criterion.source,
        "unverified": item.criterion.unverified,
    }
