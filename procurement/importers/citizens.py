"""Lists of citizens whom communities and networks put forward, and who signed for it on paper. CSV by a template.

The identity number says who somebody is: the same list may be imported again. Whoever is new has applied, and waits for
his admission like everybody else. Empty cells take nothing away that is known. Reports name rows by their line only:
what stands in them is personal.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DataError, IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.calendar import BUDDHIST_ERA
from organisations.models import Unit, User
from organisations.queries import open_units
from procurement.actions.pool import InPoolAlready, apply_for_pool
from procurement.actions.pool_records import correct, record_consent
from procurement.importers import values
from procurement.importers.headings import Headings
from procurement.importers.reporting import RowListener
from procurement.importers.running import BatchRun, Outcome, Taken, Told, reason_of, refuse
from procurement.importers.spool import Row, Spool
from procurement.models import Citizen, Consent
from procurement.pool.identity import identity_number, same_person
from procurement.pool.wordings import wording_of
from workflows.importing.reading import BadRowError, Layout
from workflows.refusals import Refused

HEADINGS = Headings(
    {
        "name": ("ชื่อ-นามสกุล", "ชื่อและนามสกุล", "ชื่อ"),
        "id_number": ("เลขประจำตัวประชาชน", "เลขบัตรประชาชน"),
        "sex": ("เพศ",),
        "birth_year": ("ปีเกิด (พ.ศ.)", "ปีเกิด"),
        "unit": ("อำเภอ", "หน่วยงาน", "รหัสหน่วยงาน"),
        "phone": ("โทรศัพท์", "เบอร์โทรศัพท์"),
        "email": ("อีเมล",),
        "address": ("ที่อยู่",),
        "occupation": ("อาชีพ",),
        "expertise": ("ความเชี่ยวชาญ",),
        "network": ("ชุมชนหรือเครือข่าย", "เครือข่าย"),
        "no_official": ("ไม่ดำรงตำแหน่งต้องห้าม",),
        "consent_pool": ("ยินยอมให้เก็บข้อมูล",),
        "consent_publish": ("ยินยอมให้เผยแพร่ชื่อ",),
        "consent_contact": ("ยินยอมให้ติดต่อทางอีเมล",),
    },
    ("name", "id_number", "no_official", "consent_pool"),
)
# Made up: its last digit is right, so that the line is refused for what it is and not for its number.
EXAMPLE = (
    "นาย สมมุติ ตัวอย่าง", "1000000000009", "ชาย", "2515", "", "0800000000", "", "1 หมู่ 1 ตำบลสมมุติ", "เกษตรกร", "บัญชี",
    "เครือข่ายสมมุติ", "ใช่", "ใช่", "ใช่", "ไม่",
)  # fmt: skip
LIMITS = {"name": 200, "occupation": 200, "network": 200, "expertise": 300, "address": 500, "phone": 30, "email": 200}
SEALED = ("id_number", "phone", "email", "address")
MOST_BYTES = 256 * 1024
"""Of a list that is sent by the page, which waits for its end: some 1,500 people. The command takes longer ones."""
_YES = frozenset({"ใช่", "ยินยอม", "yes", "y", "1", "true", "✓", "✔"})
_NO = frozenset({"ไม่", "ไม่ใช่", "ไม่ยินยอม", "no", "n", "0", "false"})
_SEXES = {
    "ชาย": Citizen.Sex.MALE, "male": Citizen.Sex.MALE, "m": Citizen.Sex.MALE,
    "หญิง": Citizen.Sex.FEMALE, "female": Citizen.Sex.FEMALE, "f": Citizen.Sex.FEMALE,
    "อื่น": Citizen.Sex.OTHER, "อื่นๆ": Citizen.Sex.OTHER, "other": Citizen.Sex.OTHER,
}  # fmt: skip
_OLDEST, _FIRST_BE_YEAR = 120, 2400


def template() -> str:
    """The template as CSV; the mark at its beginning tells a sheet that it is UTF-8."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(others[0] for others in HEADINGS.columns.values())
    writer.writerow(EXAMPLE)
    return out.getvalue()


@dataclass
class Applicant:
    """One row: facts are only what is given; unit: None where the row names none; code: of who was known before."""

    line: int
    name: str
    unit: Unit | None
    facts: dict[str, Any]
    private: dict[str, str]
    consents: list[str]
    remarks: list[str] = field(default_factory=list)
    code: str = ""


