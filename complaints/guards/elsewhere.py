"""What an edge needs of other units, agencies and cases, and of who reveals, suspends or corrects."""

from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints import rules
from organisations.models import Role, Unit
from organisations.queries import holders_of
from workflows.actors import Actor, post_for
from workflows.graph import Text, given, needs
from workflows.guards import Facts
from workflows.models import Case
from workflows.queries import visible_to

if TYPE_CHECKING:
    from complaints.models import ComplaintCase

agency = given("agency", _("the agency"), "agency", _("Choose the agency."))
body = given("body", _("the court or body"), "body", _("Write before which court or body the matter is."))


@needs(_("an approver who decides, here or on paper"))
def by_an_approver(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """An approver decides himself. For one who decides on paper a clerk records it, with the scan (domain: Official
    letters); the approver is no investigator of the case, and neither is the clerk."""
    assert actor.user is not None
    if facts is None:
        return None
    superior = facts.get("decided_by")
    if superior is None or superior.pk == actor.user.pk:
        if post_for(actor.user, case, Role.APPROVER):
            return None
        return _("Say which approver decided on paper, and attach the scan.")
    if not rules.may_approve(superior, case):
        return _("This person may not decide in this case. Choose somebody else.")
    return None if facts.get("files") else _("Attach the scan of the decision.")


@needs(_("units to ask"))
def units_to_ask(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """At least one, none twice, none that is asked already, and in each somebody who can answer."""
    if facts is None:
        return None
    units: list[Unit] = list(facts.get("units") or ())
    if not units:
        return _("Choose at least one unit.")
    asked = set(case.requests.filter(case__is_open=True).values_list("case__unit", flat=True))
    if len({unit.pk for unit in units}) < len(units) or asked & {unit.pk for unit in units}:
        return _("A unit is asked once at a time.")
    for unit in units:
        if sentence := nobody_answers(unit):
            return sentence
    return None


def nobody_answers(unit: Unit) -> Text | None:
    """The sentence that says that nobody in `unit` could answer a request; None where somebody could."""
    if any(holders_of(unit.pk, role).exists() for role in (Role.OFFICER, Role.HEAD)):
        return None
    return _("Nobody in %(unit)s could answer. Write a letter, and record the answer here.") % {"unit": unit}


@needs(_("no request that is open"))
def no_request_is_open(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Every unit has answered, let its time pass, or is no longer asked."""
    return _("A unit has not answered yet.") if case.requests.filter(case__is_open=True).exists() else None


@needs(_("another unit"))
def other_unit(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A unit in which somebody screens; a protected case only to another anti-corruption centre."""
    if facts is None:
        return None
    unit = facts.get("unit")
    if unit is None or unit.pk == case.unit_id:
        return _("Choose another unit.")
    if case.protected and unit.kind != Unit.Kind.ANTI_CORRUPTION:
        return _("A protected case goes to an anti-corruption centre only.")
    if not holders_of(unit.pk, Role.SCREENER).exists():
        return _("Nobody screens in this unit. Choose another one.")
    return None


@needs(_("not settled by the unit above"))
def not_settled_above(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The unit above decides at the second bounce, and that stands (domain: transfer)."""
    if rules.bounces(case) >= rules.DECIDING_BOUNCE:
        return _("The unit above has decided which unit handles this case.")
    return None


@needs(_("an agency whose findings bind"))
def agency_binds(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The case was referred to the NACC, the PACC or another body of the rule data whose findings bind."""
    referral = case.referrals.select_related("agency").last()
    if referral is not None and referral.agency.binding:
        return None
    return _("The findings of this agency do not bind. Record its answer instead.")


@needs(_("an open case that I may see"))
def open_case_i_may_see(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:
    """Another complaint, open and not in somebody's eyes only; protected into protected, ordinary into ordinary."""
    if facts is None:
        return None
    into = facts.get("into")
    if actor.user is None or into is None or into.pk == case.pk:
        return _("Choose the case into which this one is merged.")
    seen = visible_to(actor.user, "complaint").filter(pk=into.pk, is_open=True).first()
    if seen is None:
        return _("There is no open case of this number.")
    if seen.protected != case.protected:
        return _("A protected case is merged with protected ones only. Change the kind first.")
    return None


@needs(_("the other case ended, and nobody was answered here"))
def other_ended_without_reply(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """See `complaints.merged`."""
    from complaints.merged import unanswered

    if unanswered().filter(pk=case.pk).exists():
        return None
    return _("The other case goes on, or its reply was given here.")


@needs(_("at least two parts"))
def parts(case: "ComplaintCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Each with its text, and with no respondents but those of this case."""
    if facts is None:
        return None
    rows = list(facts.get("parts") or ())
    if len(rows) < 2 or any(not str(row.get("text") or "").strip() for row in rows):
        return _("Write at least two parts.")
    chosen = {named.pk for row in rows for named in row.get("respondents") or ()}
    if chosen and chosen - set(case.respondents.filter(removed_at=None).values_list("pk", flat=True)):
        return _("Choose the respondent.")
    return None


@needs(_("the case it is a part of"))
def whole_in_hand(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A part begins only by splitting: `whole` is the case that is being split, in the same unit."""
    whole = facts.get("whole") if facts else None
    return None if whole is not None and whole.unit_id == case.unit_id else _("A part begins by splitting a case.")


@needs(_("in somebody's hands"))
def in_somebodys_hands(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What nobody has is assigned, not handed over."""
    return None if case.holder_id else _("Nobody has this case. Assign it instead.")


@needs(_("a slip of today"))
def slip_of_today(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The last move was made today by somebody else, and can be taken back without taking back a word that went out."""
    move = rules.last_move(case)
    if move is None or move.verb not in rules.CORRECTABLE or timezone.localdate(move.at) != timezone.localdate():
        return _("Only a move of today can be taken back, before anything went out.")
    if actor.user is not None and move.actor_id == actor.user.pk:
        return _("Somebody else has to take back your own move.")
    if move.verb == "accept" and rules.unit_before(case, move) != case.unit_id:
        return _("The case has moved to another unit. Transfer it back instead.")
    return None


@needs(_("a complainant whose identity is sealed"))
def identity_is_sealed(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """In an ordinary case who handles it sees the contact anyway."""
    if not case.protected:
        return _("In this case those who handle it see who complained.")
    if cast("ComplaintCase", case).complaint.anonymous:
        return _("The complainant gave no name.")
    return None


@needs(_("a second custodian, who is told"))
def second_custodian(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Nobody reveals an identity unseen (design: Privacy)."""
    if any(actor.user is None or user.pk != actor.user.pk for user in rules.custodians(case)):
        return None
    return _("There is no second custodian who could be told. Ask your administrator to appoint one.")
