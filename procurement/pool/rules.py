"""The numbers that govern the pool, as the administrator keeps them (`PoolRule`)."""

from datetime import date

from django.db.models import QuerySet

from procurement.models import PoolRule


def pool_rules(day: date) -> dict[str, int]:
    """The rules in force on `day`: code to value, of each the newest. The codes are those of `rule_data.POOL_RULES`."""
    rows: QuerySet[PoolRule] = PoolRule.objects.filter(valid_from__lte=day).order_by("valid_from")
    return {row.code: row.value for row in rows}