class CitizenImport(BatchRun[Applicant]):
    """One run over one list."""

    def __init__(
        self,
        spool: Spool,
        listener: RowListener,
        *,
        units: Iterable[Unit] | None = None,
        default: Unit | None = None,
        by: User | None = None,
        dry_run: bool = False,
    ) -> None:
        """units: into which `by` may enter somebody; None for the command, which may into every open one. default: of
        the rows that name no unit."""
        super().__init__(spool, listener, dry_run=dry_run)
        self._default, self._by = default, by
        chosen = list(open_units() if units is None else units)
        self._keys = None if units is None else {unit.pk for unit in chosen}
        self._units: dict[str, list[Unit]] = {}
        for unit in chosen:
            for name in {unit.code, unit.name_th, unit.name_en}:
                self._units.setdefault(values.plain_name(name), []).append(unit)

    def group(self, key: str, rows: Iterable[Row]) -> tuple[Applicant | None, int]:  # noqa: ARG002 - each row alone
        """What a row says, None when it cannot be taken."""
        for row in rows:
            try:
                return parse(row, self._units), 1
            except BadRowError as bad:
                self.reject(row.line, "", str(bad))
        return None, 0

    def take_batch(self, batch: Sequence[Applicant]) -> list[Told]:
        """Enter the people of a batch, each by himself; known ones are told by their codes."""
        taken = [self._take(applicant) for applicant in batch]
        return [Told(row.line, row.code, what) for row, what in zip(batch, taken, strict=True)]

    def _take(self, applicant: Applicant) -> Taken:
        try:
            with transaction.atomic():
                taken = self._enter(applicant)
        except InPoolAlready as known:
            taken = Taken(Outcome.REJECTED, _reason_of_known(known.citizen))
        except (Refused, BadRowError) as fault:
            taken = Taken(Outcome.REJECTED, reason_of(fault))
        except (IntegrityError, DataError):
            # What the database says repeats the row.
            taken = Taken(Outcome.REJECTED, _("the database refused it"))
        return taken.with_remarks(applicant.remarks)

    def _enter(self, applicant: Applicant) -> Taken:
        known = same_person(applicant.name, applicant.private)
        if known is not None:
            return self._change(known, applicant)
        unit = applicant.unit or self._default
        if unit is None:
            raise refuse(_("the row names no district, and none was chosen for such rows"))
        consents = {purpose: wording_of(purpose) for purpose in applicant.consents}
        facts = {"name": applicant.name, **applicant.facts, "private": applicant.private, "consents": consents}
        source = Citizen.Source.IMPORT
        apply_for_pool(unit=unit, source=source, by=self._by, no_official=True, **facts)
        return Taken(Outcome.CREATED)

    def _change(self, known: Citizen, applicant: Applicant) -> Taken:
        if self._keys is not None and known.person.unit_id not in self._keys:
            raise refuse(_("this person is in the pool of another area"))
        applicant.code = known.code
        facts = {"name": applicant.name, **applicant.facts}
        facts |= {} if applicant.unit is None else {"unit": applicant.unit}
        if "occupation" in facts:
            facts["position"] = facts.pop("occupation")
        changed = correct(known, by=self._by, private=applicant.private, **facts)
        changed += [
            f"consent_{purpose}"
            for purpose in applicant.consents
            if record_consent(known, by=self._by, purpose=purpose)
        ]
        if not changed:
            return Taken(Outcome.UNCHANGED)
        return Taken(Outcome.CHANGED, ", ".join(sorted(changed)))


def parse(row: Row, units: dict[str, list[Unit]]) -> Applicant:
    """Read one row. units: by their plain names and codes. Raises BadRowError with every reason; none of them repeats
    a number, an address or a name."""
    if row.fault:
        raise BadRowError([row.fault])
    if tuple(row.cells.get(name, "").strip() for name in HEADINGS.columns) == EXAMPLE:
        raise refuse(_("this is the example of the template; take the line out"))
    cells = _Cells(row.cells)
    name, private = cells.words("name"), cells.private()
    if not name:
        cells.empty("name")
    unit = cells.unit(units)
    facts: dict[str, Any] = {
        "sex": cells.sex(),
        "birth_year": cells.birth_year(),
        **{column: cells.words(column) for column in ("occupation", "expertise", "network")},
    }
    if cells.yes("no_official") is not True:
        cells.reasons.append(_("it does not say that he holds none of the posts that bar from the pool"))
    consents = [purpose.value for purpose in Consent.Purpose if cells.yes(f"consent_{purpose.value}")]
    if Consent.Purpose.POOL not in consents:
        cells.reasons.append(_("it does not say that he agreed that his data is kept"))
    if cells.reasons:
        raise BadRowError(cells.reasons)
    given = {key: value for key, value in facts.items() if value not in (None, "")}
    return Applicant(row.line, name, unit, given, private, consents, cells.remarks)


