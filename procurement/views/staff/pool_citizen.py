"""The page of one citizen of the pool, and what the staff do with him."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from organisations.accounts import RoleNeeded, role_required
from organisations.models import Role, User
from procurement.actions.pool import DecidedAlready, admit, lacks, leave_pool, refuse, take_back
from procurement.actions.pool_log import done_with
from procurement.actions.pool_records import (
    CitizenOvertaken,
    correct,
    erase,
    live_seats,
    record_consent,
    record_training,
    set_away,
    set_term,
    show_private,
    state_of,
    withdraw_consent,
)
from procurement.forms import pool_keep as forms
from procurement.models import Citizen, Consent, Seat
from procurement.pool.eligibility import eligible
from procurement.pool.finding import citizens_kept_by, citizens_read_by
from procurement.pool.wordings import WORDINGS
from procurement.queries import seats_visible_to, units_planned_by
from workflows.casepages.access import reader
from workflows.graph import Text
from workflows.refusals import Refused
from workflows.sealing import SealingError

from .plan_scope import ROLES

STATUS = Citizen.Status
_PRESENT = frozenset({STATUS.APPLIED, STATUS.ADMITTED})
_SEALED_WORDS: dict[str, Text] = {
    "id_number": gettext_lazy("Identity number"),
    "phone": gettext_lazy("Telephone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "former_names": gettext_lazy("Former names"),
}


@dataclass(frozen=True)
class Act:
    """Something the staff do with a citizen. states: in which it is offered; make: the form of a request, None for an
    act that asks nothing; do: carries it out; said: what is told afterwards; grave: it cannot be taken back."""

    name: str
    word: Text
    states: frozenset[str]
    do: Callable[..., Any]
    said: Text
    make: Callable[[Citizen, User, Any], Any] | None = None
    note: Text = ""
    grave: bool = False


def _plain(form: type[Any]) -> Callable[[Citizen, User, Any], Any]:
    return lambda _citizen, _user, data: form(data)


def _correcting(citizen: Citizen, user: User, data: Any) -> forms.CorrectForm:
    return forms.CorrectForm(data, units=units_planned_by(user), initial=forms.first_of(citizen))


def _of_away(citizen: Citizen, _user: User, data: Any) -> forms.AwayForm:
    return forms.AwayForm(data, initial={"until": citizen.away_until})


def _of_term(citizen: Citizen, _user: User, data: Any) -> forms.TermForm:
    return forms.TermForm(data, initial={"term_from": citizen.term_from, "term_to": citizen.term_to})


def _train(citizen: Citizen, **facts: Any) -> None:
    record_training([citizen], **facts)


_ACTS = (
    Act("admit", gettext_lazy("Admit"), frozenset({STATUS.APPLIED}), admit, gettext_lazy("Admitted to the pool.")),
    Act("refuse", gettext_lazy("Do not admit"), frozenset({STATUS.APPLIED}), refuse, gettext_lazy("Not admitted."),
        _plain(forms.ReasonForm), gettext_lazy("He may apply again later.")),
    Act("correct", gettext_lazy("Correct"), _PRESENT, correct, gettext_lazy("Kept."), _correcting,
        gettext_lazy("Orders that were signed keep what they say. Sealed fields are not shown; what you type there "
                     "replaces what is on record.")),
    Act("training", gettext_lazy("Record a training"), _PRESENT, _train, gettext_lazy("The training is recorded."),
        _plain(forms.TrainingForm)),
    Act("away", gettext_lazy("Availability"), _PRESENT, set_away, gettext_lazy("Kept."), _of_away),
    Act("term", gettext_lazy("Change the term"), frozenset({STATUS.ADMITTED}), set_term, gettext_lazy("Kept."),
        _of_term),
    Act("leave", gettext_lazy("Leaves the pool"), _PRESENT, leave_pool, gettext_lazy("He has left the pool."),
        _plain(forms.LeaveForm),
        gettext_lazy("He is not drawn or invited any more. Seats he holds stay his until he resigns from them.")),
    Act("take_back", gettext_lazy("Take back into the pool"), frozenset({STATUS.LEFT}), take_back,
        gettext_lazy("He waits for his admission."), None,
        gettext_lazy("He has signed again that his data is kept. His earlier seats stay his.")),
    Act("erase", gettext_lazy("Erase his data"), frozenset({STATUS.LEFT, STATUS.REFUSED}), erase,
        gettext_lazy("His data was erased."), None,
        gettext_lazy("The key of everything sealed is destroyed, with his facts and his way to sign in; backups follow "
                     "when they expire. His code stays in draws, and his name in orders that were signed. This cannot "
                     "be taken back."), grave=True),
)  # fmt: skip
ACTS = {act.name: act for act in _ACTS}


@never_cache
@require_GET
@role_required(*ROLES)
def pool_citizen(request: HttpRequest, code: str) -> HttpResponse:
    """What the pool knows of a citizen, nothing of what is sealed. 404 for somebody of a unit that is not there for the
    reader, as for nobody."""
    user = reader(request)
    citizen = _citizen(user, code)
    return render(request, "procurement/pool_citizen.html", _context(citizen, user))


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def pool_act(request: HttpRequest, code: str, name: str) -> HttpResponse:
    """The form of an act (GET), or the act (POST). 409, with what was typed, when somebody else was faster."""
    user, act = reader(request), ACTS.get(name)
    citizen = _kept(user, code)
    if act is None:
        raise Http404
    form = act.make(citizen, user, request.POST if request.method == "POST" else None) if act.make else None
    if request.method == "GET":
        return _act_page(request, citizen, act, form)
    if form is not None and not form.is_valid():
        return _act_page(request, citizen, act, form, status=422)
    facts = {} if form is None else form.facts() if hasattr(form, "facts") else form.cleaned_data
    if act.name == "correct":
        facts["seen"] = request.POST.get("seen", "")
    try:
        act.do(citizen, by=user, **facts)
    except (DecidedAlready, CitizenOvertaken) as overtaken:
        told = getattr(overtaken, "sentence", None) or _(
            "Somebody else has changed this person since you opened the page."
        )
        return _act_page(request, overtaken.citizen, act, form, status=409, conflict=str(told))
    except Refused as refusal:
        if form is None:
            return _act_page(request, citizen, act, None, status=422, wrong=str(refusal.sentence))
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal.sentence))
        return _act_page(request, citizen, act, form, status=422)
    messages.success(request, act.said)
    return redirect("pool_citizen", code)


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@role_required(*ROLES)
def pool_show(request: HttpRequest, code: str) -> HttpResponse:
    """Why sealed data is needed (GET), then the data, once, with the reason in the log (POST)."""
    user = reader(request)
    citizen = _kept(user, code)
    form = forms.ShowForm(request.POST or None)
    context: dict[str, Any] = {"citizen": citizen, "form": form}
    if request.method == "GET":
        return render(request, "procurement/pool_show.html", context)
    if not form.is_valid():
        return render(request, "procurement/pool_show.html", context, status=422)
    context |= _opened(citizen, user, form.cleaned_data["reason"])
    return render(request, "procurement/pool_show.html", context)


@require_http_methods(["POST"])
@role_required(*ROLES)
def pool_consent(request: HttpRequest, code: str) -> HttpResponse:
    """Record what he agreed to on paper, or took back (`withdraw`)."""
    user = reader(request)
    citizen = _kept(user, code)
    form = forms.ConsentForm(request.POST)
    if not form.is_valid():
        raise Http404
    try:
        act = withdraw_consent if "withdraw" in request.POST else record_consent
        act(citizen, by=user, **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal.sentence))
    else:
        messages.success(request, _("Kept."))
    return redirect(f"{reverse('pool_citizen', args=[code])}#consents")


def _citizen(user: User, code: str) -> Citizen:
    found = citizens_read_by(user).select_related("person__unit", "decided_by", "account").filter(code=code).first()
    if found is None:
        raise Http404
    return found


def _kept(user: User, code: str) -> Citizen:
    """A citizen whose data the user keeps. Raises RoleNeeded (403) for who only reads it, Http404 for the rest."""
    found = citizens_kept_by(user).filter(code=code).first()
    if found is None:
        _citizen(user, code)
        raise RoleNeeded(Role.PROCUREMENT)
    return found


@sensitive_variables()
def _opened(citizen: Citizen, user: User, reason: str) -> dict[str, Any]:
    try:
        private = show_private(citizen, by=user, reason=reason)
    except SealingError:
        return {"broken": True}
    rows = [(word, private[name]) for name, word in _SEALED_WORDS.items() if private.get(name)]
    return {"rows": rows, "relatives": private.get("relatives", []), "shown": True}


def _context(citizen: Citizen, user: User) -> dict[str, Any]:
    today = timezone.localdate()
    keeps = citizens_kept_by(user).filter(pk=citizen.pk).exists()
    waiting = citizen.status == STATUS.APPLIED
    against = lacks(citizen, today) if waiting else []
    seats = Seat.objects.filter(person=citizen.pk).select_related("case", "committee__kind", "committee__purchase")
    consents = list(citizen.consents.select_related("recorded_by"))
    given = {row.purpose for row in consents if row.withdrawn_at is None}
    return {
        "citizen": citizen,
        "person": citizen.person,
        "today": today,
        "keeps": keeps,
        "acts": [act for act in _ACTS if citizen.status in act.states] if keeps else [],
        "against": against,
        "drawable": eligible(citizen.person.unit_id, today).filter(pk=citizen.pk).exists(),
        "seats": list(seats.order_by("-case")),
        "open_to_me": set(seats_visible_to(user).filter(seat__person=citizen.pk).values_list("public_id", flat=True)),
        "consents": consents,
        "askable": [
            (purpose.value, purpose.label, WORDINGS[purpose])
            for purpose in Consent.Purpose
            if purpose not in given and citizen.status in _PRESENT
        ]
        if keeps
        else [],
        "trainings": citizen.trainings.all(),
        "log": done_with(citizen) if keeps else [],
        "erased": not citizen.wrapped_key and citizen.status in (STATUS.LEFT, STATUS.REFUSED),
        "paper_link": reverse("pool_link", args=[citizen.code]) if keeps and citizen.status == STATUS.ADMITTED else "",
    }


def _act_page(
    request: HttpRequest,
    citizen: Citizen,
    act: Act,
    form: Any,
    *,
    status: int = 200,
    conflict: str = "",
    wrong: str = "",
) -> HttpResponse:
    context = {
        "citizen": citizen,
        "person": citizen.person,
        "act": act,
        "form": form,
        "conflict": conflict,
        "wrong": wrong,
        "offered": citizen.status in act.states,
        "seen": state_of(citizen) if act.name == "correct" else "",
        "live": live_seats(citizen) if act.name in ("leave", "erase") else 0,
    }
    return render(request, "procurement/pool_act.html", context, status=status)
