import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from procurement.coverage.facts import UnreadableFacts, built_in, read_day, read_facts
from procurement.coverage.rule import Facts, compute
from procurement.coverage.showing import as_json, as_json_beside, as_lines

# As the database holds them (procurement.models.Activity).
_YEARS = (2500, 2700)


class Command(BaseCommand):
    """The participation level of an agency, or of facts in a file."""

    help = "Participation coverage and level (S4:341-349) of an agency and year, or of a file of facts."
    # Facts in a file need no database, and the checks would look for one.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See the help texts; docs/coverage.md has the whole contract."""
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument("--agency", metavar="CODE", help="code of a unit; everything below it counts with it")
        source.add_argument("--facts", metavar="FILE", help="a JSON file of facts, - for standard input; no database")
        parser.add_argument("--year", type=int, metavar="BE", help="fiscal year, Buddhist Era (with --agency)")
        parser.add_argument("--as-of", metavar="DATE", help="day of assessment, 2022-09-30 (default today)")
        parser.add_argument("--variant", default="", help="form of the rule (default: the one that governs)")
        parser.add_argument("--json", action="store_true", help="as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, a sentence each, for what cannot be read or does not exist."""
        as_of = _day(options["as_of"]) if options["as_of"] else None
        if options["facts"]:
            if options["year"]:
                raise CommandError(_("--year belongs to --agency; a file of facts is of one year."))
            self._from_file(options["facts"], as_of, options["variant"], machine=options["json"])
        else:
            if not options["year"] or not _YEARS[0] <= options["year"] <= _YEARS[1]:
                raise CommandError(_("Say which fiscal year of the Buddhist Era: --year 2565."))
            self._of_agency(options["agency"], options["year"], as_of, options["variant"], machine=options["json"])

    def _from_file(self, name: str, as_of: date | None, variant: str, *, machine: bool) -> None:
        try:
            data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        except OSError as error:
            raise CommandError(
                _("%(file)s cannot be read: %(reason)s.") % {"file": name, "reason": error.strerror or error}
            )
        try:
            file = read_facts(data, today=timezone.localdate())
        except UnreadableFacts as fault:
            raise CommandError(str(fault))
        try:
            form = built_in(variant or file.variant)
        except LookupError as fault:
            raise CommandError(str(fault))
        facts = file.facts
        if as_of:
            facts = Facts(facts.activities, facts.published, facts.education, as_of)
        result, name = compute(facts, form), file.names.__getitem__
        self._say(as_json(result, name) if machine else as_lines(result, name))

    def _of_agency(self, code: str, year: int, as_of: date | None, variant: str, *, machine: bool) -> None:
        # Not above: the models are of no use to who brings his facts in a file.
        from organisations.models import Unit
        from procurement.coverage.reading import facts_of, variant_of
        from procurement.coverage.scope import scope_of

        unit = Unit.objects.filter(code=code).first()
        if unit is None:
            raise CommandError(_("There is no unit with the code %(code)s.") % {"code": code})
        try:
            form = variant_of(variant)
        except LookupError as fault:
            raise CommandError(str(fault.args[0]))
        day = as_of or timezone.localdate()
        result, beside = (compute(facts_of(unit, year, day, inspection=wider), form) for wider in (False, True))
        scope = scope_of(unit)
        if machine:
            about = {"agency": unit.code, "fiscal_year": year, "scope": scope.value}
            self._say(as_json(result) | {"with_inspection": as_json_beside(beside)} | about)
        else:
            self._say(
                as_lines(result, with_inspection=beside, about=[f"{unit} ({unit.code}) {year}", str(scope.label)])
            )

    def _say(self, found: dict[str, Any] | Iterator[str]) -> None:
        if isinstance(found, dict):
            self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))
        else:
            self.stdout.write("\n".join(found))


def _day(text: str) -> date:
    try:
        return read_day(text)
    except ValueError:
        raise CommandError(_("--as-of must be a date of the Common Era such as 2022-09-30."))
