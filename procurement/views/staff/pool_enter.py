"""How the staff bring people into the pool: a signed paper, an invitation as a link, a list."""

import os
import tempfile
from typing import Any, BinaryIO, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import role_required
from organisations.models import Role
from procurement.actions.pool import InPoolAlready, apply_for_pool
from procurement.forms.pool import CONSENTS, InviteForm, PaperForm, consent_field
from procurement.forms.pool_keep import UploadForm
from procurement.importers import citizens
from procurement.models import Citizen, CitizenBar
from procurement.pool.finding import citizens_kept_by
from procurement.pool.invitations import make_invitation
from procurement.queries import units_planned_by
from workflows.casepages.access import reader
from workflows.importing.reading import UnreadableFileError
from workflows.importing.report import Tally
from workflows.refusals import Missing

MOST_TOLD = 200
"""Lines of a report that are shown; the tally counts them all."""
_PARTS = (
    "name",
    "sex",
    "birth_year",
    "unit",
    "id_number",
    "phone",
    "email",
    "address",
    "occupation",
    "expertise",
    "network",
)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@role_required(Role.PROCUREMENT)
def pool_new(request: HttpRequest) -> HttpResponse:
    """An application from a signed paper (GET: the form; POST: entered, then his page)."""
    user = reader(request)
    units = units_planned_by(user)
    form = PaperForm(request.POST or None, units=units, initial={"unit": units.first()})
    status, known = 200, None
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                citizen = apply_for_pool(source=Citizen.Source.STAFF, by=user, **form.facts())
            except InPoolAlready as already:
                # Of another area nothing more is said than that he is in a pool.
                known = citizens_kept_by(user).filter(pk=already.citizen.pk).first()
                form.add_error(None, str(already.sentence))
            except Missing as refusal:
                form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
            else:
                messages.success(request, _("Entered. He is in the pool once he is admitted."))
                return redirect("pool_citizen", citizen.code)
    context = {
        "form": form,
        "fields": form.parts(_PARTS),
        "after": form.parts(["no_official", *(consent_field(purpose) for purpose in CONSENTS)]),
        "bars": CitizenBar.objects.all(),
        "known": known,
    }
    return render(request, "procurement/pool_new.html", context, status=status)


@require_http_methods(["GET", "POST"])
@role_required(Role.PROCUREMENT)
def pool_invite(request: HttpRequest) -> HttpResponse:
    """A link that invites a network or a district (POST); nothing is stored."""
    units = units_planned_by(reader(request))
    form, link = InviteForm(request.POST or None, units=units, initial={"unit": units.first()}), ""
    if request.method == "POST" and form.is_valid():
        token = make_invitation(today=timezone.localdate(), **form.cleaned_data)
        link = request.build_absolute_uri(f"{reverse('join_pool')}?{urlencode({'invited': token})}")
    status = 422 if form.is_bound and not link else 200
    return render(request, "procurement/pool_invite.html", {"form": form, "link": link}, status=status)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@role_required(Role.PROCUREMENT)
def pool_import(request: HttpRequest) -> HttpResponse:
    """A list as CSV (POST): what became of each line. Entered are people of one's own units only."""
    user = reader(request)
    units = units_planned_by(user)
    if request.method == "GET":
        return _import_page(request, UploadForm(units=units, most_bytes=citizens.MOST_BYTES))
    form = UploadForm(request.POST, request.FILES, units=units, most_bytes=citizens.MOST_BYTES)
    if not form.is_valid():
        return _import_page(request, form, status=422)
    told, data = _Told(), form.cleaned_data
    try:
        with (
            _as_file(data["file"]) as handle,
            citizens.opened(handle, data["encoding"] or None) as (_layout, spool),
        ):
            run = citizens.CitizenImport(
                spool, told, units=units, default=data["unit"], by=user, dry_run=data["dry_run"]
            )
            tally = run.run()
    except UnreadableFileError as fault:
        form.add_error("file", str(fault))
        return _import_page(request, form, status=422)
    return _import_page(request, form, tally=tally, lines=sorted(told.lines), more=told.more)


@require_GET
@role_required(Role.PROCUREMENT)
def pool_template(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - the shape of a view
    """The template of such a list."""
    response = HttpResponse(citizens.template(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, "citizens.csv") or "attachment"
    return response


class _Told:
    """What became of each line, for the page: (line, what), without anything of the person."""

    def __init__(self) -> None:
        self.lines: list[tuple[int, str, str]] = []
        self.more = 0

    def _tell(self, line: int, tone: str, what: str) -> None:
        if len(self.lines) < MOST_TOLD:
            self.lines.append((line, tone, what))
        else:
            self.more += 1

    def rejected(self, line: int, number: str, reason: str) -> None:  # noqa: ARG002 - see `RowListener`
        self._tell(line, "rejected", reason)

    def changed(self, line: int, number: str, what: str) -> None:  # noqa: ARG002
        self._tell(line, "changed", what)

    def remarked(self, line: int, number: str, what: str) -> None:  # noqa: ARG002
        self._tell(line, "remarked", what)

    def progress(self, tally: Tally, position: int) -> None:
        """Nothing: the page waits for the end."""

    def finished(self, tally: Tally) -> None:
        """Nothing either."""


def _as_file(upload: UploadedFile) -> BinaryIO:
    """The upload as a file that can be read twice: in memory where the system has such files, so that no list of people
    lies in a temporary folder."""
    if hasattr(os, "memfd_create"):
        handle = cast("BinaryIO", os.fdopen(os.memfd_create("list"), "w+b"))
    else:
        handle = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    for chunk in upload.chunks():
        handle.write(chunk)
    handle.flush()
    return handle


def _import_page(request: HttpRequest, form: UploadForm, status: int = 200, **more: Any) -> HttpResponse:
    context = {"form": form, "columns": citizens.HEADINGS.columns.items(), **more}
    return render(request, "procurement/pool_import.html", context, status=status)
