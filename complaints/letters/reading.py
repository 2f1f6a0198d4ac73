"""What pages show of letters: those of a case, and the register of a unit."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints.lists import Reader
from complaints.models import ComplaintCase, Letter
from complaints.queries import complaints_visible_to
from organisations.models import Unit, User
from workflows.graph import Text
from workflows.keys import is_erased
from workflows.models import Conflict

from .addressing import may_see_addressee, may_see_scan

_STEPS = {
    Letter.Status.DRAFT: ("register_letter", "draft_letter", "cancel_letter"),
    Letter.Status.REGISTERED: ("despatch_letter", "attach_signed", "cancel_letter"),
    Letter.Status.SIGNED: ("despatch_letter", "cancel_letter"),
    Letter.Status.DESPATCHED: ("attach_signed",),
    Letter.Status.CANCELLED: (),
}
_WORDS: dict[str, Text] = {
    "register_letter": gettext_lazy("Register the number"),
    "draft_letter": gettext_lazy("Draft anew"),
    "despatch_letter": gettext_lazy("Despatch"),
    "attach_signed": gettext_lazy("Attach the signed letter"),
    "cancel_letter": gettext_lazy("Cancel it"),
}


@dataclass(frozen=True)
class Link:
    """A step that may come next: its edge, its word, and the query that tells its form which letter is meant."""

    edge: str
    word: Text
    query: str


@dataclass(frozen=True)
class LetterRow:
    """A letter on the page of its case. to: as the reader may see it; steps: the edges that come next, for who may take
    them; scan: whether there is a signed sheet that he may open."""

    letter: Letter
    subject: str
    to: str
    steps: tuple[Link, ...]
    scan: bool


def letters_of(case: ComplaintCase, user: User, edges: Collection[str]) -> list[LetterRow]:
    """The letters of a case, the newest first, for who may read its texts. edges: what he may do with the case now."""
    letters = case.letters.select_related("unit", "signed", "referral__agency", "request__case__unit").order_by("-pk")
    return [_row(letter, case, user, edges) for letter in letters]


def _row(letter: Letter, case: ComplaintCase, user: User, edges: Collection[str]) -> LetterRow:
    next_ones = [edge for edge in _STEPS[letter.status] if edge in edges]
    if letter.signed_id:
        next_ones = [edge for edge in next_ones if edge != "attach_signed"]
    steps = [Link(edge, _WORDS[edge], _query(letter, edge)) for edge in next_ones]
    named = not is_erased(case) and may_see_addressee(user, letter, case)
    to = letter.read_addressee(case).partition("\n")[0] if named else ""
    subject, scan = letter.read_head(case).subject, may_see_scan(user, letter, case)
    return LetterRow(letter, subject, to or sort_of_addressee(letter), tuple(steps), scan)


def _query(letter: Letter, edge: str) -> str:
    return f"carries={letter.carries}" if edge == "draft_letter" else f"letter={letter.pk}"


def sort_of_addressee(letter: Letter) -> str:
    """To whom a letter goes, where a person is not named: the complainant, or which agency or unit."""
    if letter.referral is not None:
        return str(letter.referral.agency)
    return str(letter.request.case.unit) if letter.request is not None else _("the complainant")


@dataclass(frozen=True)
class Registered:
    """A line of the register of a unit. to, subject: empty where the reader may not know; case: where it is his."""

    letter: Letter
    to: str
    subject: str
    case: ComplaintCase | None


def register_for(user: User, unit: Unit, year: int) -> QuerySet[Letter]:
    """The letters with a number of a unit and calendar year (Buddhist Era), the newest first.

    A letter of a case that has gone to another unit stays in the register. One of a case with which `user` has a
    conflict, or of a protected case that is not his to see, is not there for him.
    """
    conflicts = Conflict.objects.filter(user=user, case=OuterRef("case"))
    visible = complaints_visible_to(user).filter(pk=OuterRef("case"))
    letters = Letter.objects.filter(unit=unit, year=year).exclude(Exists(conflicts))
    return letters.filter(Q(case__protected=False) | Exists(visible)).order_by("-registered_on", "-pk")


def registered(user: User, letters: QuerySet[Letter] | Sequence[Letter]) -> list[Registered]:
    """The lines of these letters, of `register_for`. Never whom the complainant is, and of a protected case neither
    subject nor addressee. Three queries more, whatever their number."""
    rows = list(letters)
    visible = complaints_visible_to(user).filter(pk__in={letter.case_id for letter in rows})
    cases = visible.in_bulk()
    readable = set(Reader(user).readable(visible.filter(protected=False)).values_list("pk", flat=True))
    return [_line(letter, cases.get(letter.case_id), told=letter.case_id in readable) for letter in rows]


def _line(letter: Letter, case: ComplaintCase | None, *, told: bool) -> Registered:
    if case is None or not told:
        return Registered(letter, "", "", case)
    return Registered(letter, sort_of_addressee(letter), letter.read_head(case).subject, case)
