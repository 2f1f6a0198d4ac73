"""Everything that writes questions. Each function locks the question first, and says by a refusal what it found."""

from contextlib import suppress
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models import Complaint, ComplaintCase, ComplaintKind, Question, QuestionEntry
from complaints.questions.notices import EVENT
from complaints.questions.texts import seal, thread
from complaints.receipts import KeptReceipt, Receipt, receipt_of, verify
from notifications.events import announce
from organisations.formats import write_moment
from organisations.models import Unit, User
from workflows import sealing
from workflows.actors import Actor
from workflows.refusals import Refused
from workflows.transitions import open_case, perform

State, Kind = Question.State, QuestionEntry.Kind


class Moved(Refused):
    """Somebody has written or acted since this person opened the question."""

    code = "overtaken"

    def __init__(self) -> None:
        super().__init__(_("This question has moved on since you opened it. Nothing you typed is lost."))


class Turned(Refused):
    """It is a complaint now."""

    code = "wrong_state"

    def __init__(self) -> None:
        super().__init__(_("This question has become a complaint. Go on there."))


class Erased(Refused):
    """Its texts were deleted for good."""

    code = "wrong_state"

    def __init__(self) -> None:
        super().__init__(_("What was said here has been deleted for good, for its time had ended. Ask a new question."))


@dataclass(frozen=True)
class Asked:
    """What the citizen gets for his question: the code, and the question unless it has become a complaint since."""

    receipt: Receipt
    question: Question | None


# --- The citizen ----------------------------------------------------------------------------------------------------
def ask(*, unit: Unit, text: str, secret: str) -> Asked:
    """A question comes in.

    secret: a random text of 256 bits that only the sender's page holds; the receipt is made of it, so that a form that
    is sent twice is one question and shows the same code, which is kept nowhere.
    """
    for number in range(100):
        receipt = receipt_of(secret, number)
        # One look decides both whether it is this form's and whether it is free: between two, it could come in.
        holder = _holder(receipt)
        if holder is None:
            break
        if verify(receipt.secret, holder.receipt_hmac):
            return _asked(receipt, holder)
    try:
        with transaction.atomic():
            question = Question.objects.create(
                unit=unit,
                asked_at=timezone.now(),
                waiting_since=timezone.localdate(),
                wrapped=sealing.new_data_key(),
                receipt_lookup=receipt.lookup,
                receipt_hmac=receipt.hmac,
                language=(get_language() or "th")[:2],
            )
            _add(question, Kind.ASKED, text=text)
            announce(EVENT, {"question": question.pk})
    except IntegrityError:
        # The same form at the same moment: the other one has asked it.
        holder = _holder(receipt)
        if holder is None or not verify(receipt.secret, holder.receipt_hmac):
            raise
        return _asked(receipt, holder)
    return Asked(receipt, question)


def _holder(receipt: Receipt) -> Question | Complaint | None:
    """What has the lookup part of a receipt: a question, or the complaint that it became."""
    question = Question.objects.select_related("unit").filter(receipt_lookup=receipt.lookup).first()
    return question or Complaint.objects.filter(receipt_lookup=receipt.lookup).first()


def _asked(receipt: Receipt, holder: Question | Complaint) -> Asked:
    return Asked(receipt, holder if isinstance(holder, Question) else None)


@transaction.atomic
def write_back(*, question: Question, text: str) -> Question:
    """The citizen writes once more: it waits for an answer again, also when it was closed. The same text sent twice is
    one. Raises Turned, Erased."""
    locked, last = _lock(question)
    if (last.kind, text) == (Kind.WROTE_BACK, thread(locked, [last])[0].text):
        return locked
    _add(locked, Kind.WROTE_BACK, text=text)
    if locked.state != State.WAITING:
        locked.state, locked.waiting_since = State.WAITING, timezone.localdate()
        locked.save(update_fields=["state", "waiting_since"])
    announce(EVENT, {"question": locked.pk})
    return locked


# --- The office -----------------------------------------------------------------------------------------------------
@transaction.atomic
def answer(*, question: Question, user: User, text: str, seen: int, close: bool = False) -> Question:
    """The office answers. seen: the last entry the person had before him; close: nothing more is expected.

    The same answer sent twice is one. Raises Moved, Turned, Erased.
    """
    locked, last = _lock(question)
    said = next((entry for entry in locked.entries.order_by("-pk")[:2] if entry.kind == Kind.ANSWERED), None)
    if said is not None and said.pk > seen and said.by_id == user.pk and thread(locked, [said])[0].text == text:
        return locked
    if last.pk != seen:
        raise Moved
    _add(locked, Kind.ANSWERED, by=user, text=text)
    if close:
        _add(locked, Kind.CLOSED, by=user)
    locked.state, locked.waiting_since = (State.CLOSED if close else State.ANSWERED), None
    locked.save(update_fields=["state", "waiting_since"])
    return locked


