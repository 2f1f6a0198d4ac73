"""Facts that must be given with an edge."""

from django.utils.translation import gettext_lazy as _

from complaints import rules
from notifications.models import Road
from workflows.actors import Actor
from workflows.graph import Text, given, needs
from workflows.guards import Facts
from workflows.models import Case

question = given("question", _("the question"), "text", _("Write the question."))
reply_text = given(
    "reply_text", _("the reply to the complainant"), "reply", _("Write the reply to the complainant, with its reasons.")
)
outcome = given("outcome", _("an outcome"), "outcome", _("Choose the outcome."))
ground = given("ground", _("a ground from the list"), "ground", _("Choose the ground."))
kind_is_known = given("kind_is_known", _("the kind of complaint"), "kind", _("Choose the kind of complaint."))
unit_is_named = given("unit_is_named", _("the owning unit"), "unit", _("Choose the unit that will handle the case."))
measures = given(
    "measures",
    _("at least one measure with an owner and a date"),
    "measures",
    _("Add at least one measure with an owner and a date; “no measure” needs its reason."),
)


@needs(_("evidence, as a file or as a sentence that names it"))
def evidence(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """A file attached by the agency at any time, or a sentence that says where the evidence is."""
    if facts is None or str(facts.get("evidence") or "").strip() or facts.get("files"):
        return None
    if case.attachments.filter(by_complainant=False).exists():
        return None
    return _("Attach the evidence or say where it is kept.")


@needs(_("one to five stars"))
def stars(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """1 to 5."""
    if facts is None or facts.get("stars") in (1, 2, 3, 4, 5):
        return None
    return _("Choose one to five stars.")


@needs(_("e-mail or LINE"))
def road_of_a_person(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One of the roads by which a person can be told."""
    return None if facts is None or facts.get("road") in (Road.EMAIL, Road.LINE) else _("Choose e-mail or LINE.")


@needs(_("an officer without a conflict"))
def investigator(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """An officer who reaches the unit, without a conflict. Only who assigns learns that somebody cannot take it."""
    if facts is None:
        return None
    if not facts.get("to"):
        return _("Choose who will handle the case.")
    if not rules.may_investigate(facts["to"], case):
        return _("This person cannot take the case. Choose somebody else.")
    return None


@needs(_("somebody who can take it, without a conflict"))
def taker(case: Case, actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """As `investigator`; until the case is screened a screener as well."""
    if facts is None:
        return None
    if not facts.get("to"):
        return _("Choose who will handle the case.")
    if not rules.may_take(facts["to"], case):
        return _("This person cannot take the case. Choose somebody else.")
    return None


@needs(_("a new investigator who did not handle it"))
def new_investigator(case: Case, actor: Actor, facts: Facts) -> Text | None:
    """As `investigator`, and he never had the case in hand."""
    if facts is None:
        return None
    if refusal := investigator.refusal(case, actor, facts):
        return refusal
    if rules.has_handled(facts["to"], case):
        return _("A reopened case needs an investigator who did not handle it before.")
    return None
