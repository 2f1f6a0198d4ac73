from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from .case import Case


class CaseSearch(models.Model):
    """The pieces of three letters of a case's subject, for `workflows.search`. Only a trigger on `Case` writes them.

    Beside the case and not on it, so that no edge has to touch the index of the pieces. A protected case has no row,
    for it has no subject.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    grams = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["grams"], name="search_by_grams")]

    def __str__(self) -> str:
        return str(self.case_id)
