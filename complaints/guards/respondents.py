"""What an edge needs of the people who are complained about, and of the committee that inquires."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import rules
from organisations.formats import digits
from workflows.actors import Actor, is_conflicted
from workflows.graph import Text, given, needs
from workflows.guards import Facts
from workflows.models import Case

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

person = given("person", _("who is complained about"), "name", _("Write who is complained about, or his position."))
allegation = given("allegation", _("the allegation"), "text", _("Write what he is accused of."))
order_number = given("order_number", _("the number of the order"), "order_number", _("Write the number of the order."))
penalty = given("penalty", _("the penalty"), "kind", _("Choose the penalty."))


@needs(_("the respondent"))
def respondent(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One of this case who was not named by mistake."""
    named = case.respondents.filter(removed_at=None)
    if facts is None:
        return None if named.exists() else _("No respondent is named in this case.")
    chosen = facts.get("respondent")
    if chosen is not None and named.filter(pk=chosen.pk).exists():
        return None
    return _("Choose the respondent.")


@needs(_("a respondent who leads its unit or one above it"))
def lies_under_a_respondent(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """And somebody above him who screens."""
    from complaints.barring import unit_above_accused

    if unit_above_accused(case).pk != case.unit_id:
        return None
    return _("The case lies under nobody it is about, or nobody above him could take it.")


@needs(_("a day that is not ahead"))
def day_not_ahead(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The day of the hearing; empty where he could not be heard, and the text says why."""
    heard_on = facts.get("heard_on") if facts else None
    return _("This day has not come yet.") if heard_on and heard_on > timezone.localdate() else None


@needs(_("the date of the order"))
def order_date(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Today or earlier."""
    if facts is None:
        return None
    ordered_on = facts.get("ordered_on")
    if ordered_on is None:
        return _("Write the date of the order.")
    return _("This day has not come yet.") if ordered_on > timezone.localdate() else None


@needs(_("a chair and enough members"))
def members(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """As many different people as the rule data of the kind asks for, one of them the chair, each of whom may
    investigate the case."""
    if facts is None:
        return None
    rows = list(facts.get("members") or ())
    people = {row["user"].pk for row in rows}
    least = rules.least_of_inquiry(case)
    if len(rows) < least or sum(row["part"] == "chair" for row in rows) != 1:
        return _("A committee has one chair, and at least %(count)s people sit on it.") % {"count": digits(str(least))}
    if len(people) < len(rows):
        return _("Somebody is named twice.")
    if any(not rules.may_investigate(row["user"], case) for row in rows):
        return _("Somebody here cannot take the case. Choose somebody else.")
    return None


@needs(_("for a serious kind: an investigating committee"))
def committee_where_serious(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A serious kind is inquired into by a committee that an order appoints (domain: Respondents)."""
    kind = case.complaint.kind
    if kind is None or not kind.serious or case.committees.exists():
        return None
    return _("A matter of this kind needs an investigating committee that is appointed by order.")


@needs(_("a finding for every allegation"))
def finding_for_every_respondent(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Each allegation has its own finding, and that of the case does not contradict them."""
    if facts is None:
        return None
    found = {row["respondent"].pk: row for row in facts.get("respondents") or ()}
    named = list(case.respondents.filter(removed_at=None).values_list("pk", flat=True))
    if set(named) != set(found):
        return _("Say for every respondent whether there is substance in the allegation.")
    if any(not str(row.get("reasons") or "").strip() for row in found.values()):
        return _("Give the reasons for every respondent.")
    against = any(row["outcome"] in rules.AGAINST for row in found.values())
    if against and facts.get("outcome") not in rules.AGAINST:
        return _("Something was found against a respondent: the case is founded or partly founded.")
    return None


@needs(_("nobody unheard"))
def nobody_unheard(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Against nobody is found who was not heard, unless it is on record why he could not be (Administrative Procedure
    Act B.E. 2539, s.30). What another agency found it has heard him about."""
    if facts is None:
        return None
    against = [row["respondent"].pk for row in facts.get("respondents") or () if row["outcome"] in rules.AGAINST]
    if case.respondents.filter(pk__in=against, hearings=None).exists():
        return _("Hear the respondent first, or record why he could not be heard.")
    return None


@needs(_("owners who can take the measures, and respondents of this case"))
def owners(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody who is complained about, works under him or declared an interest carries out a measure (domain: Conflict
    rule); a measure is against nobody but a respondent of this case."""
    if facts is None:
        return None
    rows = list(facts.get("measures") or ())
    if any(not row["owner"].is_active or is_conflicted(row["owner"], case) for row in rows):
        return _("Somebody here cannot take the case. Choose somebody else.")
    about = {row["respondent"].pk for row in rows if row.get("respondent") is not None}
    if about - set(case.respondents.filter(removed_at=None).values_list("pk", flat=True)):
        return _("Choose the respondent.")
    return None


@needs(_("for every official found against: discipline, ethics, criminal referral, or none with the reason"))
def measures_for_officials(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody's allegation that has substance stays without an answer (domain: decide_founded)."""
    if facts is None:
        return None
    finding = case.findings.last()
    if finding is None:
        return None
    against = set(
        finding.of_respondents.filter(outcome__in=rules.AGAINST, respondent__official=True).values_list(
            "respondent", flat=True
        )
    )
    answered = {
        row["respondent"].pk
        for row in facts.get("measures") or ()
        if row.get("respondent") is not None and row["kind"] in rules.PERSONAL
    }
    if against - answered:
        return _("Say for every official found against what follows: discipline, ethics, criminal referral, or none.")
    return None


@needs(_("a penalty order that was not copied yet"))
def order_to_copy(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An order of this case whose copy has not gone out."""
    from complaints.models import Penalty

    waiting = Penalty.objects.filter(respondent__case=case.pk, copied_on=None)
    if facts is None:
        return None if waiting.exists() else _("No order waits for its copy.")
    chosen = facts.get("penalty")
    if chosen is not None and waiting.filter(pk=chosen.pk).exists():
        return None
    return _("Choose the order.")


@needs(_("the day on which the copy was sent"))
def copy_day(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Not ahead, and not before the order; where none is given it is today."""
    sent, order = (facts.get("copied_on"), facts.get("penalty")) if facts else (None, None)
    if sent is None:
        return None
    if sent > timezone.localdate():
        return _("This day has not come yet.")
    return _("This day is before the day of the order.") if order is not None and sent < order.ordered_on else None


@needs(_("every penalty decided and copied"))
def every_penalty_settled(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """After a binding finding the case ends when the penalty is decided and its order copied (ORGANIC ACT, 30 and 15
    days)."""
    left = case.clocks.filter(code__in=["penalty_decision", "penalty_copy"], stopped_on=None).count()
    return _("Penalties not decided or not copied yet: %(count)s") % {"count": left} if left else None
