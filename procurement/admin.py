"""Reference data of procurement: methods, kinds of committees, rules for orders, grounds of interest, levels."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from organisations.reference_data import ReferenceData
from procurement.models import (
    AgencyName,
    CitizenBar,
    CommitteeKind,
    CoverageLevel,
    CoverageVariant,
    InterestGround,
    OrderRule,
    PoolRule,
    ProcurementMethod,
    SourceStatus,
)


class _Coded(ReferenceData):
    """A table whose code is its key: chosen once, for rows refer to it."""

    search_fields = ["code", "name_th", "name_en"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:  # noqa: ARG002
        """The code of a row that is there stays."""
        return ["code"] if obj else []


@admin.register(CommitteeKind)
class CommitteeKindAdmin(_Coded):
    """Kinds of committees, and whether a citizen on one counts for coverage."""

    list_display = ["name_th", "code", "task", "qualifying", "unanimous", "single", "active", "verified"]
    list_filter = ["task", "qualifying", "active", "verified"]


@admin.register(ProcurementMethod)
class ProcurementMethodAdmin(_Coded):
    """Methods with their ceilings."""

    list_display = ["name_th", "code", "floor", "ceiling", "committee_kind", "valid_from", "active", "verified"]
    list_filter = ["active", "verified"]
    list_select_related = ["committee_kind"]


@admin.register(OrderRule)
class OrderRuleAdmin(ReferenceData):
    """Rules for orders. A new figure is a new row with its own first day; the old one stays for older orders."""

    list_display = ["name_th", "code", "clause", "level", "threshold", "valid_from", "valid_until", "verified"]
    list_filter = ["level", "verified", "code"]
    search_fields = ["code", "name_th", "name_en", "clause"]


@admin.register(InterestGround)
class InterestGroundAdmin(_Coded):
    """Grounds of interest that make a member leave."""

    list_display = ["name_th", "code", "degree", "verified", "source"]


@admin.register(PoolRule)
class PoolRuleAdmin(ReferenceData):
    """Numbers that govern the pool. A new figure is a new row with its own first day; the old one stays for then."""

    list_display = ["name_th", "code", "value", "valid_from", "verified", "source"]
    list_filter = ["code", "verified"]
    search_fields = ["code", "name_th", "name_en"]


@admin.register(CitizenBar)
class CitizenBarAdmin(_Coded):
    """Posts whose holder is no citizen of the pool; the public form lists them."""

    list_display = ["name_th", "code", "position", "verified", "source"]
    list_filter = ["verified"]


class _Levels(admin.TabularInline):
    """What each level of a form asks."""

    model = CoverageLevel
    extra = 0

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """As for the form it belongs to."""
        return True

    has_add_permission = has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """A level is corrected, not taken away."""
        return False


@admin.register(CoverageVariant)
class CoverageVariantAdmin(_Coded):
    """Printed forms of the participation level; one of them governs."""

    list_display = ["name_th", "code", "governing", "verified", "source"]
    inlines = [_Levels]


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
