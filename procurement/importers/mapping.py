"""What the words of the source mean here: agencies, methods and statuses, by tables that an administrator edits."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from organisations.models import Unit
from organisations.queries import open_units
from procurement.importers.values import plain_name, shown
from procurement.models import AgencyName, ProcurementMethod, SourceStatus
from workflows.importing.reading import UnreadableFileError

Meaning = SourceStatus.Meaning
# A hostile file may bring a new word in every row.
MOST_WORDS = 50


class MappingError(UnreadableFileError):
    """The command line names something that does not exist here; nothing has been written."""


@dataclass
class Mapping:
    """The tables, read once for one import.

    units: by plain names. methods: by their codes. words: names of methods and their codes. statuses: words and their
    meanings. receiving: the unit of agencies that nobody here is called by; None rejects them.
    """

    units: dict[str, Unit]
    methods: dict[str, ProcurementMethod]
    words: list[tuple[str, str]]
    statuses: list[tuple[str, str]]
    receiving: Unit | None = None
    unknown_methods: Counter[str] = field(default_factory=Counter)
    unknown_statuses: Counter[str] = field(default_factory=Counter)

    @classmethod
    def load(cls, unit: str = "") -> "Mapping":
        """unit: the code of the receiving unit, or "". Raises MappingError when there is none of it."""
        units = {row.code: row for row in open_units()}
        if unit and unit not in units:
            raise MappingError(_("There is no open unit with the code %(target)s.") % {"target": unit})
        named = AgencyName.objects.select_related("unit")
        methods = ProcurementMethod.objects.in_bulk()
        return cls(
            units=_by_name(units.values())
            | {plain_name(row.name): row.unit for row in named if row.unit.code in units},
            methods=methods,
            words=[
                (_squeezed(name), row.code)
                for row in methods.values()
                for name in (row.name_th, row.name_en, *row.aliases)
                if _squeezed(name)
            ],
            # The longest word first: it decides.
            statuses=sorted(
                ((_squeezed(row.word), row.meaning) for row in SourceStatus.objects.all()), key=lambda row: -len(row[0])
            ),
            receiving=units[unit] if unit else None,
        )

    def unit_for(self, agencies: Iterable[str]) -> Unit | None:
        """The unit of the first name that is known, else the receiving unit, else None."""
        for name in agencies:
            if unit := self.units.get(plain_name(name)):
                return unit
        return self.receiving

    def method_for(self, names: tuple[str, ...]) -> tuple[str, str]:
        """Code of the method ("" when unknown) and its name as the source writes it.

        names: the best first. A text that names several methods names none: that is how the export fills the group of
        methods, and in some years it has the two columns the wrong way round.
        """
        for name in names:
            text = _squeezed(name)
            found = {code for word, code in self.words if word in text}
            if len(found) == 1:
                return found.pop(), name
        if names:
            _count(self.unknown_methods, names[0])
        return "", names[0] if names else ""

    def meaning(self, status: str) -> str:
        """A `SourceStatus.Meaning`; "" for no status or one that is unknown."""
        text = _squeezed(status)
        if not text:
            return ""
        for word, meaning in self.statuses:
            if text.startswith(word):
                return meaning
        _count(self.unknown_statuses, status)
        return ""

    def notes(self) -> Iterator[str]:
        """A sentence for each word that has no meaning here."""
        for name, count in self.unknown_methods.most_common():
            yield _(
                "The method “%(name)s” is not known here: %(count)d purchases keep it as text. "
                "Add it to the names of a method of procurement."
            ) % {"name": shown(name), "count": count}
        for name, count in self.unknown_statuses.most_common():
            yield _(
                "The status “%(name)s” is not known here: %(count)d rows were placed by their dates and contracts. "
                "Add it to the statuses at the source."
            ) % {"name": shown(name), "count": count}


def state_at_source(project: str, contracts: Iterable[str], *, announced: bool) -> str:
    """The state of a purchase by what the source says, as a code of `states.purchase`.

    project: the meaning of the project's status; contracts: those of the statuses of all its contracts ("" where
    unknown); announced: whether the day of its announcement is known. What the contracts say goes before what the
    project says, for that is brought up to date later; only a cancelled project is cancelled whatever they say.
    """
    each = list(contracts)
    live = [meaning for meaning in each if meaning != Meaning.CANCELLED]
    if project == Meaning.CANCELLED or (each and not live):
        return Meaning.CANCELLED.value
    said = {meaning for meaning in live if meaning}
    if said == {Meaning.COMPLETED} and ("" not in live or project == Meaning.COMPLETED):
        return Meaning.COMPLETED.value
    if project == Meaning.COMPLETED and not said:
        return Meaning.COMPLETED.value
    if live or project == Meaning.CONTRACTED:
        return Meaning.CONTRACTED.value
    return Meaning.ANNOUNCED.value if announced or project == Meaning.ANNOUNCED else Meaning.PLANNED.value


def _count(words: Counter[str], word: str) -> None:
    if word in words or len(words) < MOST_WORDS:
        words[word] += 1


def _squeezed(text: str) -> str:
    """Without spaces and case: `จัดทำสัญญา/ PO แล้ว` is written in three ways."""
    return "".join(plain_name(text).split())


def _by_name(units: Iterable[Unit]) -> dict[str, Unit]:
    """Units by their names. A name that two units bear ("ฝ่ายโยธา") finds neither."""
    found: dict[str, Unit | None] = {}
    for unit in units:
        for name in {plain_name(unit.name_th), plain_name(unit.name_en)} - {""}:
            found[name] = None if name in found else unit
    return {name: unit for name, unit in found.items() if unit is not None}
