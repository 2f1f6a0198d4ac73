"""Where an imported report goes: its state, kind and unit here, by the editable table and the names of our units."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.importers.traffy import TraffyReport
from complaints.models import ComplaintKind, ImportMapping
from complaints.states import GRAPH
from organisations.models import Unit
from organisations.queries import open_units
from workflows.actors import IMPORTER
from workflows.graph import Edge
from workflows.importing.reading import BadRowError, UnreadableFileError
from workflows.models import ClockRule

# "สำนักงานตำรวจแห่งชาติ (Royal Thai Police)": the name stands before the brackets.
_BRACKETS = re.compile(r"\s*\([^()]*\)")

# The edges by which an import may begin a case, by the state they lead to: the graph decides, not this module.
EDGES: dict[str, Edge] = {
    edge.target: edge for edge in GRAPH.beginnings() if any(who.code == IMPORTER.code for who in edge.by)
}


class MappingError(UnreadableFileError):
    """The table or the command line names something that does not exist here; nothing has been written."""


@dataclass(frozen=True)
class Placing:
    """Where one report goes."""

    edge: Edge
    kind: ComplaintKind
    unit: Unit


def target_problem(field_name: str, target: str) -> str:
    """Why `target` cannot stand in the table for this field, as a sentence; "" when it can."""
    match field_name:
        case ImportMapping.Field.STATE if target not in EDGES:
            return _("An import cannot begin in the state %(target)s. Choose one of: %(states)s.") % {
                "target": target,
                "states": ", ".join(EDGES),
            }
        case ImportMapping.Field.TYPE if target and not ComplaintKind.objects.filter(code=target).exists():
            return _("There is no kind of complaint with the code %(target)s.") % {"target": target}
        case ImportMapping.Field.UNIT if not open_units().filter(code=target).exists():
            return _("There is no open unit with the code %(target)s.") % {"target": target}
    return ""


@dataclass
class Mapping:
    """The table of one format, read once for one import.

    receiving: the unit of reports whose organisations nobody here claims. unmapped_kind: the kind of reports whose
    types are all unknown; None rejects them.
    """

    states: dict[str, Edge]
    kinds: dict[str, ComplaintKind | None]
    units: dict[str, Unit]
    receiving: Unit
    unmapped_kind: ComplaintKind | None = None
    _rules: dict[str, list[tuple[str, date]]] = field(default_factory=dict)

    @classmethod
    def load(cls, format_name: str, *, unit: str = "", unmapped_type: str = "") -> "Mapping":
        """Read the table. unit, unmapped_type: codes from the command line, "" for none.

        Raises MappingError when a code is unknown or no row maps a state: then every report would be rejected.
        """
        rows = list(ImportMapping.objects.filter(format=format_name))
        kinds = ComplaintKind.objects.in_bulk()
        units = {row.code: row for row in open_units()}
        for row in rows:
            if problem := _row_problem(row, kinds, units):
                raise MappingError(
                    _("The import mapping “%(row)s” cannot be used. %(problem)s") % {"row": row, "problem": problem}
                )
        by_field = {
            name: {row.source_value: row.target for row in rows if row.field == name} for name in ImportMapping.Field
        }
        if not by_field[ImportMapping.Field.STATE]:
            raise MappingError(
                _("No import mapping says what the states of %(format)s mean here. Enter them first.")
                % {"format": format_name}
            )
        named = by_field[ImportMapping.Field.UNIT]
        for code, known, sentence in (
            (unit, units, _("There is no open unit with the code %(target)s.")),
            (unmapped_type, kinds, _("There is no kind of complaint with the code %(target)s.")),
        ):
            if code and code not in known:
                raise MappingError(sentence % {"target": code})
        receiving = unit or named.get("", "")
        if not receiving:
            raise MappingError(
                _("Say which unit receives reports that are addressed to no unit here: --unit CODE. Units: %(codes)s.")
                % {"codes": ", ".join(sorted(units)[:20]) or "∅"}
            )
        mapping = cls(
            states={word: EDGES[target] for word, target in by_field[ImportMapping.Field.STATE].items()},
            kinds={
                word: kinds[target] if target else None for word, target in by_field[ImportMapping.Field.TYPE].items()
            },
            units=_by_name(units.values()) | {_plain_name(name): units[code] for name, code in named.items() if name},
            receiving=units[receiving],
            unmapped_kind=kinds[unmapped_type] if unmapped_type else None,
        )
        for code, category, valid_from in ClockRule.objects.values_list("code", "category", "valid_from"):
            mapping._rules.setdefault(code, []).append((category, valid_from))
        return mapping

    def place(self, report: TraffyReport) -> Placing:
        """Where `report` goes. Raises BadRowError naming every word that has no meaning here."""
        reasons: list[str] = []
        edge = self.states.get(report.state)
        if edge is None:
            reasons.append(_("no mapping for the state %(value)s") % {"value": report.state})
        kind = self._kind(report.types)
        if kind is None:
            unknown = [name for name in report.types if name not in self.kinds] or [*report.types[:1], "{}"][:1]
            reasons.append(_("no mapping for the type %(value)s") % {"value": ", ".join(unknown)})
        if edge and kind and (missing := self._clock_without_rule(edge, kind, timezone.localdate(report.reported_at))):
            reasons.append(
                _("the clock %(code)s has no rule in force on %(day)s")
                % {"code": missing, "day": timezone.localdate(report.reported_at).isoformat()}
            )
        if edge is None or kind is None or reasons:
            raise BadRowError(reasons)
        return Placing(edge, kind, self._unit(report.organisations))

    def _kind(self, types: tuple[str, ...]) -> ComplaintKind | None:
        """The kind of the first type that decides one. An unknown type decides nothing while another one does."""
        for name in types:
            if (kind := self.kinds.get(name)) is not None:
                return kind
        if all(name in self.kinds for name in types) and (kind := self.kinds.get("")) is not None:
            return kind
        return self.unmapped_kind

    def _unit(self, organisations: tuple[str, ...]) -> Unit:
        for name in organisations:
            if unit := self.units.get(_plain_name(name)) or self.units.get(_plain_name(_BRACKETS.sub("", name))):
                return unit
        return self.receiving

    def _clock_without_rule(self, edge: Edge, kind: ComplaintKind, day: date) -> str:
        """The first clock the edge starts that has no rule on `day`: found here, so that a dry run reports it too."""
        for code in edge.starts:
            if not any(category in {"", kind.code} and start <= day for category, start in self._rules.get(code, ())):
                return code
        return ""


def _row_problem(row: ImportMapping, kinds: dict[str, ComplaintKind], units: dict[str, Unit]) -> str:
    """As `target_problem`, without a query for each row."""
    known = {
        ImportMapping.Field.STATE: row.target in EDGES,
        ImportMapping.Field.TYPE: not row.target or row.target in kinds,
        ImportMapping.Field.UNIT: row.target in units,
    }
    return "" if known[ImportMapping.Field(row.field)] else target_problem(row.field, row.target)


def _plain_name(name: str) -> str:
    return " ".join(name.split()).casefold()


def _by_name(units: Iterable[Unit]) -> dict[str, Unit]:
    """Units by their names. A name that two units bear ("ฝ่ายโยธา") finds neither."""
    found: dict[str, Unit | None] = {}
    for unit in units:
        for name in {_plain_name(unit.name_th), _plain_name(unit.name_en)} - {""}:
            found[name] = None if name in found else unit
    return {name: unit for name, unit in found.items() if unit is not None}
