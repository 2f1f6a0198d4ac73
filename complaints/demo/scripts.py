"""How a story is told, by the state in which it stands today."""

from collections.abc import Callable

from . import roads
from .story import Teller


def reopened(target: str, order: int) -> bool:
    """Whether a story that is under investigation is so for the second time."""
    return target == "investigating" and order % 7 == 0


def discontinued(target: str, order: int) -> bool:
    """Whether a closed story ended early."""
    return target == "closed" and order % 29 == 0


# --- One script for each state a complaint may be in today ------------------------------------------------------
def _received(t: Teller, order: int) -> None:
    t.come_in(acknowledged=order % 3 != 0)


def _screening(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 7 == 0 and t.begin.front == t.begin.desk and not t.base.protected:
        t.then("complainant_message", t.voice(), (0.3, 1.0), text=t.pick("complainant_messages"))


def _awaiting(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 3 == 0 and not t.base.replies:
        t.accept()
        t.assign()
    t.ask()


def _accepted(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if order % 5 == 0:
        t.ask()
        t.answered()
    t.accept()


def _investigating(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if reopened("investigating", order):
        t.steady = True
        _to_reply(t, "unfounded")
        t.ask_review()
        t.reopen()
        return
    t.accept()
    t.assign()
    if t.base.protected:
        roads.name_and_hear(t)
    t.look_into()


def _review(t: Teller, order: int) -> None:  # noqa: ARG001 - every script has the same shape
    t.come_in()
    t.screen()
    t.accept()
    t.assign()
    t.look_into()
    t.find(_outcome(t))


def _acting(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    _to_decision(t, "founded" if order % 4 else "partly")
    t.carry_out(("", "measure_done", "draft_reply", "approve_reply")[order % 4])


def _replied(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    _to_reply(t, "")
    if order % 6 == 0 and t.begin.desk.reviewer:
        t.ask_review((0.5, 2.0))
        t.refuse_review()
    else:
        t.rate(0.3)


def _closed(t: Teller, order: int) -> None:
    if discontinued("closed", order):
        roads.discontinued(t)
        return
    t.come_in()
    t.screen()
    _to_reply(t, "")
    if order % 12 == 0 and t.begin.desk.reviewer:
        t.ask_review()
        t.refuse_review()
    t.rate(0.45)
    t.close()


def _declined(t: Teller, order: int) -> None:
    t.come_in()
    t.screen()
    if t.base.question:
        t.ask()
    t.decline()
    if order % 5 == 0 and t.begin.desk.reviewer and not t.base.protected:
        t.ask_review()
        t.refuse_review()


def _review_requested(t: Teller, order: int) -> None:  # noqa: ARG001
    t.come_in()
    t.screen()
    _to_reply(t, "unfounded")
    t.ask_review()


def _withdrawn(t: Teller, order: int) -> None:
    t.come_in()
    if order % 4:
        t.screen()
    if order % 4 in (2, 3):
        t.accept()
        if order % 8 == 3 and not t.base.replies:
            t.assign()
    t.withdraw()


def _outcome(t: Teller) -> str:
    return t.rng.choices(("founded", "partly", "unfounded", "inconclusive"), (50, 14, 26, 10))[0]


def _to_decision(t: Teller, outcome: str) -> None:
    t.accept()
    t.assign()
    if t.base.protected and t.chance(0.5):
        roads.name_and_hear(t)
    t.look_into()
    t.find(outcome)
    t.decide(outcome)


def _to_reply(t: Teller, outcome: str) -> None:
    if t.base.replies:
        if t.chance(0.15) and t.begin.front == t.begin.desk:
            t.ask()
            t.answered()
        t.accept()
        t.answer_directly()
        return
    outcome = outcome or _outcome(t)
    _to_decision(t, outcome)
    if outcome in ("founded", "partly"):
        t.carry_out()


# How the story is told, and how many days ago (least, most) its last step lies.
SCRIPTS: dict[str, tuple[Callable[[Teller, int], None], int, int]] = {
    "received": (_received, 1, 5),
    "screening": (_screening, 1, 7),
    "awaiting_complainant": (_awaiting, 1, 9),
    "accepted": (_accepted, 1, 9),
    "investigating": (_investigating, 1, 22),
    "review": (_review, 1, 11),
    "acting": (_acting, 1, 20),
    "replied": (_replied, 1, 9),
    "closed": (_closed, 2, 330),
    "declined": (_declined, 2, 300),
    "review_requested": (_review_requested, 1, 8),
    "withdrawn": (_withdrawn, 3, 320),
    # No answer is late yet: 15 days for a unit, 30 for an agency.
    "awaiting_agency": (roads.awaiting_agency, 1, 4),
    "referred": (roads.referred, 1, 18),
    "suspended_case": (roads.suspended, 2, 50),
    "merged": (roads.merged, 1, 12),
}
