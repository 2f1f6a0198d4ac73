"""The list of purchases: what is due first stands first. And new purchases of an activity, several in a row."""

from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import role_required
from organisations.formats import digits
from organisations.models import Role, User
from organisations.queries import roles_of, units_below
from procurement.forms.purchase_figures import NewPurchaseForm
from procurement.models import Activity, ProcurementMethod, PurchaseCase
from procurement.queries import purchases_visible_to, units_read_by
from procurement.states.purchase import STATES
from workflows import search
from workflows.actors import Actor
from workflows.casepages.access import reader
from workflows.casepages.pages import page_of
from workflows.refusals import Refused
from workflows.transitions import open_case

from .plan_scope import ROLES, Scope, activity_for, scope_of_activity, this_year

OPEN = "open"
_YEARS_BACK = 5


class PurchaseFilter(forms.Form):
    """The filter row; every field is optional and narrows further."""

    q = forms.CharField(
        label=gettext_lazy("e-GP number, number or words"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "data-search": True, "autocomplete": "off"}),
    )  # fmt: skip
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    method = forms.ModelChoiceField(
        label=gettext_lazy("Method"), required=False, queryset=ProcurementMethod.objects.none(),
        empty_label=gettext_lazy("all"),
    )  # fmt: skip
    late = forms.ChoiceField(
        label=gettext_lazy("Due"), required=False,
        choices=[("", gettext_lazy("all")), ("late", gettext_lazy("overdue"))],
    )  # fmt: skip
    year = forms.TypedChoiceField(label=gettext_lazy("Fiscal year"), required=False, coerce=int, empty_value=None)
    # The unit comes from the plan or the desk as a link; a list of thousands would help nobody here.
    unit = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, user: User) -> None:
        super().__init__(data, label_suffix="")
        self.user = user
        choices: list[tuple[str, str | Promise]] = [("", gettext_lazy("all")), (OPEN, gettext_lazy("going on"))]
        state: Any = self.fields["state"]
        state.choices = [*choices, *((row.code, row.label) for row in STATES)]
        method: Any = self.fields["method"]
        method.queryset = ProcurementMethod.objects.all()
        year: Any = self.fields["year"]
        now = this_year()
        year.choices = [("", gettext_lazy("all")), *((y, digits(y)) for y in range(now + 1, now - _YEARS_BACK, -1))]

    @property
    def is_set(self) -> bool:
        """Whether anything narrows the list."""
        return self.is_valid() and any(self.cleaned_data.values())

    def narrow(self, cases: QuerySet[PurchaseCase]) -> QuerySet[PurchaseCase]:
        """`cases` narrowed by what is set; what cannot be read narrows nothing."""
        self.is_valid()
        wanted = self.cleaned_data
        if text := wanted.get("q"):
            cases = _find(cases, text)
        if state := wanted.get("state"):
            cases = cases.filter(is_open=True) if state == OPEN else cases.filter(state=state)
        if method := wanted.get("method"):
            cases = cases.filter(purchase__method=method)
        if wanted.get("late"):
            cases = cases.filter(next_due__lt=timezone.localdate())
        if year := wanted.get("year"):
            cases = cases.filter(purchase__activity__fiscal_year=year)
        if unit := wanted.get("unit"):
            below = units_read_by(self.user).filter(code=unit).values_list("pk", flat=True)
            cases = cases.filter(unit__in=units_below(below))
        return cases


def _find(cases: QuerySet[PurchaseCase], text: str) -> QuerySet[PurchaseCase]:
    """By a number (of e-GP or ours, or how it begins), else by any part of the name."""
    if number := search.as_number(text):
        numbered = cases.filter(Q(number__startswith=number) | Q(purchase__project_number__startswith=number))
        if numbered.exists():
            return numbered
    found: QuerySet[Any] = search.by_subject(cases, text)  # type: ignore[arg-type]
    return found


@require_GET
@role_required(*ROLES)
def purchases(request: HttpRequest) -> HttpResponse:
    """The purchases that exist for the reader, filtered, one page of them."""
    user = reader(request)
    filters = PurchaseFilter(request.GET, user=user)
    cases: QuerySet[Any] = filters.narrow(purchases_visible_to(user))
    page = page_of(
        cases.select_related("unit", "purchase__method", "purchase__activity"),
        after=request.GET.get("after", ""),
        before=request.GET.get("before", ""),
    )
    context = {
        "page": page,
        "filters": filters,
        "is_set": filters.is_set,
        "keeps": Role.PROCUREMENT in roles_of(user),
    }
    return render(request, "procurement/purchases.html", context)


# --- New purchases ----------------------------------------------------------------------------------------------------
@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def new_purchase(request: HttpRequest, pk: int) -> HttpResponse:
    """A purchase enters the activity; then the next one, or its own page (`open`)."""
    user = reader(request)
    activity = activity_for(user, pk)
    scope = scope_of_activity(user, activity)
    scope.need_to_keep()
    if activity.cancelled_on is not None:
        wrong = _("This plan activity has been cancelled.")
        return render(request, "procurement/purchase_new.html", _context(scope, activity, None, wrong), status=409)
    if request.method == "GET":
        last = request.GET.get("method", "")
        form = NewPurchaseForm(activity=activity, initial=_first(activity) | {"method": last or None})
        return render(request, "procurement/purchase_new.html", _context(scope, activity, form))
    form = NewPurchaseForm(request.POST, activity=activity)
    case = _open(form, scope, activity) if form.is_valid() else None
    if case is None:
        return render(request, "procurement/purchase_new.html", _context(scope, activity, form), status=422)
    messages.success(request, _("%(number)s: %(name)s was added.") % {"number": case.number, "name": case.subject})
    if "open" in request.POST:
        return redirect("purchase", case.public_id)
    method = form.cleaned_data["method"]
    return redirect(f"{reverse('new_purchase', args=[activity.pk])}{f'?method={method.pk}' if method else ''}")


def _open(form: NewPurchaseForm, scope: Scope, activity: Activity) -> Any:
    try:
        return open_case("purchase", "plan", Actor.person(scope.user), unit=activity.unit, **form.facts())
    except Refused as refusal:
        field = refusal.field if refusal.field in form.fields else None
        form.add_error(field, str(refusal.sentence))
    return None


def _first(activity: Activity) -> dict[str, Any]:
    """The first purchase of an activity is mostly the activity itself; the next ones are parts of it."""
    return {} if activity.purchases.exists() else {"name": activity.name, "budget": activity.budget}


def _context(scope: Scope, activity: Activity, form: NewPurchaseForm | None, wrong: str = "") -> dict[str, Any]:
    here = purchases_visible_to(scope.user).filter(purchase__activity=activity).select_related("purchase")
    return {"scope": scope, "activity": activity, "form": form, "wrong": wrong, "here": here.order_by("pk")}
