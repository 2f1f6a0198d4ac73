"""What an edge of a committee needs beyond who takes it."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.calendar import fiscal_year_bounds
from procurement import rules, voting
from workflows.actors import Actor
from workflows.graph import Text, given, needs
from workflows.guards import Facts, days, file, not_the_holder, reasons, running_clock, text

if TYPE_CHECKING:
    from procurement.models import CommitteeCase

__all__ = ["days", "file", "not_the_holder", "reasons", "running_clock", "text"]

kind = given("kind", _("the kind of committee"), "kind", _("Choose the kind of committee."))
person = given("person", _("a person"), "person", _("Choose the person."))
duty = given("duty", _("the duty"), "duty", _("Choose the duty."))
order_number = given(
    "order_number", _("the order number"), "number", _("Enter the number from the register of orders.")
)
signatory = given("signatory", _("who signed"), "signatory", _("Enter who signed the order."))
attendance = given("attendance", _("who attended"), "ballots", _("Say who attended."))


# --- The draft --------------------------------------------------------------------------------------------------------
def _is_over(purchase_id: int, *, locked: bool) -> bool:
    """Whether the purchase is at its end. locked: it stays locked to the end of the edge, and is looked at only then:
    somebody may just be cancelling it, and its other committees may be about to be signed."""
    from procurement.models import Purchase, PurchaseCase

    if locked:
        Purchase.objects.select_for_update().get(pk=purchase_id)
    # A query of its own: one that waits for a lock sees the other tables as they stood before it waited.
    return not PurchaseCase.objects.filter(pk=purchase_id, is_open=True).exists()


@needs(_("a purchase that goes on"))
def purchase_goes_on(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """No committee for a purchase that is over. The purchase stays locked, so that two cannot begin at once."""
    if facts is None:
        return None
    purchase = facts.get("purchase")
    if purchase is None:
        return _("Choose the purchase.")
    if _is_over(purchase.pk, locked=True):
        return _("This purchase is over.")
    return None if purchase.case.unit_id == case.unit_id else _("The purchase belongs to another unit.")


@needs(_("a purchase that goes on"))
def purchase_not_over(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody is appointed any more for a purchase that is over."""
    over = _is_over(case.committee.purchase_id, locked=facts is not None)
    return _("This purchase is over.") if over else None


