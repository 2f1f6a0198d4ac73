import json
import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.translation import gettext as _

from scores.rubric import RubricError, families, parse, rubric_for
from scores.rubric_form import Rubric
from scores.scoring import Facts, FactsError, ScoringError, facts_from, facts_schema, score, score_schema, score_to
from scores.showing import as_lines
from scores.snapshots import digest_of
from workflows.metrics import Span


class Command(BaseCommand):
    """The score of an agency, or of a file of facts, by a rubric: whoever has the facts computes it himself."""

    help = "Scores an agency, or a file of facts (then without a database), by a rubric (docs/scores.md)."
    # Facts in a file need no database, and the checks would look for one.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """See the help texts; docs/scores.md has the whole contract."""
        parser.add_argument("--rubric", metavar="NAME", help="a source, or a rubric's own TOML file; see --list")
        parser.add_argument("--year", type=int, metavar="BE", help="fiscal year, Buddhist Era (of a source)")
        source = parser.add_mutually_exclusive_group()
        source.add_argument("--facts", metavar="FILE", help="a JSON file of facts, - for standard input; no database")
        source.add_argument("--agency", metavar="CODE", help="code of a unit; everything below it counts with it")
        parser.add_argument(
            "--as-of",
            metavar="DATE",
            help="figures as they stood that day, 2022-09-30 (of an agency; default: today, with what was stated)",
        )
        parser.add_argument("--confirmed-only", action="store_true", help="count only what an evaluator confirmed")
        parser.add_argument("--json", action="store_true", help="as JSON")
        parser.add_argument("--list", action="store_true", help="the sources there are rubrics of")
        parser.add_argument("--schema", choices=["facts", "score"], help="the JSON Schema of what comes in or goes out")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError, a sentence each, for what cannot be read or does not exist."""
        if options["list"]:
            self.stdout.write("\n".join(families()))
        elif options["schema"]:
            self._write(facts_schema() if options["schema"] == "facts" else score_schema())
        elif not options["rubric"] or not (options["facts"] or options["agency"]):
            raise CommandError(_("Say by which rubric and which facts: --rubric cdd-clean --year 2564 --facts FILE."))
        else:
            rubric = _rubric(options["rubric"], options["year"])
            try:
                if options["agency"]:
                    rubric = _in_force(options["rubric"], rubric)
                    facts = _facts_of(options["agency"], rubric, options["year"], options["as_of"])
                else:
                    facts = facts_from(_read(options["facts"]))
                found = score(rubric, facts, confirmed_only=options["confirmed_only"])
            except (FactsError, ScoringError) as fault:
                raise CommandError(str(fault))
            if options["json"]:
                self._write(score_to(found))
            else:
                self.stdout.write("\n".join([*as_lines(found, rubric), "", f"SHA-256 {digest_of(found)}"]))

    def _write(self, found: dict[str, Any]) -> None:
        self.stdout.write(json.dumps(found, ensure_ascii=False, indent=2))


def _rubric(name: str, year: int | None) -> Rubric:
    if name.endswith(".toml"):
        try:
            return parse(_read(name), Path(name).name)
        except RubricError as fault:
            raise CommandError(str(fault))
    if year is None:
        raise CommandError(_("Say of which fiscal year of the Buddhist Era: --year 2564."))
    try:
        return rubric_for(name, year)
    except LookupError as fault:
        raise CommandError(str(fault.args[0]))


def _in_force(name: str, rubric: Rubric) -> Rubric:
    """With the settings that the administrator keeps; a file that somebody brings is taken as it is."""
    from scores.in_force import with_settings_of

    return rubric if name.endswith(".toml") else with_settings_of(rubric, timezone.localdate())


def _facts_of(code: str, rubric: Rubric, year: int | None, as_of: str | None) -> Facts:
    # Not above: the models are of no use to who brings his facts in a file.
    from organisations.models import Unit
    from scores.daily import live_facts_of
    from scores.gathering import facts_of

    if year is None:
        raise CommandError(_("Say of which fiscal year of the Buddhist Era: --year 2564."))
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise CommandError(_("There is no unit with the code %(code)s.") % {"code": code})
    try:
        day = date.fromisoformat(as_of) if as_of else None
    except ValueError:
        raise CommandError(_("--as-of must be a date of the Common Era such as 2022-09-30."))
    if day is None:
        return live_facts_of([unit], rubric, year)[unit.pk]
    # What was stated on another day is not known by that day.
    return facts_of([unit], rubric, Span.of_year(year, day))[unit.pk]


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise CommandError(
            _("%(file)s cannot be read: %(reason)s.") % {"file": name, "reason": error.strerror or error}
        )
