"""The data key of a case and the texts sealed with it."""

from typing import Any, TypeVar

from django.db import models
from django.utils.translation import gettext

from workflows import sealing
from workflows.models import Case, CaseKey

AnyCase = TypeVar("AnyCase", bound=Case)


def data_key(case: Case) -> sealing.DataKey:
    """The data key of `case`, kept on the instance. Raises KeyErased when it has none, and what unwrapping raises."""
    kept: sealing.DataKey | None = vars(case).get("_data_key")
    if kept is None:
        row = CaseKey.objects.filter(case=case.pk).first()
        kept = sealing.unwrap_data_key(row.wrapped if row else "")
        vars(case)["_data_key"] = kept
    return kept


def key_to_write(case: Case) -> sealing.DataKey:
    """As `data_key`, and made when the case has none yet. An erased key (its record is empty) is never made anew."""
    if "_data_key" not in vars(case):
        # Two at once: the second takes the key of the first.
        CaseKey.objects.bulk_create([CaseKey(case_id=case.pk, wrapped=sealing.new_data_key())], ignore_conflicts=True)
    return data_key(case)


def is_erased(case: Case) -> bool:
    """Whether the content of `case` was erased. Asked once for an instance, as a page asks it for every edge."""
    if "_erased" not in vars(case):
        vars(case)["_erased"] = CaseKey.objects.filter(case=case.pk, wrapped="").exists()
    return bool(vars(case)["_erased"])


def not_erased(cases: models.QuerySet[AnyCase]) -> models.QuerySet[AnyCase]:
    """Those of `cases` whose content was not erased: `is_erased()`, asked of a whole list."""
    return cases.exclude(key__wrapped="", key__isnull=False)


def destroy_key(case: Case) -> None:
    """What is sealed with the key of `case` is noise from now on; no key is ever made for it again."""
    CaseKey.objects.update_or_create(case_id=case.pk, defaults={"wrapped": ""})
    vars(case).pop("_data_key", None)
    vars(case)["_erased"] = True


class CaseText(models.Model):
    """A row with a text about a case: plain, so that it can be searched, or sealed when the case is protected.

    Once the case is erased, `sealed` is ERASED, and the row says so in place of its text.
    """

    ERASED = b""

    text = models.TextField(blank=True)
    sealed = models.BinaryField(null=True, editable=False)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sealed__isnull=True) | models.Q(text=""),
                name="%(app_label)s_%(class)s_plain_or_sealed",
            )
        ]

    def _context(self) -> str:
        return f"{self._meta.label_lower}/text"

    def write(self, case: Case, text: str) -> None:
        """Put `text` into the row, sealed when the case is protected. Does not save."""
        if case.protected:
            self.text, self.sealed = "", sealing.seal(key_to_write(case), text, self._context())
        else:
            self.text, self.sealed = text, None

    def read(self, case: Case) -> str:
        """The text; a sentence in its place once it was erased. Raises `sealing.SealingError` for a broken seal."""
        if self.sealed is None:
            return self.text
        if bytes(self.sealed) == self.ERASED:
            return gettext("This text was deleted for good.")
        try:
            return sealing.open_text(data_key(case), self.sealed, self._context())
        except sealing.KeyErased:
            # The key table of after the erasure, beside texts out of an older backup.
            return gettext("This text was deleted for good.")


def reseal(case: Case, rows: "models.QuerySet[Any]") -> None:
    """Seal rows that were written before the case became protected."""
    for row in rows.filter(sealed__isnull=True).exclude(text=""):
        row.write(case, row.text)
        row.save(update_fields=["text", "sealed"])