@needs(_("no other committee of this kind"))
def only_one_of_a_kind(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One live committee of a kind for a purchase, which `purchase_goes_on` has locked."""
    if facts is None or not facts.get("purchase") or not facts.get("kind"):
        return None
    if facts["purchase"].committees.filter(kind=facts["kind"], case__is_open=True).exists():
        return _("The purchase has a committee of this kind already.")
    return None


@needs(_("somebody who is no member yet"))
def not_a_member_yet(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A person sits once, and is available."""
    if facts is None or not facts.get("person"):
        return None
    if case.committee.members.filter(person=facts["person"], left_on=None, leaving=False).exists():
        return _("This person is a member already.")
    return None if facts["person"].active else _("This person is not available any more.")


@needs(_("one chair"))
def one_chair(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A second chair is refused; take the first one out or give him another duty."""
    if facts is None or facts.get("duty") != "chair":
        return None
    chairs = case.committee.members.filter(duty="chair", left_on=None, leaving=False)
    if member_given := facts.get("member"):
        chairs = chairs.exclude(pk=member_given.pk)
    return _("The committee has a chair already.") if chairs.exists() else None


@needs(_("for a citizen who was not drawn: why he was nominated"))
def nomination_has_its_reason(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """drawn (or nominated, with a reason): domain, Citizen seats."""
    if facts is None or not facts.get("person") or facts["person"].standing != "citizen":
        return None
    return None if str(facts.get("nomination") or "").strip() else _("Say why this citizen is nominated.")


@needs(_("a member"))
def member(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Of this committee, and not gone since he was shown."""
    if facts is None:
        return None if case.committee.members.filter(left_on=None).exists() else _("There is no member yet.")
    chosen = facts.get("member")
    if chosen and case.committee.members.filter(pk=chosen.pk, left_on=None, leaving=False).exists():
        return None
    return _("Choose a member who is still there.")


@needs(_("a member"))
def sitting_member(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """In the draft or in office; who is taken out by the amendment in draft is in office until it is signed."""
    sitting = case.committee.members.filter(left_on=None)
    if facts is None:
        return None if sitting.exists() else _("There is no member yet.")
    chosen = facts.get("member")
    return None if chosen and sitting.filter(pk=chosen.pk).exists() else _("Choose a member who is still there.")


@needs(_("a member of the draft"))
def drafted_member(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not in office yet. Who is changes his duty by being taken out and added again: two lines of the order."""
    drafted = case.committee.members.filter(left_on=None, appointed_on=None)
    if facts is None:
        return None if drafted.exists() else _("There is no member in the draft.")
    chosen = facts.get("member")
    return None if chosen and drafted.filter(pk=chosen.pk).exists() else _("Choose a member of the draft.")


@needs(_("a member who was appointed"))
def serving_member(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Of this committee, appointed by an order and not gone."""
    serving = case.committee.members.filter(left_on=None, appointed_on__isnull=False)
    if facts is None:
        return None if serving.exists() else _("No member has been appointed yet.")
    chosen = facts.get("member")
    return None if chosen and serving.filter(pk=chosen.pk).exists() else _("Choose a member who was appointed.")


@needs(_("an order that keeps the rules"))
def order_is_in_order(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """No finding of the order linter forbids it. `purchase_not_over` has locked the purchase, so that neither its other
    committees nor its list of bidders can change the answer meanwhile."""
    from procurement.linter import findings_of
    from procurement.models import OrderRule

    on = (facts or {}).get("on") or timezone.localdate()
    found = [row for row in findings_of(case.committee, on=on) if row.level == OrderRule.Level.ERROR]
    if not found:
        return None
    return _("The order breaks a rule: %(rule)s") % {"rule": " · ".join(row.with_clause for row in found)}


@needs(_("the draft as it was sent"))
def as_it_was_sent(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Who left or declared an interest since is out of the draft: what is approved and signed is what was sent. Asked
    after `citizens_are_ready`, which waits for a citizen who is taking his acceptance back."""
    if rules.members_changed_since_sent(case):
        return _(
            "A member has left or declared an interest since the draft was sent. It has to go back and be sent again."
        )
    return None


@needs(_("somebody other than who drafted it"))
def not_the_drafter(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Four eyes, and nobody decides about a committee on which he sits."""
    assert actor.user is not None
    if rules.has_drafted(actor.user, case):
        return _("You worked on this draft. Somebody else has to decide.")
    if rules.sits_on(actor.user, case):
        return _("You are a member of this committee. Somebody else has to decide.")
    return None


@needs(_("the day of the order"))
def order_day(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not to come, and not before the last order or meeting of this committee: who was a member at a meeting that has
    been held stays as it was recorded."""
    if facts is None:
        return None
    on = facts.get("on")
    if not on:
        return _("Enter the date of the order.")
    if on > timezone.localdate():
        return _("This day has not come yet.")
    # A purchase is prepared in the year before its plan at the earliest; an older date is a slip, or worse.
    if on < fiscal_year_bounds(case.committee.purchase.activity.fiscal_year - 1)[0]:
        return _("The order would be older than the plan. Check its date.")
    last = case.committee.orders.last()
    if last is not None and on < last.dated_on:
        return _("The order would be older than the last one.")
    if case.committee.meetings.filter(held_on__gt=on).exists():
        return _("The committee has met after this day. An order cannot change who was a member then.")
    taken = rules.order_number_is_taken(case, str(facts.get("number") or ""), on)
    return _("Another order has this number in the same year.") if taken else None


@needs(_("a draft that was never ordered"))
def never_ordered(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was ordered is cancelled by another order."""
    return _("An order is in force. Drop the amendment instead.") if case.committee.orders.exists() else None


@needs(_("an order in force"))
def order_in_force(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The committee was appointed."""
    return None if case.committee.orders.exists() else _("The committee has not been appointed yet.")


# --- Meetings ---------------------------------------------------------------------------------------------------------
@needs(_("the day of the meeting"))
def meeting_day(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not to come, and not before the committee was appointed."""
    if facts is None:
        return None
    on = facts.get("on")
    if not on:
        return _("Say on which day the committee met.")
    if on > timezone.localdate():
        return _("This day has not come yet.")
    first = case.committee.orders.first()
    return _("The committee was not appointed yet on this day.") if first is None or on < first.dated_on else None


def _ballots(facts: Facts) -> list[voting.Ballot]:
    return [
        voting.Ballot(chair=row["member"].duty == "chair", attended=row["attended"], vote=row.get("vote", ""))
        for row in (facts or {}).get("ballots") or ()
    ]


@needs(_("the members of that day"))
def members_of_the_day(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A ballot for each of them, one; and no vote of somebody who was not there."""
    if facts is None:
        return None
    serving = sorted(row.pk for row in rules.serving_on(case.committee, facts["on"]))
    if sorted(row["member"].pk for row in facts["ballots"]) != serving:
        return _("The members have changed since the form was opened, or were others on this day. Enter them again.")
    if any(row.get("vote") and not row["attended"] for row in facts["ballots"]):
        return _("Who did not attend has no vote.")
    return None


@needs(_("the chair"))
def chair_attended(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The chair must attend every meeting (cl. 27). Where nobody was ever appointed as chair (a single inspector, site
    supervisors: the order linter says where there has to be one), there is none to attend."""
    if facts is None or voting.chair_attends(_ballots(facts)):
        return None
    if not case.committee.members.filter(duty="chair", appointed_on__isnull=False).exists():
        return None
    return _("Without the chair there is no meeting (Regulation clause 27).")


@needs(_("half of the members"))
def quorum(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """At least half of the members (cl. 27)."""
    if facts is None or voting.has_quorum(_ballots(facts)):
        return None
    return _("Fewer than half of the members attended, so there was no quorum (Regulation clause 27).")


@needs(_("votes that carry the decision"))
def votes_decide(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A majority; where the kind decides unanimously, everybody accepts the delivery, and one who does not is enough
    for it not to be accepted (cl. 27, 175)."""
    decision, ballots = (facts or {}).get("decision", "none"), _ballots(facts)
    if decision == "none":
        return None
    unanimous = case.committee.kind.unanimous and decision in ("accept", "reject")
    if unanimous and decision == "reject" and voting.is_blocked(ballots):
        return None
    if voting.is_carried(ballots, unanimous=unanimous and decision == "accept"):
        return None
    if unanimous and decision == "accept":
        return _("Inspection is accepted by all or not at all (Regulation clause 175). Record it as not accepted.")
    return _("The votes do not carry this decision.")


# --- Dissent and report -----------------------------------------------------------------------------------------------
@needs(_("a member who voted against"))
def voter_against(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`attendance`: the vote against, whose opinion is not on record yet."""
    open_votes = rules.votes_without_opinion(case.committee)
    if facts is None:
        return None if open_votes.exists() else _("Nobody voted against whose opinion is missing.")
    chosen = facts.get("attendance")
    if chosen and open_votes.filter(pk=chosen.pk).exists():
        return None
    return _("Choose a member who voted against.")


@needs(_("every dissent in writing"))
def every_dissent_written(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A dissenter writes an opposing report; it goes with the committee's own (cl. 27)."""
    left = rules.votes_without_opinion(case.committee).count()
    return _("Votes against without their written opinion: %(count)s") % {"count": left} if left else None


@needs(_("a dissenting opinion without an answer"))
def open_dissent(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`dissent`: one that is not answered yet."""
    waiting = rules.open_dissents(case.committee)
    if facts is None:
        return None if waiting.exists() else _("There is no dissenting opinion to answer.")
    chosen = facts.get("dissent")
    return (
        None if chosen and waiting.filter(pk=chosen.pk).exists() else _("Choose an opinion that is not answered yet.")
    )


@needs(_("every dissent answered"))
def every_dissent_answered(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The head of the agency answers each opposing report."""
    left = rules.open_dissents(case.committee).count()
    return _("Dissenting opinions not answered yet: %(count)s") % {"count": left} if left else None


@needs(_("a decision"))
def decision_taken(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A meeting that decided something."""
    if case.committee.meetings.exclude(decision="none").exists():
        return None
    return _("No meeting has decided anything yet.")


# --- Members ----------------------------------------------------------------------------------------------------------
@needs(_("whether there is an interest"))
def declaration(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`ground`: an `InterestGround`, or None for a declaration that there is none. `on`: the day, where it was not
    today; not one to come."""
    if facts is None:
        return None
    if "ground" not in facts:
        return _("Say whether there is an interest, and which.")
    return _("This day has not come yet.") if facts.get("on") and facts["on"] > timezone.localdate() else None


@needs(_("the day of leaving"))
def day_of_leaving(case: "CommitteeCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not to come, not before the appointment, and after the last meeting he attended; `because`: why."""
    if facts is None:
        return None
    on: Any = facts.get("on")
    if not on or not facts.get("because"):
        return _("Say from which day on and why.")
    if on > timezone.localdate():
        return _("This day has not come yet.")
    chosen = facts.get("member")
    if chosen and chosen.appointed_on and on < chosen.appointed_on:
        return _("The member was not appointed yet on this day.")
    if chosen and chosen.attendances.filter(attended=True, meeting__held_on__gte=on).exists():
        return _("The member attended a meeting on this day or later.")
    return None
