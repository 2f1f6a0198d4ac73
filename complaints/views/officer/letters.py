"""Official letters: the document, the signed sheet, and the register of a unit."""

import re
from datetime import date
from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.letters.addressing import may_see_addressee, may_see_scan
from complaints.letters.content import letter_content
from complaints.letters.document import letter_pdf
from complaints.letters.reading import register_for, registered
from complaints.letters.registers import letter_year
from complaints.models import Letter
from complaints.rules import may_read_text
from organisations.accounts import role_required
from organisations.formats import thai_numerals
from organisations.models import Role, Unit, User
from organisations.queries import units_below, units_where
from organisations.sheets import xlsx_response
from workflows.casepages.access import reader
from workflows.casepages.attachment import file_response
from workflows.keys import is_erased

from .access import case_for

ROLES = (Role.SCREENER, Role.OFFICER, Role.HEAD, Role.APPROVER)
SIZE = 50
_PLACE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})~([0-9]{1,18})")
# A document loads and runs nothing; the viewers of browsers bring styles of their own.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"


@require_GET
@login_required
def letter_document(request: HttpRequest, public_id: str, pk: int) -> HttpResponse:
    """A letter as PDF, drawn from the case as it is now; the name of the complainant only for who may see it.

    404 for whoever may not see the case or read its texts, as for a letter that is not there or was erased.
    """
    case, user = case_for(request, public_id), reader(request)
    letter = _letter(request, case, pk)
    if is_erased(case):
        raise Http404
    addressee = letter.read_addressee(case) if may_see_addressee(user, letter, case) else ""
    document = letter_pdf(letter_content(letter, case, addressee=addressee))
    response = HttpResponse(document, content_type="application/pdf")
    # The document is Thai whatever the language of the page, and so is its name; no subject and nobody's name in it.
    name = f"หนังสือ {letter.number or f'ร่าง {letter.pk}'}.pdf".replace("/", "-")
    response["Content-Disposition"] = content_disposition_header(False, name) or "inline"
    response["Content-Security-Policy"] = _POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response


@require_GET
@login_required
def letter_scan(request: HttpRequest, public_id: str, pk: int) -> HttpResponseBase:
    """The signed sheet. 404 for who may not see to whom it goes, unless he put it in himself."""
    case = case_for(request, public_id)
    letter = _letter(request, case, pk)
    if not may_see_scan(reader(request), letter, case):
        raise Http404
    return file_response(request, letter.signed, case)


def _letter(request: HttpRequest, case: Any, pk: int) -> Letter:
    if not may_read_text(reader(request), case):
        raise Http404
    return get_object_or_404(case.letters.select_related("unit", "signed", "referral", "request"), pk=pk)


# --- The register -----------------------------------------------------------------------------------------------------
@require_GET
@login_required
@role_required(*ROLES)
def letters(request: HttpRequest) -> HttpResponse:
    """To the register of a unit and year: those that are chosen, else the reader's own unit and this year."""
    user = reader(request)
    units = _units(user)
    chosen = units.filter(code=request.GET.get("unit", "")).first()
    unit = chosen or units.filter(pk__in=units_where(user, ROLES)).order_by("sort_key", "pk").first()
    if unit is None:
        raise Http404
    year = request.GET.get("year", "")
    this_year = letter_year(timezone.localdate())
    return redirect("letters_register", unit.code, year if re.fullmatch("2[0-9]{3}", year) else this_year)


@require_GET
@login_required
@role_required(*ROLES)
def letters_register(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The outgoing letters of a unit in a calendar year, one page of them. 404 for a unit that is not the reader's."""
    user = reader(request)
    unit = get_object_or_404(_units(user), code=code)
    page = list(_after(register_for(user, unit, year), request.GET.get("after", ""))[: SIZE + 1])
    rows, more = page[:SIZE], len(page) > SIZE
    context = {
        "unit": unit,
        "year": year,
        "rows": registered(user, rows),
        "older": f"?after={rows[-1].registered_on:%Y-%m-%d}~{rows[-1].pk}" if more else "",
        "units": _units_with_letters(user, unit),
        "years": sorted({year, letter_year(timezone.localdate()), *_years(unit)}, reverse=True),
    }
    return render(request, "officer/letters_register.html", context)


@require_GET
@login_required
@role_required(*ROLES)
def letters_sheet(request: HttpRequest, code: str, year: int) -> HttpResponse:
    """The register as a sheet, in the official form: Thai, whatever the language of the reader."""
    user = reader(request)
    unit = get_object_or_404(_units(user), code=code)
    with translation.override("th"), thai_numerals(False):
        head = [
            _("Number"),
            _("Date of the letter"),
            _("To"),
            _("Subject"),
            _("Case"),
            _("Despatched on"),
            _("How it goes out"),
        ]
        head += [_("Tracking number"), _("Status")]
        lines = [
            [
                row.letter.number, row.letter.registered_on, row.to, row.subject, row.case.number if row.case else "",
                row.letter.despatched_on, row.letter.get_way_display(), row.letter.tracking, row.letter.status.label,
            ]
            for row in registered(user, _rows(register_for(user, unit, year).reverse()))
        ]  # fmt: skip
        titles = [_("Register of outgoing letters"), unit.name, f"พ.ศ. {year}"]
        return xlsx_response(f"letters-{unit.code}-{year}.xlsx", titles, head, lines, title=str(year))


def _units(user: User) -> QuerySet[Unit]:
    return Unit.objects.filter(pk__in=units_below(units_where(user, ROLES)))


def _units_with_letters(user: User, present: Unit) -> QuerySet[Unit]:
    """The reader's units, of those below him the ones that have sent letters, and the one that is shown."""
    sent = Letter.objects.exclude(number="").values("unit")
    return _units(user).filter(Q(pk__in=sent) | Q(pk__in=units_where(user, ROLES)) | Q(pk=present.pk))


def _years(unit: Unit) -> list[int]:
    return list(Letter.objects.filter(unit=unit, year__isnull=False).values_list("year", flat=True).distinct())


def _after(letters: QuerySet[Letter], place: str) -> QuerySet[Letter]:
    """Those behind a place in the list: the day and key of a row. From the start for what is no place."""
    named = _PLACE.fullmatch(place)
    try:
        day = date.fromisoformat(named[1]) if named else None
    except ValueError:
        day = None
    if named is not None and day is not None:
        behind = Q(registered_on__lt=day) | Q(registered_on=day, pk__lt=int(named[2]))
        letters = letters.filter(registered_on__lte=day).filter(behind)
    return _rows(letters)


def _rows(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.select_related("referral__agency", "request__case__unit")
