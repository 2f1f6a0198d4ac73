"""A selection of open complaints, read from the query string and written into one."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import Http404, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from complaints.models import ComplaintKind
from complaints.overview import AGE_BANDS, NOBODY, Selection, in_scope
from complaints.states import GRAPH, OPEN
from organisations.models import Unit, User

NAMES = ("under", "unit", "age", "due", "state", "holder", "kind")


def read_selection(values: QueryDict, user: User) -> Selection:
    """The selection of a query string.

    Raises Http404 for a value that means nothing, and for a unit that `user` does not oversee: the same answer, so
    that it betrays nothing.
    """
    wanted = {name: values[name] for name in NAMES if values.get(name)}
    allowed: Mapping[str, set[str]] = {
        "age": {band.code for band in AGE_BANDS},
        "due": {"late", "soon"},
        "state": set(OPEN),
    }
    if any(wanted.get(name) not in {None, *codes} for name, codes in allowed.items()):
        raise Http404
    kind, holder = wanted.get("kind", ""), wanted.get("holder", "")
    if kind not in {"", NOBODY} and not ComplaintKind.objects.filter(pk=kind).exists():
        raise Http404
    if holder not in {"", NOBODY} and not User.objects.filter(username=holder).exists():
        raise Http404
    return Selection(
        under=_unit(wanted.get("under", ""), user),
        unit=_unit(wanted.get("unit", ""), user),
        age=wanted.get("age", ""),
        due=wanted.get("due", ""),
        state=wanted.get("state", ""),
        holder=holder,
        kind=kind,
    )


def _unit(code: str, user: User) -> Unit | None:
    if not code:
        return None
    unit = in_scope(user, code)
    if unit is None:
        raise Http404
    return unit


def list_url(under: Unit | None = None, **values: str) -> str:
    """The address of the list of exactly the cases that these values of a selection mean."""
    wanted = {"under": under.code if under else "", **values}
    return f"{reverse('open_cases')}?{urlencode({name: value for name, value in wanted.items() if value})}"


def describe(selection: Selection) -> list[str]:
    """The selection in words, one for each thing that narrows it."""
    words = []
    if selection.under:
        words.append(_("%(unit)s and all below it") % {"unit": selection.under})
    if selection.unit:
        words.append(_("%(unit)s itself") % {"unit": selection.unit})
    if selection.due:
        words.append(_("overdue") if selection.due == "late" else _("due within 3 days"))
    if selection.age:
        words.append(_("%(days)s days old") % {"days": age_words(selection.age)})
    if selection.state:
        words.append(str(GRAPH.state(selection.state).label))
    if selection.holder:
        nobody = selection.holder == NOBODY
        words.append(_("in nobody's hands") if nobody else str(User.objects.get(username=selection.holder)))
    if selection.kind:
        undecided = selection.kind == NOBODY
        words.append(_("kind not decided yet") if undecided else ComplaintKind.objects.get(pk=selection.kind).name)
    return words


def age_words(code: str) -> str:
    """An age band as people write it: `8–15`, `61+`."""
    return code.replace("-", "–")
