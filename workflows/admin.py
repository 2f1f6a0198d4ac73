"""Reference data of the clocks: their rules, and the holidays they count around. Cases and the ledger are not here."""

import contextlib
from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from procrastinate.exceptions import AlreadyEnqueued

from organisations.holidays import is_seeded
from organisations.models import Holiday
from organisations.reference_data import ReferenceData
from workflows.models import ClockRule


@admin.register(ClockRule)
class ClockRuleAdmin(ReferenceData):
    """How long something may take. A running clock keeps the length it began with; a new rule begins on its day."""

    list_display = ["code", "name_th", "length", "unit", "category", "valid_from", "verified"]
    list_filter = ["code", "verified"]
    search_fields = ["code", "name_th", "name_en", "category"]


@admin.register(Holiday)
class HolidayAdmin(ReferenceData):
    """Holidays. Who edits one states his source; then the seed leaves the row alone, and deadlines are derived anew."""

    may_delete = True
    list_display = ["day", "name_th", "name_en", "source"]
    search_fields = ["name_th", "name_en", "source"]
    date_hierarchy = "day"
    ordering = ["-day"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """The day is the key: a holiday that moves is deleted and entered anew."""
        return ["day"] if obj else []

    def save_model(self, request: HttpRequest, obj: Holiday, form: Any, change: bool) -> None:
        """Save under a source of the administrator's own, then have every running deadline derived anew."""
        if is_seeded(obj):
            obj.source = _("Entered by %(name)s") % {"name": request.user}
        super().save_model(request, obj, form, change)
        self._deadlines_follow(request)

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        """As for a change."""
        super().delete_model(request, obj)
        self._deadlines_follow(request)

    def delete_queryset(self, request: HttpRequest, queryset: Any) -> None:
        """As for a change."""
        super().delete_queryset(request, queryset)
        self._deadlines_follow(request)

    def _deadlines_follow(self, request: HttpRequest) -> None:
        from workflows.jobs import recompute

        def enqueue() -> None:
            # One waiting run sees every change made before it starts. Atomic: the refusal of a second must not spoil
            # a transaction around it.
            with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
                recompute.defer()

        transaction.on_commit(enqueue)
        messages.info(request, _("Running deadlines are being derived anew; this may take a minute."))
