"""The case page: which case it is, what is next, what one may do, what has happened."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from complaints.identity import read_identity
from complaints.letters.reading import letters_of
from complaints.models import ComplaintCase, Measure, Penalty, Respondent
from complaints.respondents import committees_of, on_record
from complaints.rules import is_custodian, may_read_text, may_see_contact
from complaints.wholes import has_receipt
from organisations.calendar import current_calendar
from organisations.formats import digits
from organisations.models import User
from workflows.casepages.access import reader
from workflows.casepages.chart import chart_of
from workflows.casepages.clocks import clock_rows
from workflows.casepages.panel import people_of
from workflows.keys import is_erased
from workflows.models import Clock, LedgerEntry
from workflows.timekeeping import as_pauses

from .access import case_for
from .elsewhere import referral_of, related_of, requests_of
from .panel import ADDRESSES, actions_of, groups_of, next_step
from .timeline import TIMELINE

_OF_RESPONDENTS = frozenset({"penalty_decision", "penalty_copy"})


@require_GET
@login_required
def case_page(request: HttpRequest, public_id: str) -> HttpResponse:
    """One case. `show` filters the timeline, `contact` opens the complainant's contact for who may see it."""
    case, user = case_for(request, public_id), reader(request)
    show = request.GET.get("show", "all")
    readable = may_read_text(user, case)
    # The scan of a letter names whom it goes to: it stands with its letter.
    attachments = list(case.attachments.filter(letter=None).exclude(storage_name=""))
    clocks = list(case.clocks.select_related("rule"))
    pauses = as_pauses(case.pauses.all())
    actions = actions_of(case, user)
    groups = groups_of(case, user, actions)
    entries = TIMELINE.entries(
        case, readable=readable, attachments=attachments, confidential_too=is_custodian(user, case)
    )
    takes = {action.edge for action in actions if not action.reason}
    context: dict[str, Any] = {
        "case": case,
        **heading(case, readable=readable),
        "next": next_step(case, groups, [clock for clock in clocks if clock.stopped_on is None]),
        "actions": actions,
        "groups": groups,
        "readable": readable,
        "erased": not case.is_open and is_erased(case),
        "statement": case.complaint.read(case) if readable else "",
        "identity": identity_of(case, user, wanted="contact" in request.GET),
        "files": [TIMELINE.file_row(case, attachment) for attachment in attachments] if readable else [],
        "hidden_files": 0 if readable else len(attachments),
        "requests": requests_of(case, user, readable=readable, timeline=TIMELINE),
        "referral": referral_of(case, readable=readable),
        "respondents": on_record(case, user),
        "committees": committees_of(case),
        "related": related_of(case, user),
        "letters": letters_of(case, user, takes) if readable else [],
        "letter_url": ADDRESSES.of_take(case, "draft_letter") if "draft_letter" in takes else "",
        "tabs": TIMELINE.tab_rows(show),
        "entries": TIMELINE.shown(entries, show),
        "clocks": clock_rows(
            clocks,
            pauses,
            current_calendar(),
            about=_about(case, clocks),
            pause_word=_pause_word(case) if pauses else "",
        ),
        "people": people_of(case),
        "chart": chart_of(case),
    }
    return render(request, "officer/case.html", context)


def heading(case: ComplaintCase, *, readable: bool) -> dict[str, Any]:
    """What the identity bar shows; the subject is the first line of the text and hidden with it."""
    kind, about = case.complaint.kind, case.complaint.about_unit
    title = _("Protected case") if case.protected else readable and case.subject
    return {
        "title": title or _("Not screened yet"),
        "facts": [
            (_("Kind"), kind.name if kind else _("not decided yet")),
            (_("Unit"), case.unit),
            *([(_("Unit it is about"), about)] if about is not None and about != case.unit else []),
            (_("In whose hands"), case.holder or _("not assigned yet")),
        ],
    }


def identity_of(case: ComplaintCase, user: User, *, wanted: bool) -> dict[str, Any]:
    """What the panel says of the complainant. The contact is opened only when asked for and allowed."""
    if case.complaint.anonymous:
        reachable = case.complaint.receipt_lookup or has_receipt(case)
        return {"how": "anonymous" if reachable else "unreachable"}
    if case.protected:
        return {"how": "sealed"}
    if not may_see_contact(user, case):
        return {"how": "hidden"}
    return {"how": "open", "contact": read_identity(case.complaint)} if wanted else {"how": "offered"}


def _about(case: ComplaintCase, clocks: list[Clock]) -> dict[str, str]:
    """What clocks are about of which a case has several: the texts of measures, the number of a respondent."""
    measures = {clock.about for clock in clocks if clock.code == "measure"}
    rows = Measure.objects.filter(case=case.pk, pk__in=measures) if measures else ()
    about = {f"measure:{row.pk}": row.read(case) for row in rows}
    if any(clock.code in _OF_RESPONDENTS for clock in clocks):
        people = list(Respondent.objects.filter(case=case.pk).order_by("pk").values_list("pk", flat=True))
        words = {pk: _("respondent %(n)s") % {"n": digits(n)} for n, pk in enumerate(people, start=1)}
        about |= {f"penalty_decision:{pk}": word for pk, word in words.items()}
        penalties = Penalty.objects.filter(respondent__case=case.pk).values_list("pk", "respondent")
        about |= {f"penalty_copy:{pk}": words[respondent] for pk, respondent in penalties}
    return about


def _pause_word(case: ComplaintCase) -> str:
    """Why the clocks of this case stood still, where it was for one reason alone."""
    verbs = ("ask_complainant", "suspend")
    why = set(LedgerEntry.objects.filter(case=case.pk, verb__in=verbs).values_list("verb", flat=True))
    if why == {"ask_complainant"}:
        return _("Paused, the complainant was asked")
    if why == {"suspend"}:
        return _("Paused, the matter is before a court or another body")
    return _("Paused")
