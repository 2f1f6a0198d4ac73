"""What an edge of a citizen seat needs beyond who takes it."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from procurement import rules
from workflows.actors import APPROVER, Actor
from workflows.graph import Text, given, needs
from workflows.guards import Facts, day, days, file, not_the_holder, reasons, running_clock, text
from workflows.models import Case

if TYPE_CHECKING:
    from procurement.models import SeatCase

__all__ = ["day", "days", "file", "not_the_holder", "reasons", "running_clock", "text"]

person = given("person", _("a citizen"), "person", _("Choose the citizen."))
how_he_answered = given(
    "how_he_answered",
    _("how he answered"),
    "text",
    _("Write how and when he answered: by letter, by telephone, in person."),
)
ground = given("ground", _("the interest"), "ground", _("Say which interest it is."))
decision = given("decision", _("the decision"), "decision", _("Say whether it is a conflict."))
what_was_seen = given("what_was_seen", _("what was seen"), "seen", _("Write what you saw."))
outcome = given("outcome", _("what followed"), "outcome", _("Say what followed from the report."))


# --- A place and somebody for it --------------------------------------------------------------------------------------
@needs(_("a draft of the order"))
def committee_in_draft(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A seat is opened while the order is in draft; an order in force is amended first."""
    if facts is None:
        return None
    committee = facts.get("committee")
    if committee is None:
        return _("Choose the committee.")
    if committee.case.unit_id != case.unit_id:
        return _("The committee belongs to another unit.")
    # Locked: it is not sent on or given up meanwhile, and a colleague does not open a second vacancy.
    state = Case.objects.select_for_update(no_key=True).values_list("state", flat=True).get(pk=committee.pk)
    if state != "draft":
        return _("The order is not in draft. Take it back, or draft an amending order, and open the seat then.")
    return None if committee.purchase.case.is_open else _("This purchase is over.")


