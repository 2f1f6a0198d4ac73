"""The pool of citizens as the staff see it: the list, the search for one person, and what is done with several at once.

Whoever reads procurement in a unit reads its list; only its procurement staff change it or open what is sealed. No name
and no number stands in an address: the search is sent by POST, rows are called by their codes.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from organisations.accounts import RoleNeeded, role_required
from organisations.formats import write_number
from organisations.models import Role, User
from organisations.queries import roles_of
from procurement.actions.pool import admit
from procurement.actions.pool_records import record_training
from procurement.forms.pool_keep import FindForm, PoolFilter, TrainingForm
from procurement.models import Citizen, Training
from procurement.pool import finding, health
from procurement.pool.line import live_seats
from procurement.queries import units_planned_by, units_read_by
from workflows.casepages.access import reader
from workflows.refusals import Refused

from .plan_scope import ROLES, scope_of

MOST_CHOSEN = 200


@require_GET
@role_required(*ROLES)
def pool(request: HttpRequest) -> HttpResponse:
    """The citizens of the units the reader reads, filtered, one page of them by name."""
    user = reader(request)
    filters = PoolFilter(request.GET, units=units_read_by(user))
    page = finding.page_of(
        filters.narrow(finding.citizens_read_by(user)),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    waiting = finding.citizens_read_by(user).filter(status=Citizen.Status.APPLIED)[: finding.SIZE + 1].count()
    context = {
        **_about(user, page.rows), "page": page, "filters": filters, "is_set": filters.is_set,
        "find": FindForm(), "waiting": waiting, "waiting_more": waiting > finding.SIZE,
    }  # fmt: skip
    return render(request, "procurement/pool.html", context)


@sensitive_post_parameters()
@require_POST
@role_required(*ROLES)
def pool_find(request: HttpRequest) -> HttpResponse:
    """Who was looked for. By an identity number, telephone or e-mail only among those whose data one keeps: else the
    search itself would tell who is in the pool."""
    user = reader(request)
    form = FindForm(request.POST)
    if not form.is_valid():
        return redirect("pool")
    words = form.cleaned_data["words"]
    found = finding.find(finding.citizens_kept_by(user), words, sealed=True)
    known = {row.pk for row in found}
    read = finding.find(finding.citizens_read_by(user), words, sealed=False)
    rows = sorted([*found, *(row for row in read if row.pk not in known)], key=lambda row: (row.person.name, row.pk))
    context = {**_about(user, rows), "find": form, "rows": rows, "full": len(rows) >= finding.MOST_FOUND}
    return render(request, "procurement/pool_found.html", context)


@sensitive_post_parameters()
@require_POST
@role_required(*ROLES)
def pool_chosen(request: HttpRequest) -> HttpResponse:
    """Several at once: `do` is `admit`, or `train` (first the form, then with `save` the training of all of them)."""
    user = reader(request)
    if Role.PROCUREMENT not in roles_of(user):
        raise RoleNeeded(Role.PROCUREMENT)
    codes = request.POST.getlist("code")[:MOST_CHOSEN]
    chosen = list(finding.citizens_kept_by(user).filter(code__in=codes).order_by("person__name", "pk"))
    if not chosen:
        messages.warning(request, _("Choose people in the list first."))
        return redirect("pool")
    if request.POST.get("do") == "train":
        return _train(request, chosen)
    taken, against = 0, []
    for citizen in chosen:
        try:
            admit(citizen, by=user)
            taken += 1
        except Refused as refusal:
            against.append((citizen, str(refusal.sentence)))
    if taken:
        told = ngettext("%(count)s was admitted.", "%(count)s were admitted.", taken)
        messages.success(request, told % {"count": write_number(taken)})
    if not against:
        return redirect(f"{reverse('pool')}?status={Citizen.Status.APPLIED}")
    return render(request, "procurement/pool_against.html", {"against": against, "taken": taken}, status=422)


@require_GET
@role_required(*ROLES)
def pool_health(request: HttpRequest) -> HttpResponse:
    """How the pool of `unit` stands today."""
    scope, today = scope_of(request), timezone.localdate()
    found = health.health_of(scope.unit, today, scope.user)
    sexes = dict(Citizen.Sex.choices)
    tables = [
        (_("District"), [(unit.name, count) for unit, count in found.by_district]),
        (_("Sex"), [(str(sexes.get(code, _("not known"))), count) for code, count in found.by_sex]),
        (_("Age, years"), [(band or _("not known"), count) for band, count in found.by_age]),
    ]
    context = {"health": found, "tables": tables, **scope.choices()}
    return render(request, "procurement/pool_health.html", context)


def _train(request: HttpRequest, chosen: list[Citizen]) -> HttpResponse:
    """A training of several people: the form, and then what it said."""
    saving = "save" in request.POST
    form = TrainingForm(request.POST if saving else None)
    status = 200
    if saving and (status := 422) and form.is_valid():
        try:
            record_training(chosen, by=reader(request), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(refusal.field or None, str(refusal.sentence))
        else:
            told = ngettext(
                "The training is recorded for %(count)s person.", "The training is recorded for %(count)s people.",
                len(chosen),
            )  # fmt: skip
            messages.success(request, told % {"count": write_number(len(chosen))})
            return redirect("pool")
    return render(request, "procurement/pool_train.html", {"form": form, "chosen": chosen}, status=status)


def _with_seats(rows: Iterable[Citizen]) -> None:
    """Put beside each row what the table shows of it: live seats (`seats`) and trainings passed (`trainings_passed`).
    Three queries for a page; counted for all rows before they are cut into pages, it would cost a second at 20,000."""
    shown = list(rows)
    pks = [row.pk for row in shown]
    seats = live_seats(pks)
    passed = Counter(Training.objects.filter(citizen__in=pks, passed=True).values_list("citizen", flat=True))
    for row in shown:
        row.seats, row.trainings_passed = seats[row.pk], passed[row.pk]  # type: ignore[attr-defined]


def _about(user: User, rows: Any) -> dict[str, Any]:
    """For `pool_rows.html`: whether the reader keeps a pool at all, and which of these rows he may choose."""
    _with_seats(rows)
    keeps = Role.PROCUREMENT in roles_of(user)
    kept = set(units_planned_by(user).values_list("pk", flat=True)) if keeps else set()
    return {
        "keeps": keeps,
        "kept": {row.pk for row in rows if row.person.unit_id in kept},
        "today": timezone.localdate(),
    }
