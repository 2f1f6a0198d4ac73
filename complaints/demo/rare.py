"""The roads that few cases go: on paper, from unit to unit, in parts, by order, from hand to hand, by letter.

`RARE` says which story goes which, so that each is there on every day, mostly where the sign-ins of the demo look.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from organisations.demo.people import AWAY, LEAVING, LEFT, STANDS_IN

from . import roads
from .cast import FULL_STAFF, LATELY, cast_of
from .letters import letter
from .story import TIMER, WINDOW_AND_HOLIDAYS, Beginning, NobodyNew, Teller

_PROVINCE, _CENTRE = "NAN", "MOI-AC"


@dataclass(frozen=True)
class Rare:
    """A story that goes such a road. file: of its texts. fits: of which beginnings it can be told. least, most: how
    many days ago its last step lies."""

    tell: Callable[[Teller], None]
    file: str
    fits: Callable[[Beginning], bool]
    least: int
    most: int


# --- Of which beginnings ----------------------------------------------------------------------------------------
def _of_the_province(begin: Beginning) -> bool:
    return not begin.base.protected and begin.front == begin.desk and begin.desk.unit == _PROVINCE


def _named_there(begin: Beginning) -> bool:
    """Of the province, by somebody who can be written to."""
    return _of_the_province(begin) and begin.facts["identity"] is not None


def _of_a_district(begin: Beginning) -> bool:
    return not begin.base.protected and begin.front == begin.desk and begin.desk.unit in FULL_STAFF


def _of_a_centre(begin: Beginning) -> bool:
    return begin.base.protected and not begin.reclassified


def _of_the_provinces_centre(begin: Beginning) -> bool:
    return _of_a_centre(begin) and begin.online and begin.desk.unit == _CENTRE


# --- By the door of the staff -----------------------------------------------------------------------------------
def _by_the_hotline(t: Teller) -> None:
    """The hotline of the staff to the executive asks for no place."""
    t.begin = replace(t.begin, facts={**t.begin.facts, "channel": "staff_line", "district": "", "province": ""})
    t.come_in()
    t.screen()


# --- From unit to unit ------------------------------------------------------------------------------------------
def _transfer(t: Teller, unit: str, reasons: str) -> None:
    """Another unit has it, and screens it."""
    t.then("transfer", t.begin.desk.head, (0.3, 1.5), unit=unit, reasons=t.pick(reasons))
    cast = cast_of(unit, LATELY)
    t.begin = replace(t.begin, front=cast, desk=cast)
    t.holder = t.rng.choice(cast.screeners)


def _transferred(t: Teller) -> None:
    t.come_in()
    t.screen()
    t.accept()
    _transfer(t, next(unit for unit in FULL_STAFF if unit != t.begin.desk.unit), "transfer_reasons")


def _transferred_and_accepted(t: Teller) -> None:
    _transferred(t)
    t.accept()


def _transferred_and_closed(t: Teller) -> None:
    _transferred_and_accepted(t)
    t.assign()
    _to_the_end(t, "founded")
    t.close()


def _bounced(t: Teller) -> None:
    """The second unit sends it back; it goes to the unit above both, which decides."""
    first = t.begin.desk.unit
    _transferred_and_accepted(t)
    _transfer(t, first, "bounce_reasons")
    # Of the units above, the province reaches all others.
    province = cast_of(_PROVINCE, LATELY)
    t.begin = replace(t.begin, front=province, desk=province)
    t.holder = province.screeners[0]


def _bounced_and_settled(t: Teller) -> None:
    _bounced(t)
    t.accept()
    t.assign()
    t.progress((1.0, 3.0))


# --- In parts ---------------------------------------------------------------------------------------------------
def _split(t: Teller) -> None:
    """Two matters in one: each gets a case of its own; the first is answered, the second still screened."""
    first, second = t.words.by_name["split_texts"]
    parts = [{"text": first, "kind": "street_light"}, {"text": second, "kind": None}]
    t.then("split", t.holder, (0.1, 0.5), parts=parts)
    desk = t.begin.desk
    t.then("part.accept", desk.screeners[0], (0.1, 0.5), kind="street_light", unit=desk.unit)
    t.then("part.answer_directly", desk.officers[0], (0.3, 1.0), reply=t.words.text("split_reply"))


def _accepted_and_split(t: Teller) -> None:
    t.come_in()
    t.screen()
    t.then(
        "split", t.holder, (0.1, 0.5), parts=[{"text": text, "kind": None} for text in t.words.by_name["split_texts"]]
    )
    t.accept()


def _investigated_and_split(t: Teller) -> None:
    roads.to_investigation(t)
    t.progress((1.0, 3.0))
    _split(t)


# --- On paper, and to the end -----------------------------------------------------------------------------------
def _to_the_end(t: Teller, outcome: str, *, on_paper: bool = False) -> None:
    t.look_into()
    t.find(outcome)
    t.decide(outcome, on_paper=on_paper)
    if outcome == "founded":
        t.carry_out()


def _decided_on_paper(t: Teller) -> None:
    roads.to_investigation(t)
    t.look_into()
    t.find("founded")
    t.decide("founded", on_paper=True)


def _refused_on_paper(t: Teller) -> None:
    roads.to_investigation(t)
    _to_the_end(t, "unfounded", on_paper=True)
    letter(t, "reply", upto="registered")


def _closed_on_paper(t: Teller) -> None:
    roads.to_investigation(t)
    _to_the_end(t, "founded", on_paper=True)
    t.close()


# --- Who is complained about ------------------------------------------------------------------------------------
def _inquire(t: Teller) -> None:
    """An order appoints a committee of three; the officer in charge is its secretary."""
    t.steady = True
    roads.to_investigation(t)
    others = [name for name in t.begin.desk.officers if name != t.holder][:2]
    if len(others) < 2:
        raise NobodyNew
    seats = [(others[0], "chair"), (others[1], "member"), (t.holder, "secretary")]
    t.then(
        "appoint_committee", t.begin.desk.head, (0.5, 2.0), order_number=t.rng.randint(11, 480), ordered_on=True,
        members=seats, scan="คำสั่งแต่งตั้งคณะกรรมการ",
    )  # fmt: skip
    roads.name_and_hear(t)


def _inquired(t: Teller) -> None:
    _inquire(t)
    t.look_into()


def _inquired_and_acting(t: Teller) -> None:
    _inquire(t)
    t.look_into()
    t.find("founded")
    t.decide("founded")


def _inquired_and_closed(t: Teller) -> None:
    _inquire(t)
    _to_the_end(t, "founded")
    t.close()


def _bound(t: Teller) -> None:
    """The anti-corruption commission has it, and finds; that binds."""
    t.steady = True
    roads.to_investigation(t)
    roads.name_and_hear(t)
    approver = t.begin.desk.approver
    t.then("refer", approver, (1.0, 4.0), agency="nacc", reasons=t.pick("referral_reasons"))
    t.then(
        "binding_finding", approver, (12.0, 22.0), reasons=t.base.finding, evidence=t.pick("binding_evidence"),
        measures=t.measures(), scan="หนังสือแจ้งมติ",
    )  # fmt: skip


def _punished(t: Teller) -> None:
    _bound(t)
    t.then(
        "record_penalty", t.holder, (4.0, 12.0), respondent=True, kind="reprimand", text=t.pick("penalty_texts"),
        order_number=t.rng.randint(11, 480), ordered_on=True, scan="คำสั่งลงโทษ",
    )  # fmt: skip


def _copied(t: Teller) -> None:
    _punished(t)
    t.then("copy_penalty", t.holder, (1.0, 6.0), penalty=True, evidence=t.pick("copy_evidence"))
    t.carry_out()


def _copied_and_closed(t: Teller) -> None:
    _copied(t)
    t.close()


# --- From hand to hand ------------------------------------------------------------------------------------------
def _given_to(t: Teller, name: str) -> None:
    t.come_in()
    t.screen()
    t.accept()
    t.then("assign", t.begin.desk.head, (0.2, 1.5), to=name)
    t.holder = name
    t.progress((2.0, 5.0))


def _hand_over(t: Teller, by: str, to: str, reasons: str) -> None:
    t.then("hand_over", by, (0.5, 1.5), to=to, reasons=t.pick(reasons))
    t.holder = to


def _handed_to_the_deputy(t: Teller) -> None:
    _given_to(t, AWAY)
    _hand_over(t, AWAY, STANDS_IN, "leave_reasons")


def _of_who_leaves(t: Teller) -> None:
    _given_to(t, LEAVING)


def _handed_over_by_the_head(t: Teller) -> None:
    _given_to(t, LEAVING)
    _hand_over(t, t.begin.desk.head, t.begin.desk.officers[0], "leaving_reasons")


def _of_who_left(t: Teller) -> None:
    """He left while he had it: `afterwards` puts it back."""
    _given_to(t, LEFT)


# --- Units that are asked ---------------------------------------------------------------------------------------
def _ask(t: Teller, *units: str) -> None:
    roads.to_investigation(t)
    t.then("ask_agencies", t.holder, (0.5, 2.0), units=list(units), text=t.pick("agency_questions"))


def _answered(t: Teller, unit: str, by: str = "") -> None:
    by = by or cast_of(unit, LATELY).officers[0]
    t.then("request.answer", by, (1.0, 3.0), asked=unit, text=t.pick("agency_answers"))


def _reminded(t: Teller) -> None:
    slow, quick = FULL_STAFF[:2]
    _ask(t, slow, quick)
    _answered(t, quick)
    t.then("request.take", cast_of(slow, LATELY).officers[0], (0.5, 2.0), asked=slow)
    t.then("request.remind", t.holder, (3.0, 5.0), asked=slow, text=t.pick("request_reminders"))


def _passed_on(t: Teller) -> None:
    first, second = FULL_STAFF[1:3]
    _ask(t, first)
    head = cast_of(first, LATELY).head
    t.then("request.pass_on", head, (1.0, 3.0), asked=first, unit=second, reasons=t.pick("pass_on_reasons"))


def _answered_late(t: Teller) -> None:
    """One answers when its time has passed, one was given more time and is still asked."""
    late, longer = FULL_STAFF[2:4]
    _ask(t, late, longer)
    t.then(
        "request.give_time", t.holder, (2.0, 4.0), asked=longer, clock="agency_answer", days=25,
        reasons=t.pick("request_more_time"),
    )  # fmt: skip
    t.then("request.time_out", TIMER, (WINDOW_AND_HOLIDAYS, WINDOW_AND_HOLIDAYS), asked=late)
    officer = cast_of(late, LATELY).officers[0]
    t.then("request.answer_late", officer, (1.0, 3.0), asked=late, text=t.pick("agency_answers"))


def _asked_of_the_province(t: Teller) -> None:
    """The province is asked by a district, in a letter too; its head has given it to an officer."""
    _ask(t, _PROVINCE, next(unit for unit in FULL_STAFF if unit != t.begin.desk.unit))
    province = cast_of(_PROVINCE, LATELY)
    letter(t, "request")
    t.then("request.give", province.head, (0.2, 0.8), asked=_PROVINCE, to=province.officers[0])


def _answers_in(t: Teller) -> None:
    """One answered by letter, which is recorded here; the other one is asked no longer."""
    paper, needless = FULL_STAFF[3:5]
    _ask(t, paper, needless)
    _answered(t, paper, by=t.holder)
    t.then("request.cancel", t.holder, (0.2, 1.0), asked=needless, reasons=t.pick("request_cancels"))
    t.progress((1.0, 3.0))


# --- By letter --------------------------------------------------------------------------------------------------
def _letter_drafted(t: Teller) -> None:
    roads.to_investigation(t)
    t.progress((2.0, 5.0))
    letter(t, "message", upto="drafted")


def _letter_of_a_referral(t: Teller) -> None:
    roads.to_investigation(t)
    t.then("refer", t.begin.desk.approver, (2.0, 6.0), agency="oag", reasons=t.pick("referral_reasons"))
    letter(t, "referral")


def _letter_signed(t: Teller) -> None:
    """Signed for the head by who stands in for her; it has not gone out."""
    roads.to_investigation(t)
    _to_the_end(t, "founded")
    letter(t, "reply", upto="signed", signatory="deputy")


def _letter_of_a_district(t: Teller) -> None:
    roads.to_investigation(t)
    _to_the_end(t, "founded")
    letter(t, "reply")


def _letter_and_closed(t: Teller) -> None:
    _letter_of_a_district(t)
    t.close()


# By state and place among the stories of that state.
RARE: dict[tuple[str, int], Rare] = {
    ("screening", 2): Rare(_bounced, "general_long", _of_a_district, 1, 2),
    ("screening", 3): Rare(_by_the_hotline, "internal", _of_the_provinces_centre, 1, 2),
    ("accepted", 2): Rare(_transferred_and_accepted, "service", _of_a_district, 1, 6),
    ("accepted", 3): Rare(_accepted_and_split, "general_long", _of_the_province, 1, 3),
    ("investigating", 2): Rare(_inquired, "procurement", _of_the_province, 1, 10),
    ("investigating", 3): Rare(_inquired, "corruption", _of_a_centre, 1, 10),
    ("investigating", 4): Rare(_bounced_and_settled, "general_long", _of_a_district, 1, 8),
    ("investigating", 5): Rare(_handed_to_the_deputy, "service", _of_the_province, 3, 3),
    ("investigating", 6): Rare(_of_who_leaves, "general_long", _of_the_province, 2, 9),
    ("investigating", 7): Rare(_handed_over_by_the_head, "service", _of_the_province, 1, 6),
    ("investigating", 9): Rare(_of_who_left, "general_long", _of_the_province, 16, 22),
    ("investigating", 10): Rare(_of_who_left, "service", _of_the_province, 16, 22),
    ("investigating", 11): Rare(_investigated_and_split, "general_long", _of_the_province, 1, 2),
    ("investigating", 12): Rare(_answers_in, "service", _of_the_province, 1, 8),
    ("investigating", 13): Rare(_letter_drafted, "general_long", _named_there, 1, 4),
    ("acting", 2): Rare(_punished, "procurement", _of_the_province, 1, 5),
    ("acting", 3): Rare(_bound, "corruption", _of_a_centre, 1, 10),
    ("acting", 5): Rare(_decided_on_paper, "service", _of_the_province, 1, 10),
    ("acting", 6): Rare(_inquired_and_acting, "procurement", _of_the_province, 1, 12),
    ("replied", 2): Rare(_refused_on_paper, "service", _named_there, 1, 5),
    ("replied", 3): Rare(_copied, "corruption", _of_a_centre, 1, 8),
    ("replied", 4): Rare(_letter_of_a_district, "general_long", _of_a_district, 1, 7),
    ("replied", 5): Rare(_letter_signed, "service", _named_there, 1, 4),
    ("closed", 2): Rare(_closed_on_paper, "service", _of_the_province, 3, 90),
    ("closed", 3): Rare(_inquired_and_closed, "corruption", _of_a_centre, 3, 90),
    ("closed", 4): Rare(_transferred_and_closed, "general_long", _of_a_district, 3, 90),
    ("closed", 5): Rare(_copied_and_closed, "procurement", _of_the_province, 3, 60),
    ("closed", 7): Rare(_letter_and_closed, "general_long", _named_there, 3, 60),
    ("awaiting_agency", 1): Rare(_reminded, "general_long", _of_the_province, 1, 2),
    ("awaiting_agency", 2): Rare(_passed_on, "service", _of_the_province, 1, 4),
    ("awaiting_agency", 3): Rare(_answered_late, "general_long", _of_the_province, 1, 3),
    ("awaiting_agency", 4): Rare(_asked_of_the_province, "service", _of_a_district, 1, 3),
    ("referred", 2): Rare(_letter_of_a_referral, "procurement", _named_there, 1, 12),
}