@needs(_("no other vacant seat"))
def no_other_vacancy(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One vacancy at a time: a second one is opened when somebody has been found for the first."""
    committee = (facts or {}).get("committee")
    if committee is not None and committee.seats.filter(case__state="vacant").exists():
        return _("A seat of this committee is vacant already. Fill it first.")
    return None


@needs(_("why he is nominated"))
def nomination_has_its_reason(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """drawn (or nominated, with a reason): domain, Citizen seats."""
    if facts is None or str(facts.get("reason") or "").strip():
        return None
    return _("Say why this citizen is nominated.")


@needs(_("a citizen who may sit here"))
def may_sit_here(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Free, and neither barred from this purchase nor cooling off; see `pool.line.against_nomination`."""
    from procurement.pool.line import against_nomination

    chosen = (facts or {}).get("person")
    bar = against_nomination(case.seat.committee, chosen, timezone.localdate()) if chosen is not None else None
    return bar.label if bar is not None else None


@needs(_("somebody in the drawn order"))
def somebody_in_line(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A draw of this quarter, of the unit or one above it, with somebody left who may sit here."""
    from procurement.pool.line import draw_for, next_in_line

    if facts is None:
        found = draw_for(case.unit_id, timezone.localdate()) is not None
        return None if found else _("There is no draw for this quarter. Hold one, or nominate with a reason.")
    line = next_in_line(case.seat, timezone.localdate())
    if line is None:
        return _("There is no draw for this quarter. Hold one, or nominate with a reason.")
    if line.entry is None:
        return _("Nobody in the drawn order is left who may sit here. Nominate somebody with a reason.")
    return None


@needs(_("somebody who was nominated"))
def was_nominated(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Who was drawn is not taken out by the staff: he waits for the next order, or an approver sets him aside."""
    return None if case.seat.how == "nomination" else _("Who was drawn is set aside by an approver only.")


# --- Interests --------------------------------------------------------------------------------------------------------
@needs(_("the present list of bidders"))
def present_bidders(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`seen`: the version of the list that he was shown; another one since has to be shown to him first."""
    if facts is None:
        return None
    if facts.get("seen") != case.seat.committee.purchase.bidders_version:
        return _("The list of bidders has changed since it was shown. Read it again and declare then.")
    return None


@needs(_("the day of the declaration"))
def declared_day(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`on`, where it was not today (a paper): not one to come."""
    return _("This day has not come yet.") if (facts or {}).get("on") and facts["on"] > timezone.localdate() else None  # type: ignore[index]


@needs(_("somebody whom it does not concern"))
def not_himself(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody clears himself, and who sits on the committee does not decide about its seats."""
    assert actor.user is not None
    if rules.is_seated(actor.user, case):
        return _("This is about yourself. Somebody else has to decide.")
    if rules.sits_on(actor.user, case.seat.committee.case):
        return _("You are a member of this committee. Somebody else has to decide.")
    return None


@needs(_("a possible conflict"))
def open_hit(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:
    """`hit`: one of this seat. A decision may be changed for as long as the seat waits."""
    hits = case.seat.hits.all()
    if facts is None:
        return None if hits.exists() else _("Nothing was found about which to decide.")
    chosen: Any = facts.get("hit")
    stands = hits.filter(pk=chosen.pk).first() if chosen else None
    if stands is None:
        return _("Choose the possible conflict.")
    # Of two who decide at once the second one reads first what the other has said.
    if stands.decision != chosen.decision:
        return _("Somebody else has decided about it just now.")
    # Else who keeps the seat could clear a citizen over the head of who is to sign for him.
    own = actor.user is not None and stands.decided_by_id == actor.user.pk
    if stands.decision == "founded" and not own and not APPROVER.holds(actor, case):
        return _("A colleague decided that this is a conflict. Only somebody who approves may decide otherwise.")
    return None


@needs(_("an undecided possible conflict"))
def undecided_hit(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Something was found that nobody has decided about."""
    if case.seat.hits.filter(decision="").exists():
        return None
    return _("Nothing was found about which nobody has decided.")


@needs(_("a declaration and a check for the present bidders"))
def checked_for_present_bidders(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Conflicts are checked at every version of the list: by himself, and by the system."""
    seat = case.seat
    version = seat.committee.purchase.bidders_version
    if not seat.declarations.filter(bidders_version__gte=version, ground=None).exists():
        return _("He has not declared for the present list of bidders.")
    if not seat.checks.filter(bidders_version__gte=version).exists():
        return _("He has not been checked against the present list of bidders.")
    return None


@needs(_("a decision about every possible conflict"))
def every_hit_unfounded(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A person has decided about each, and none of them is a conflict."""
    hits = case.seat.hits.all()
    if hits.filter(decision="founded").exists():
        return _("A conflict was found. He cannot be cleared.")
    left = hits.filter(decision="").count()
    return _("Possible conflicts to decide about: %(count)s") % {"count": left} if left else None


@needs(_("a decision about every possible conflict"))
def every_hit_decided(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Also when the work is done: what suspended him is decided by a person, one way or the other."""
    left = case.seat.hits.filter(decision="").count()
    return _("Possible conflicts to decide about: %(count)s") % {"count": left} if left else None


@needs(_("a conflict that was found"))
def founded_hit(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Somebody has decided that one of them is a conflict."""
    found = case.seat.hits.filter(decision="founded").exists()
    return None if found else _("Decide first that one of the possible conflicts is one.")


# --- The order --------------------------------------------------------------------------------------------------------
@needs(_("the step of the committee"))
def draft_is_sent(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Follows the committee: approved with its draft, and back with it."""
    wanted = "approved" if case.state == "cleared" else "draft"
    return None if case.seat.committee.case.state == wanted else _("This follows from the order of the committee.")


@needs(_("an order that names him"))
def named_in_the_order(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The member is appointed by an order."""
    member = case.seat.member
    named = member is not None and member.appointed_on is not None and member.left_on is None
    return None if named else _("No order names this citizen.")


@needs(_("an order that let him go"))
def let_go_by_the_order(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An amending or cancelling order took him out."""
    member = case.seat.member
    gone = member is not None and member.removed_by_id is not None
    return None if gone else _("No order has let this citizen go.")


@needs(_("the end of the committee"))
def committee_ended(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Its report was accepted."""
    return None if case.seat.committee.case.state == "dissolved" else _("The committee is still at work.")


@needs(_("a place that fell away"))
def place_fell_away(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The committee or the purchase is over."""
    committee = case.seat.committee
    over = not committee.case.is_open or not committee.purchase.case.is_open
    return None if over else _("The committee and its purchase go on.")


@needs(_("an annulled draw"))
def of_an_annulled_draw(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """He came to the seat by a draw that was annulled."""
    entry = case.seat.entry
    annulled = entry is not None and entry.draw.annulled_at is not None
    return None if annulled else _("This citizen was not drawn by a draw that was annulled.")


@needs(_("somebody who did not choose him"))
def not_who_chose_him(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:
    """Four eyes: who drafts the committee or keeps the seat does not also set aside whom the draw gave it."""
    if sentence := not_himself.refusal(case, actor, facts):
        return sentence
    assert actor.user is not None
    if case.holder_id == actor.user.pk or rules.has_drafted(actor.user, case.seat.committee.case):
        return _("You work on this committee yourself. Somebody else has to decide.")
    return None


# --- In office --------------------------------------------------------------------------------------------------------
@needs(_("a meeting he attended"))
def has_attended(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """He serves from the first meeting to which he came."""
    member = case.seat.member
    came = member is not None and member.attendances.filter(attended=True).exists()
    return None if came else _("He has not attended a meeting yet.")


@needs(_("a last meeting to which he was invited and did not come"))
def missed_last_meeting(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """By its minutes. How often he has to have missed one no source says: an approver weighs it, with reasons."""
    member = case.seat.member
    last = member.attendances.order_by("-meeting__number").first() if member is not None else None
    if last is not None and last.invited and not last.attended:
        return None
    return _("The minutes do not say that he was invited to the last meeting and did not come.")


@needs(_("the day of leaving"))
def day_of_leaving(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not to come, not before the appointment, and after the last meeting he attended."""
    if facts is None:
        return None
    on: Any = facts.get("on")
    if not on:
        return _("Say from which day on.")
    return _leaving_refused(case, on)


@needs(_("the day of his death"))
def day_of_death(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """As the day of leaving, where he was in office."""
    if facts is None:
        return None
    on: Any = facts.get("on")
    return _leaving_refused(case, on) if on else _("Say on which day.")


def _leaving_refused(case: "SeatCase", on: Any) -> Text | None:
    if on > timezone.localdate():
        return _("This day has not come yet.")
    member = case.seat.member
    if member is None or member.appointed_on is None:
        return None
    if on < member.appointed_on:
        return _("The member was not appointed yet on this day.")
    if member.attendances.filter(attended=True, meeting__held_on__gte=on).exists():
        return _("The member attended a meeting on this day or later.")
    return None


# --- Reports ----------------------------------------------------------------------------------------------------------
@needs(_("the day it was observed"))
def observed_day(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not to come, and not before he was appointed."""
    if facts is None:
        return None
    on: Any = facts.get("observed_on")
    if not on:
        return _("Say on which day.")
    if on > timezone.localdate():
        return _("This day has not come yet.")
    member = case.seat.member
    if member is None or member.appointed_on is None or on < member.appointed_on:
        return _("You were not appointed yet on this day.")
    return None


@needs(_("a meeting of the committee"))
def meeting_of_the_committee(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`meeting`, where the report is about one: of this committee."""
    meeting = (facts or {}).get("meeting")
    if meeting is not None and meeting.committee_id != case.seat.committee_id:
        return _("Choose a meeting of this committee.")
    return None


@needs(_("a report that waits for its answer"))
def open_report(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`report`: one of this seat that nobody has answered."""
    waiting = case.seat.observations.filter(answered_at=None)
    if facts is None:
        return None if waiting.exists() else _("Every report has been answered.")
    chosen = facts.get("report")
    return None if chosen and waiting.filter(pk=chosen.pk).exists() else _("Choose a report that is not answered yet.")


@needs(_("a report with a promise"))
def promised_report(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`report`: one of this seat whose answer promised that something will be changed."""
    waiting = case.seat.observations.filter(outcome="promised")
    if facts is None:
        return None if waiting.exists() else _("No answer has promised a change that is still open.")
    chosen = facts.get("report")
    return (
        None if chosen and waiting.filter(pk=chosen.pk).exists() else _("Choose a report whose change is still open.")
    )


@needs(_("an answer to every report"))
def every_report_answered(case: "SeatCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """No report of his is left without an answer."""
    left = case.seat.observations.filter(answered_at=None).count()
    return _("Reports to answer: %(count)s") % {"count": left} if left else None
