"""The roads beside the plain one: other units and agencies, respondents, cases that rest, are merged or end early."""

from .cast import FULL_STAFF, LATELY, cast_of
from .story import Teller


def to_investigation(t: Teller) -> None:
    """Screened, accepted and in the hands of an investigator."""
    t.come_in()
    t.screen()
    t.accept()
    t.assign()


def awaiting_agency(t: Teller, order: int) -> None:
    """Two units are asked; every other time one has answered."""
    to_investigation(t)
    asked = [code for code in FULL_STAFF if code != t.begin.desk.unit][order % 3 :][:2]
    t.then("ask_agencies", t.holder, (1.0, 4.0), units=asked, text=t.pick("agency_questions"))
    if order % 2:
        officer = cast_of(asked[0], LATELY).officers[0]
        t.then("request.answer", officer, (0.5, 2.0), text=t.pick("agency_answers"))


def referred(t: Teller, order: int) -> None:
    """Another agency has it; now and then it was written to once more."""
    to_investigation(t)
    agency = ("nacc" if order % 2 else "pacc") if t.base.protected else ("oag", "ombudsman")[order % 2]
    t.then("refer", t.begin.desk.approver, (2.0, 6.0), agency=agency, reasons=t.pick("referral_reasons"))
    if order % 3 == 0:
        t.then("remind_agency", t.holder, (8.0, 12.0), text=t.pick("referral_reminders"))


def suspended(t: Teller, order: int) -> None:  # noqa: ARG001 - every script has the same shape
    """A court has the matter."""
    to_investigation(t)
    t.then("suspend", t.begin.desk.approver, (3.0, 8.0), body="ศาลปกครองเชียงใหม่", reasons=t.pick("suspension_reasons"))


def merged(t: Teller, order: int) -> None:  # noqa: ARG001
    """The same matter as another one of the same unit."""
    t.come_in()
    t.screen()
    t.then("merge", t.holder, (0.2, 1.5), into=True, reasons=t.pick("merge_reasons"))


def discontinued(t: Teller) -> None:
    """It ends before anything could be found."""
    to_investigation(t)
    t.then(
        "discontinue", t.begin.desk.approver, (6.0, 14.0), reasons=t.pick("discontinue_reasons"),
        reply=t.pick("discontinue_replies"),
    )  # fmt: skip


def name_and_hear(t: Teller) -> None:
    """Somebody is named in a matter of corruption or of a superior, and heard."""
    t.named = True
    t.then(
        "add_respondent", t.holder, (0.5, 2.0), name=t.pick("respondent_names"), position=t.pick("respondent_posts"),
        text=t.pick("allegations"),
    )  # fmt: skip
    t.then("hear_respondent", t.holder, (3.0, 7.0), respondent=True, heard_on=True, text=t.pick("hearings"))
