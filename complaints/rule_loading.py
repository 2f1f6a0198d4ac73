"""Load the rules an installation starts with (`rule_data`).

Once loaded they belong to the administrator: loading again adds what is missing and never changes a row that exists.
"""

from typing import TYPE_CHECKING, Any

from django.apps import apps as current_apps

from complaints.rule_data import CLOCK_RULES, DECLINE_GROUNDS, KINDS, REFERRAL_AGENCIES, RETENTION_RULES, VALID_FROM
from complaints.rule_texts import load_standard_texts

if TYPE_CHECKING:
    from django.apps.registry import Apps


def load_rule_data(apps: "Apps" = current_apps) -> int:
    """Add the rules that are missing, by their codes, and change none that exist. Out: how many were added.

    apps: the registry, so that a migration can pass its own historical one.
    """
    loaders = (
        _load_kinds, _load_grounds, _load_clock_rules, load_standard_texts, _load_agencies, _load_retention_rules,
    )  # fmt: skip
    return sum(load(apps) for load in loaders)


def _missing(model: Any, codes: list[str]) -> set[str]:
    return set(codes) - set(model.objects.filter(code__in=codes).values_list("code", flat=True))


def _load_kinds(apps: "Apps") -> int:
    model: Any = apps.get_model("complaints", "ComplaintKind")
    missing = _missing(model, [kind.code for kind in KINDS])
    has_122 = any(field.name == "section_122" for field in model._meta.fields)  # not in earlier migrations
    rows = [
        model(
            code=kind.code,
            parent_id=kind.parent or None,
            name_th=kind.name_th,
            name_en=kind.name_en,
            simple=kind.simple,
            protected=kind.protected,
            **({"section_122": kind.section_122} if has_122 else {}),
            position=10 * position,
            source=kind.source,
        )
        for position, kind in enumerate(KINDS, start=1)
        if kind.code in missing
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _load_grounds(apps: "Apps") -> int:
    model: Any = apps.get_model("complaints", "DeclineGround")
    missing = _missing(model, [ground.code for ground in DECLINE_GROUNDS])
    rows = [
        model(
            code=ground.code,
            name_th=ground.name_th,
            name_en=ground.name_en,
            source=ground.source,
            verified=not ground.unverified,
        )
        for ground in DECLINE_GROUNDS
        if ground.code in missing
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _load_agencies(apps: "Apps") -> int:
    try:
        model: Any = apps.get_model("complaints", "ReferralAgency")
    except LookupError:  # a migration from before there were agencies
        return 0
    missing = _missing(model, [agency.code for agency in REFERRAL_AGENCIES])
    rows = [
        model(
            code=agency.code,
            name_th=agency.name_th,
            name_en=agency.name_en,
            source=agency.source,
            binding=agency.binding,
            position=10 * position,
        )
        for position, agency in enumerate(REFERRAL_AGENCIES, start=1)
        if agency.code in missing
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _load_clock_rules(apps: "Apps") -> int:
    model: Any = apps.get_model("workflows", "ClockRule")
    # By code alone: a rule that the administrator has dated anew must not come back beside his.
    missing = _missing(model, [rule.code for rule in CLOCK_RULES])
    rows = [
        model(
            code=rule.code,
            name_th=rule.name_th,
            name_en=rule.name_en,
            meaning="window" if rule.window else "duty",
            length=rule.length,
            unit=rule.unit,
            pauses=rule.pauses,
            valid_from=VALID_FROM,
            source=rule.source,
            verified=not rule.unverified,
        )
        for rule in CLOCK_RULES
        if rule.code in missing
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)


def _load_retention_rules(apps: "Apps") -> int:
    try:
        model: Any = apps.get_model("workflows", "RetentionRule")
    except LookupError:  # a migration from before content had an end
        return 0
    present = set(model.objects.values_list("code", "category"))
    rows = [
        model(
            code=rule.code,
            category=rule.category,
            years=rule.years,
            valid_from=VALID_FROM,
            source=rule.source,
            verified=not rule.unverified,
        )
        for rule in RETENTION_RULES
        if (rule.code, rule.category) not in present
    ]
    model.objects.bulk_create(rows, ignore_conflicts=True)
    return len(rows)