class _Cells:
    """The cells of a row; reasons: why it cannot be taken, remarks: what was left out of it."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = cells
        self.reasons: list[str] = []
        self.remarks: list[str] = []

    def empty(self, column: str) -> None:
        self.reasons.append(_("%(column)s is empty") % {"column": column})

    def words(self, column: str) -> str:
        text, limit = values.words(self._cells.get(column, "")), LIMITS[column]
        if len(text) <= limit:
            return text
        told = _("%(column)s is longer than %(limit)d characters and was cut")
        self.remarks.append(told % {"column": column, "limit": limit})
        return text[:limit]

    def private(self) -> dict[str, str]:
        found = {"id_number": "", "phone": self.words("phone"), "address": self.words("address")}
        text = self._cells.get("id_number", "")
        if values.says_nothing(text):
            self.empty("id_number")
        else:
            try:
                found["id_number"] = identity_number(values.clean(text))
            except ValueError:
                self.reasons.append(_("id_number is no identity number of 13 digits, or its check digit is wrong"))
        if email := self.words("email"):
            try:
                validate_email(email)
                found["email"] = email
            except ValidationError:
                self.remarks.append(_("email is no e-mail address; it was left empty"))
        if not any(found.get(column) for column in ("phone", "email", "address")):
            self.reasons.append(_("there is no telephone, e-mail or address by which he can be reached"))
        return {column: value for column, value in found.items() if value}

    def unit(self, units: dict[str, list[Unit]]) -> Unit | None:
        text = self._cells.get("unit", "")
        if values.says_nothing(text):
            return None
        found = units.get(values.plain_name(text), [])
        if len(found) == 1:
            return found[0]
        told = _("no unit that you may enter people for is called %(unit)s")
        several = _("several units are called %(unit)s; write the code")
        self.reasons.append((several if found else told) % {"unit": values.shown(text)})
        return None

    def sex(self) -> str:
        text = values.plain_name(self._cells.get("sex", "")).replace(" ", "").rstrip("ๆ")
        if values.says_nothing(text):
            return ""
        if text not in _SEXES:
            self.remarks.append(_("sex is none of the words that are known; it was left empty"))
        return _SEXES.get(text, "")

    def birth_year(self) -> int | None:
        text = values.clean(self._cells.get("birth_year", "")).removesuffix(".0")
        if values.says_nothing(text):
            return None
        year = int(text) if text.isdecimal() and len(text) == 4 else 0
        year += 0 if year >= _FIRST_BE_YEAR else BUDDHIST_ERA
        now = timezone.localdate().year + BUDDHIST_ERA
        if now - _OLDEST <= year <= now:
            return year
        self.remarks.append(_("birth_year is no year of four digits; it was left empty"))
        return None

    def yes(self, column: str) -> bool | None:
        """Yes, no, or None for nothing; any other word is a reason not to take the row."""
        text = values.plain_name(self._cells.get(column, "")).replace(" ", "")
        if text in _YES or text in _NO:
            return text in _YES
        if not values.says_nothing(text):
            self.reasons.append(_("%(column)s is neither yes nor no") % {"column": column})
        return None


def _reason_of_known(citizen: Citizen) -> str:
    if citizen.status == Citizen.Status.LEFT:
        return _("he left the pool as %(code)s; take him back on his page") % {"code": citizen.code}
    return _("this person is in the pool already, or has applied")


@contextmanager
def opened(handle: BinaryIO, encoding: str | None) -> Iterator[tuple[Layout, Spool]]:
    """A list, looked at and read into memory; nothing of it touches the disk here. Raises UnreadableFileError."""
    layout = HEADINGS.inspect(handle, encoding)
    with Spool(in_memory=True) as spool:
        spool.fill(("", row) for row in HEADINGS.rows(handle, layout))
        yield layout, spool
