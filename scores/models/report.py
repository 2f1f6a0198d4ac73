from typing import cast

from django.conf import settings
from django.db import models
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _

from scores.reports import figures as figuring
from scores.reports.outline import Form, form
from scores.reports.states import GRAPH
from workflows.models import Case, OfKind

USER = settings.AUTH_USER_MODEL


class ReportCase(Case, graph=GRAPH):
    """A case that is a report: `Case` with the edges of `scores.reports.states` as its transitions."""

    report: "Report"

    objects = OfKind["ReportCase"]("report")

    class Meta:
        proxy = True
        verbose_name = _("report")
        verbose_name_plural = _("reports")


class Report(models.Model):
    """A report of a unit for a period in one of few forms (S0). period: its code, as statistics have it."""

    case = models.OneToOneField(ReportCase, models.PROTECT, primary_key=True, related_name="report")
    unit = models.ForeignKey("organisations.Unit", models.PROTECT, related_name="+", verbose_name=_("unit"))
    form = models.CharField(_("form"), max_length=10)
    period = models.CharField(_("period"), max_length=30)
    first = models.DateField()
    last = models.DateField()
    correcting = models.TextField(blank=True, help_text=_("Why what was signed is being corrected."))
    ended = models.BooleanField(default=False, help_text=_("Withdrawn: another one may begin."))

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "period"], condition=Q(ended=False), name="one_written_report_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.period}"

    @property
    def outline(self) -> Form:
        """Its form."""
        return form(self.form)

    @property
    def filling(self) -> "Filling":
        """The figures that hold. Raises Filling.DoesNotExist: never of a report that was begun."""
        return self.fillings.latest("number")

    def texts(self) -> dict[str, "SectionText"]:
        """The newest text of every section, by its code; one that nobody wrote is empty and of version 0. One query."""
        newest = self.texts_written.order_by("section", "-version").distinct("section").select_related("by")
        found = {row.section: row for row in newest}
        return {
            section.code: found.get(section.code) or SectionText(report=self, section=section.code, version=0, text="")
            for section in self.outline.sections
        }

    def newest_version(self, section: str) -> int:
        """The version of the newest text of a section, 0 for none."""
        found = self.texts_written.filter(section=section).aggregate(newest=Max("version"))["newest"]
        return cast("int", found or 0)

    def signed(self) -> "SignedReport | None":
        """The version that was signed last."""
        return self.signed_versions.defer("pdf", "docx").order_by("-version").first()


class SectionText(models.Model):
    """What somebody wrote in a section. Appended, never edited: the newest version holds. by: None for what a report
    begins with."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="texts_written")
    section = models.CharField(max_length=20)
    version = models.PositiveSmallIntegerField()
    text = models.TextField(blank=True)
    by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["report", "section", "version"], name="one_text_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.section} {self.version}"


class Filling(models.Model):
    """The figures of a report as they stood at a moment, each with its definition. Appended, never edited: the newest
    holds."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="fillings")
    number = models.PositiveSmallIntegerField()
    figures = models.JSONField()
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the figures as canonical JSON."))
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="one_filling_a_number")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.number}"

    def read(self) -> figuring.Figures:
        """The figures."""
        return figuring.Figures.from_json(self.figures)

    def codes(self) -> set[str]:
        """What a text may name."""
        return {figure["code"] for group in self.figures["groups"] for figure in group["figures"]}


class SignedReport(models.Model):
    """A version of a report as it was signed: its content, and the documents byte for byte. Appended, never edited."""

    report = models.ForeignKey(Report, models.PROTECT, related_name="signed_versions")
    version = models.PositiveSmallIntegerField(help_text=_("From 1; a correction is the next one."))
    content = models.TextField(help_text=_("As canonical JSON: the documents can be made of it again."))
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the content."))
    pdf = models.BinaryField()
    pdf_digest = models.CharField(max_length=64)
    docx = models.BinaryField()
    docx_digest = models.CharField(max_length=64)
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["report", "version"], name="one_signed_report_a_version")]

    def __str__(self) -> str:
        return f"{self.report_id} {self.version}"


class Publication(models.Model):
    """A signed version that everybody may read: the same content without small figures, and its documents.

    until: when it was taken off the public pages again; nothing else of it ever changes.
    """

    signed = models.ForeignKey(SignedReport, models.PROTECT, related_name="publications")
    content = models.TextField()
    pdf = models.BinaryField()
    docx = models.BinaryField()
    by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["signed"], condition=Q(until=None), name="one_publication_at_a_time")
        ]

    def __str__(self) -> str:
        return f"{self.signed_id} {self.at}"
