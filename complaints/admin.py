"""Reference data of complaints that is no rule: what the words of other systems mean here.

Rules have pages of their own (`complaints/rule_tables.py`).
"""

from django.contrib import admin

from complaints.models import ImportMapping
from organisations.reference_data import ReferenceData


@admin.register(ImportMapping)
class ImportMappingAdmin(ReferenceData):
    """What a word of another system means here. Nothing refers to a row, so it may go."""

    may_delete = True
    list_display = ["format", "field", "source_value", "target"]
    list_filter = ["format", "field"]
    search_fields = ["source_value", "target"]