@transaction.atomic
def close(*, question: Question, user: User, seen: int) -> Question:
    """Nothing more is expected of a question that was answered. Raises Moved, Turned, Erased, and Refused while it
    waits."""
    locked, last = _lock(question)
    if locked.state == State.CLOSED:
        return locked
    if last.pk != seen:
        raise Moved
    if locked.state == State.WAITING:
        raise Refused(_("It still waits for an answer. Answer it, and close it with the answer."))
    _add(locked, Kind.CLOSED, by=user)
    locked.state = State.CLOSED
    locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def move(*, question: Question, user: User, unit: Unit, seen: int) -> Question:
    """Another unit answers; the citizen goes on waiting since the same day. Raises Moved, Turned, Erased."""
    locked, last = _lock(question)
    if locked.unit_id == unit.pk:
        return locked
    if last.pk != seen:
        raise Moved
    _add(locked, Kind.MOVED, by=user, unit=unit)
    locked.unit = unit
    locked.save(update_fields=["unit"])
    if locked.state == State.WAITING:
        announce(EVENT, {"question": locked.pk})
    return locked


def turn(*, question: Question, user: User, kind: ComplaintKind | None = None) -> ComplaintCase:
    """Make it a complaint, once, however often it is asked for: the same code then opens the complaint.

    All that was said becomes its statement, and the question's own texts can be read no more. The clocks run from the
    day since which the citizen waits, for his matter lay here as long. Raises Refused when `user` may not register,
    Erased.
    """
    with transaction.atomic():
        locked = _locked(question)
        if locked.case is not None:
            return locked.case
        if locked.is_erased:
            raise Erased
        # Held by a constraint as long as it is no case.
        assert locked.receipt_lookup is not None
        assert locked.receipt_hmac is not None
        case = open_case(
            "complaint",
            "register",
            Actor.person(user),
            unit=locked.unit,
            statement=_statement(locked),
            channel=Complaint.Channel.WEBSITE,
            kind=kind,
            receipt=KeptReceipt(locked.receipt_lookup, bytes(locked.receipt_hmac)),
            received_on=locked.waiting_since,
            language=locked.language,
        )
        assert isinstance(case, ComplaintCase)
        _add(locked, Kind.TURNED, by=user)
        locked.state, locked.waiting_since, locked.case = State.TURNED, None, case
        locked.wrapped, locked.receipt_lookup, locked.receipt_hmac = "", None, None
        locked.save()
        # He has had the code since he asked. In the protected register that is for those who see the case to say.
        with suppress(Refused):
            perform(case, "acknowledge", Actor.person(user))
    return case


def _statement(question: Question) -> str:
    """The thread as one text; what was said first stands first, so that its first line is what lists show."""
    said = [line for line in thread(question, question.entries.all()) if line.text]
    if len(said) == 1:
        return said[0].text
    words = {Kind.ASKED: "", Kind.WROTE_BACK: _("The citizen wrote"), Kind.ANSWERED: _("The office answered")}
    return "\n\n".join(
        f"{words[Kind(line.entry.kind)]} ({write_moment(line.entry.at)}):\n{line.text}"
        if words[Kind(line.entry.kind)]
        else line.text
        for line in said
    )


# --- Shared ---------------------------------------------------------------------------------------------------------
def _locked(question: Question) -> Question:
    # Nothing is joined: what is joined to a row that was waited for is as it was before the wait.
    return Question.objects.select_for_update().get(pk=question.pk)


def _lock(question: Question) -> tuple[Question, QuestionEntry]:
    """The question as it is now, and its last entry. Raises Turned, Erased."""
    locked = _locked(question)
    if locked.state == State.TURNED:
        raise Turned
    if locked.is_erased:
        raise Erased
    last = locked.entries.last()
    assert last is not None  # it begins with one
    return locked, last


def _add(
    question: Question, kind: QuestionEntry.Kind, *, by: User | None = None, unit: Unit | None = None, text: str = ""
) -> None:
    sealed = seal(question, text) if text else None
    QuestionEntry.objects.create(question=question, kind=kind, by=by, unit=unit, sealed=sealed, at=timezone.now())
