"""Several purchases moved to one activity of their plan, or each back to where it was: seen first, then done."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from organisations.accounts import role_required
from organisations.formats import write_number
from procurement.forms.purchase_figures import activity_line
from procurement.grouping import Effect, attempt, came_from, move, targets
from procurement.models import Activity, PurchaseCase
from procurement.queries import purchases_visible_to
from workflows.refusals import Overtaken, Refused

from .plan_scope import ROLES, Scope, scope_of

BACK = "back"
"""The choice that takes every purchase back to the activity from which it was moved last."""
_SIGNER = Signer(salt="procurement/grouping that was looked at")


@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def group_purchases(request: HttpRequest) -> HttpResponse:
    """Choose (GET), see what it changes (POST), do it (POST with `shown`, the mark of what was seen)."""
    scope = scope_of(request)
    scope.need_to_keep()
    cases = {case.public_id: case for case in _cases(scope)}
    sent = request.POST.getlist("purchase") if request.method == "POST" else request.GET.getlist("purchase")
    ticked = [value for value in sent if value.split("~")[0] in cases]
    target = request.POST.get("activity", "")
    page = _Page(request, scope, cases, ticked, target)
    if request.method == "GET":
        return page.show()
    if not ticked:
        return page.show(wrong=_("Tick at least one purchase."), status=422)
    wanted = _wanted(scope, [cases[value.split("~")[0]] for value in ticked], target)
    if not wanted:
        return page.show(wrong=_nothing_to_do(target), status=422)
    if moved := [case for case in wanted if not _as_seen(case, ticked)]:
        names = ", ".join(case.number for case in moved)
        told = _("Moved by somebody else since you opened this page: %(numbers)s. Look again.") % {"numbers": names}
        return page.show(wrong=told, status=409)
    try:
        if not _was_shown(request, ticked, target):
            return page.show(effect=attempt(wanted, scope.user))
        move(wanted, scope.user, {case.pk: _seen_seq(case, ticked) for case in wanted})
    except Refused as refusal:
        return page.show(wrong=str(refusal.sentence), status=409 if isinstance(refusal, Overtaken) else 422)
    told = ngettext("%(count)s purchase was moved.", "%(count)s purchases were moved.", len(wanted))
    messages.success(request, told % {"count": write_number(len(wanted))})
    return redirect(f"{reverse('plan')}{scope.query}")


class _Page:
    """The page with what has been chosen on it so far."""

    def __init__(
        self, request: HttpRequest, scope: Scope, cases: Mapping[str, PurchaseCase], ticked: list[str], target: str
    ) -> None:
        self.request, self.scope, self.cases, self.ticked, self.target = request, scope, cases, ticked, target

    def show(self, *, effect: Effect | None = None, wrong: str = "", status: int = 200) -> HttpResponse:
        chosen = {value.split("~")[0] for value in self.ticked}
        activities = list(targets(self.scope.unit.pk, self.scope.year))
        context: dict[str, Any] = {
            "scope": self.scope,
            "rows": [
                {"case": case, "value": f"{case.public_id}~{case.ledger_seq}~{case.purchase.activity_id}"}
                | {"ticked": case.public_id in chosen}
                for case in self.cases.values()
            ],
            "choices": [(str(row.pk), activity_line(row)) for row in activities],
            "may_go_back": bool(came_from(self.cases.values())),
            "target": self.target,
            "effect": effect,
            "wrong": wrong,
            "shown": _mark(self.ticked, self.target) if effect else "",
        }
        return render(self.request, "procurement/plan_group.html", context, status=status)


def _cases(scope: Scope) -> list[PurchaseCase]:
    """The purchases of the plan that exist for the reader, by activity."""
    rows = purchases_visible_to(scope.user).filter(
        purchase__activity__unit=scope.unit, purchase__activity__fiscal_year=scope.year
    )
    return list(rows.select_related("unit", "purchase__activity").order_by("purchase__activity", "pk"))


def _wanted(scope: Scope, cases: list[PurchaseCase], target: str) -> dict[PurchaseCase, Activity]:
    """Where each of `cases` is to go; those that are there already are left out."""
    if target == BACK:
        before = came_from(cases)
        allowed = set(targets(scope.unit.pk, scope.year).values_list("pk", flat=True))
        wanted = {case: before[case.pk] for case in cases if case.pk in before and before[case.pk].pk in allowed}
    else:
        chosen = targets(scope.unit.pk, scope.year).filter(pk=int(target)).first() if _is_key(target) else None
        wanted = dict.fromkeys(cases, chosen) if chosen else {}
    return {case: activity for case, activity in wanted.items() if case.purchase.activity_id != activity.pk}


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 10


def _nothing_to_do(target: str) -> str:
    if target == BACK:
        return _("None of these purchases was moved before.")
    return _("They belong to this activity already.") if _is_key(target) else _("Choose the plan activity.")


def _parts(case: PurchaseCase, ticked: list[str]) -> list[str]:
    return next(value for value in ticked if value.split("~")[0] == case.public_id).split("~")


def _as_seen(case: PurchaseCase, ticked: list[str]) -> bool:
    """Whether the purchase is still in the activity in which the person saw it; without a mark nothing is compared."""
    parts = _parts(case, ticked)
    return len(parts) < 3 or parts[2] == str(case.purchase.activity_id)


def _seen_seq(case: PurchaseCase, ticked: list[str]) -> int:
    parts = _parts(case, ticked)
    return int(parts[1]) if len(parts) > 1 and _is_key(parts[1]) else case.ledger_seq


def _mark(ticked: list[str], target: str) -> str:
    """What stands for this choice, so that nothing is done but what was shown."""
    return _SIGNER.sign(f"{','.join(sorted(ticked))}>{target}").rpartition(":")[2]


def _was_shown(request: HttpRequest, ticked: list[str], target: str) -> bool:
    shown = request.POST.get("shown", "")
    try:
        _SIGNER.unsign(f"{','.join(sorted(ticked))}>{target}:{shown}")
    except BadSignature:
        return False
    return "move" in request.POST
