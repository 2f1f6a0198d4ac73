"""Reference data of complaints: kinds, grounds for declining, and what the words of other systems mean here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from complaints.models import ComplaintKind, DeclineGround, ImportMapping
from organisations.reference_data import ReferenceData


class _Coded(ReferenceData):
    """A table whose code is its key: chosen once, for rows refer to it."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """The code of a row that is there stays."""
        return ["code"] if obj else []


@admin.register(ComplaintKind)
class ComplaintKindAdmin(_Coded):
    """Kinds of complaints. One that is no longer offered loses its tick; its cases keep it."""

    list_display = ["name_th", "code", "parent", "simple", "protected", "active", "position"]
    list_filter = ["active", "simple", "protected"]
    list_select_related = ["parent"]
    search_fields = ["code", "name_th", "name_en"]
    autocomplete_fields = ["parent", "owning_unit"]


@admin.register(DeclineGround)
class DeclineGroundAdmin(_Coded):
    """Grounds on which a complaint may be declined."""

    list_display = ["name_th", "code", "active", "verified", "source"]
    list_filter = ["active", "verified"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(ImportMapping)
class ImportMappingAdmin(ReferenceData):
    """What a word of another system means here. Nothing refers to a row, so it may go."""

    may_delete = True
    list_display = ["format", "field", "source_value", "target"]
    list_filter = ["format", "field"]
    search_fields = ["source_value", "target"]
