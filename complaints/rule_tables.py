"""The tables of rule data of complaints that an administrator keeps, and what a change of one does to open cases."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.fields import KindField
from complaints.models import (
    ComplaintCase,
    ComplaintKind,
    DeclineGround,
    LetterSeries,
    ReferralAgency,
    StandardText,
    SurveyQuestion,
)
from complaints.questions.keeping import KIND as QUESTION
from complaints.standard_texts import places
from complaints.states import GRAPH
from organisations.formats import write_number
from workflows.models import RetentionRule
from workflows.rulebook.builtin import register_categories
from workflows.rulebook.tables import Effect, Table, register

COMPLAINTS = gettext_lazy("Complaints")


def kinds() -> Iterable[tuple[str, Any]]:
    """The kinds of complaints for a list to choose from, each under what it is part of."""
    return KindField().grouped()[1:]


def effect_of_kind(before: ComplaintKind | None, after: ComplaintKind | None) -> Effect:
    """What a change of a kind does: how many open cases have it, and that none of them moves by itself.

    Protected cases are not counted, and so of a protected kind none at all.
    """
    assert after is not None  # kinds are withdrawn, never taken out
    if before is None:
        return Effect((_("No case has this kind yet."),))
    cases = ComplaintCase.objects.filter(is_open=True, protected=False, category=before.code).count()
    said = ngettext("%(count)s open case has this kind.", "%(count)s open cases have this kind.", cases)
    sentences = [said % {"count": write_number(cases)}]
    if before.protected or after.protected:
        sentences.append(_("Protected cases are not counted here."))
    sentences += _what_changes(before, after)
    return Effect((*sentences, _("No case moves by itself.")))


def _what_changes(before: ComplaintKind, after: ComplaintKind) -> Iterable[str]:
    if after.protected and not before.protected:
        yield _(
            "New cases of this kind are protected. Those that are open stay in the open register until somebody changes"
            " their kind one by one."
        )
    if before.protected and not after.protected:
        yield _("New cases of this kind are open to their unit. Those that are protected stay protected.")
    if before.owning_unit_id != after.owning_unit_id:
        yield _("Cases accepted from now on go to the new owning unit. Those accepted before stay where they are.")
    if before.active and not after.active:
        yield _("Nobody can choose this kind any more. Cases that have it keep it.")
    if after.active and not before.active:
        yield _("This kind can be chosen again.")
    if before.simple != after.simple:
        yield _("Whether one officer may settle a case alone is asked at each step, so it holds for open cases too.")
    if before.serious != after.serious:
        yield _("Whether an investigating committee is needed is asked at each step, so it holds for open cases too.")
    if before.committee_least != after.committee_least:
        yield _("How many people sit on a committee is asked when one is appointed. Those appointed before stay.")
    if before.parent_id != after.parent_id:
        yield _("Deadlines that begin from now on follow the rules of what it is part of; those that run stay.")


def _every_kind() -> Iterable[tuple[str, Any]]:
    yield "", _("every kind")
    yield from kinds()


def effect_of_retention(before: RetentionRule | None, after: RetentionRule | None) -> Effect:  # noqa: ARG001
    """What a change of a retention rule does, in words: what has been erased stays so."""
    return Effect(
        (
            _("Every night the worker announces what has been kept long enough; custodians and heads may hold it."),
            _("What is announced and not over any more by the new rule is taken back the next night."),
            _("Questions are erased in the night after their time has ended, without an announcement."),
        )
    )


def register_tables() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register_categories(kinds)
    register(
        Table(
            name="kinds",
            model=ComplaintKind,
            group=COMPLAINTS,
            about=gettext_lazy("Kinds and sub-kinds of complaints, who owns them and how they are treated."),
            columns=("parent", "owning_unit", "simple", "protected", "active"),
            effect=effect_of_kind,
        )
    )
    register(
        Table(
            name="retention",
            model=RetentionRule,
            group=COMPLAINTS,
            about=gettext_lazy(
                "How long the content of cases is kept after their end. The rule that is in force counts for all of "
                "them, also for those that ended before it."
            ),
            columns=("years", "disposal", "category", "valid_from", "verified"),
            dated="valid_from",
            choices={"code": lambda: [(GRAPH.kind, GRAPH.label), (QUESTION, _("Question"))], "category": _every_kind},
            effect=effect_of_retention,
        )
    )
    register(
        Table(
            name="decline-grounds",
            model=DeclineGround,
            group=COMPLAINTS,
            about=gettext_lazy("Why a complaint may be declined. A case that was declined keeps its ground."),
            columns=("code", "active", "verified", "source"),
        )
    )
    register(
        Table(
            name="referral-agencies",
            model=ReferralAgency,
            group=COMPLAINTS,
            about=gettext_lazy("Agencies to which complaints are referred."),
            columns=("code", "active", "source"),
        )
    )
    register(
        Table(
            name="letterheads",
            model=LetterSeries,
            group=COMPLAINTS,
            about=gettext_lazy(
                "What stands on the official letters of a unit, and whether their numbers are given here."
            ),
            columns=("unit", "prefix", "gives_numbers", "thai_numerals"),
        )
    )
    register(
        Table(
            name="standard-texts",
            model=StandardText,
            group=COMPLAINTS,
            about=gettext_lazy("Texts that officers put into their forms and fit to the case."),
            columns=("place", "kind", "active", "source"),
            choices={"place": places},
        )
    )
    register(
        Table(
            name="survey-questions",
            model=SurveyQuestion,
            group=COMPLAINTS,
            about=gettext_lazy(
                "The words of the survey after a reply. Change them so that they still ask the same: answers given "
                "before are counted together with those given after."
            ),
            columns=("indicator", "source"),
            may_add=False,
        )
    )
