"""Reference data of procurement that is no rule: names and words of other systems.

Rules have pages of their own (`procurement/rule_tables.py`).
"""

from django.contrib import admin

from organisations.reference_data import ReferenceData
from procurement.models import AgencyName, SourceStatus


@admin.register(AgencyName)
class AgencyNameAdmin(ReferenceData):
    """How a source writes the name of a unit of ours. Nothing refers to a row, so it may go."""

    may_delete = True
    list_display = ["name", "unit"]
    list_select_related = ["unit"]
    search_fields = ["name", "unit__name_th", "unit__code"]
    autocomplete_fields = ["unit"]


@admin.register(SourceStatus)
class SourceStatusAdmin(ReferenceData):
    """What a status word of a source means here. Nothing refers to a row, so it may go."""

    may_delete = True
    list_display = ["word", "meaning"]
    list_filter = ["meaning"]
    search_fields = ["word"]
