"""What an edge of a report needs beyond who takes it."""

from typing import TYPE_CHECKING

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from complaints.statistics.periods import Period, period_of
from scores.reports.outline import form_of
from workflows.actors import Actor
from workflows.graph import Text, needs
from workflows.guards import Facts, days, not_the_holder, reasons, running_clock, successor, text

if TYPE_CHECKING:
    from scores.models import ReportCase

__all__ = ["days", "not_the_holder", "reasons", "running_clock", "successor", "text"]


# --- Beginning --------------------------------------------------------------------------------------------------------
@needs(_("a period that is over"))
def period_is_over(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`period`: the code of a month, six months or a fiscal year; there is a form for no other."""
    if facts is None:
        return None
    period = _named(facts)
    if period is None or form_of(period) is None:
        return _("Choose a month, six months or a fiscal year.")
    return _("This period is not over yet.") if period.last >= timezone.localdate() else None


@needs(_("no other report of the period"))
def one_a_period(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """One per unit and period; one that was withdrawn leaves its place."""
    from scores.models import Report

    if facts is None:
        return None
    same = Report.objects.filter(unit=case.unit_id, period=facts.get("period") or "", ended=False)
    return _("This unit has a report for this period already.") if same.exists() else None


@needs(_("the statistics of the period"))
def statistics_are_there(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The report says what the statistics say, so they have to be there."""
    from complaints.statistics.making import is_made

    if facts is None:
        return None
    period = _named(facts) or period_of(case.report.period)
    if period is not None and is_made(period):
        return None
    return _(
        "The statistics of this period are not worked out yet. They are asked for now: try again in a few minutes."
    )


def _named(facts: Facts) -> Period | None:
    return period_of(str((facts or {}).get("period") or ""))


# --- Writing ----------------------------------------------------------------------------------------------------------
@needs(_("a section of the form"))
def section_of_the_form(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`section`: its code."""
    if facts is None or facts.get("section") in {section.code for section in case.report.outline.sections}:
        return None
    return _("This form has no such section.")


@needs(_("the text as it stands now"))
def nobody_wrote_meanwhile(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """`base`: the version of the section that the writer had before him. Under the lock of the case, so that of two who
    write at one moment the second is told."""
    if facts is None or facts.get("base") == case.report.newest_version(str(facts.get("section"))):
        return None
    return _("Somebody else has changed this section since you opened it.")


@needs(_("figures that the report has"))
def figures_are_known(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Every ``[[code]]`` in `text` names a figure that was filled in."""
    from scores.reports.content import named_in

    if facts is None:
        return None
    known = case.report.filling.codes()
    unknown = [code for code in named_in(str(facts.get("text") or "")) if code not in known]
    return _("There is no figure %(code)s in this report.") % {"code": unknown[0]} if unknown else None


@needs(_("a text in every section"))
def everything_written(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Where there is nothing to say, that is said."""
    from scores.reports.content import named_in

    texts = case.report.texts()
    empty = [section for section in case.report.outline.sections if not texts[section.code].text.strip()]
    if empty:
        return _("Nothing is written yet under “%(section)s”.") % {"section": empty[0].label}
    known = case.report.filling.codes()
    for section in case.report.outline.sections:
        # Filling again may have lost a figure: of a kind of complaint that was there no longer.
        for code in named_in(texts[section.code].text):
            if code not in known:
                words = {"section": section.label, "code": code}
                return _("“%(section)s” names the figure %(code)s, which is not there any more.") % words
    return None


# --- What was signed --------------------------------------------------------------------------------------------------
@needs(_("a version that was signed"))
def signed_before(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """There is something to go back to."""
    return None if case.report.signed() else _("Nothing was signed yet.")


@needs(_("nothing signed yet"))
def never_signed(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """What was signed is corrected, and not withdrawn."""
    return _("It was signed already. It can be corrected, but not withdrawn.") if case.report.signed() else None


@needs(_("a version that is not public"))
def not_public_yet(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """The version that holds."""
    signed = case.report.signed()
    public = signed is not None and signed.publications.filter(until=None).exists()
    return _("This version is published already.") if public else None


@needs(_("a public version"))
def is_public(case: "ReportCase", actor: Actor, facts: Facts) -> Text | None:  # noqa: ARG001
    """Any version that everybody can read."""
    from scores.models import Publication

    public = Publication.objects.filter(signed__report=case.pk, until=None).exists()
    return None if public else _("Nothing of this report is public.")
