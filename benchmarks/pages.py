"""Pages and checks over a filled database. Run as a process of its own."""

import io
import os
import time
from collections.abc import Iterable
from typing import Any

import django

from benchmarks.measuring import Figures, counting, figures, hand_back, percentile, say, timed

WARM = 5
LIST_SIZE = 40
OK = 200


def main() -> None:
    """Measure the pages, then the two checks, on the database of DATABASE_URL and hand the figures back."""
    django.setup()
    hand_back({"pages": _pages(int(os.environ["BENCH_REQUESTS"])), "checks": _checks()})


def _pages(requests: int) -> Figures:
    from django.urls import NoReverseMatch

    found: Figures = {}
    for name, person, addresses in _plan():
        try:
            found[name] = _page(person, list(addresses()), requests)
        except NoReverseMatch as missing:
            say(f"  {name}: left out, there is no such page ({missing}).")
    return found


def _plan() -> Iterable[tuple[str, Any, Any]]:
    """The pages: (name, who opens it, its addresses)."""
    from django.urls import reverse

    officer, member, executive = _officer(), _member(), _executive()
    yield "queue, mine", officer, lambda: [reverse("queue", args=["mine"])]
    yield "queue, my unit", member, lambda: [reverse("queue", args=["unit"])]
    yield "queue, unassigned", member, lambda: [reverse("queue", args=["unassigned"])]
    yield "queue, overdue", executive, lambda: [reverse("queue", args=["overdue"])]
    yield "case page", member, lambda: [reverse("case", args=[public_id]) for public_id in _cases_of(member)]
    yield "executive page", executive, lambda: [reverse("overview")]
    yield "executive list, overdue", executive, lambda: [f"{reverse('open_cases')}?due=late"]


def _page(person: Any, addresses: list[str], requests: int) -> Figures:
    """Signed in once; the addresses in turn. Each request reads its person anew, as in life."""
    from django.test import Client

    client = Client()
    client.force_login(person)
    for address in (addresses * WARM)[:WARM]:
        status = client.get(address).status_code
        if status != OK:
            say(f"  {address}: answers {status}, left out.")
            return {"status": status}
    counts, times, size = [], [], 0
    for number in range(requests):
        address = addresses[number % len(addresses)]
        with counting() as statements:
            begun = time.perf_counter()
            answer = client.get(address)
            times.append(time.perf_counter() - begun)
        counts.append(len(statements))
        size = max(size, len(answer.content))
    return {**figures(times), "statements": int(percentile([float(count) for count in counts], 0.5)),
            "statements_most": max(counts), "kilobytes": round(size / 1024)}  # fmt: skip


def _officer() -> Any:
    """Who has most open cases in hand."""
    from django.db.models import Count

    from organisations.models import User
    from workflows.models import Case

    row = Case.objects.filter(is_open=True).exclude(holder=None).values("holder").annotate(n=Count("*")).order_by("-n")
    return User.objects.get(pk=row[0]["holder"])


def _member() -> Any:
    """A head of the unit with most open cases; where there is none, anybody who works there on cases."""
    from django.db.models import Count

    from organisations.models import Role
    from organisations.queries import holders_of
    from workflows.models import Case

    units = Case.objects.filter(is_open=True, protected=False).values("unit").annotate(n=Count("*")).order_by("-n")
    for unit in units:
        for role in (Role.HEAD, Role.OFFICER, Role.SCREENER):
            if person := holders_of(unit["unit"], role).order_by("pk").first():
                return person
    raise SystemExit("error: nobody works in a unit that has cases")


def _executive() -> Any:
    """The executive below whom most units lie."""
    from organisations.models import Role, Unit, UnitReach
    from organisations.queries import holders_of

    units = sorted(Unit.objects.all(), key=lambda unit: -UnitReach.objects.filter(above=unit).count())
    return next(person for unit in units if (person := holders_of(unit.pk, Role.EXECUTIVE).order_by("pk").first()))


def _cases_of(person: Any) -> list[str]:
    """Cases that exist for `person`, spread over all states."""
    from workflows.queries import visible_to

    open_cases = visible_to(person, "complaint").filter(is_open=True)
    states = open_cases.order_by("state").values_list("state", flat=True).distinct()
    share = -(-LIST_SIZE // max(1, len(states)))
    return [
        public_id
        for state in states
        for public_id in open_cases.filter(state=state).values_list("public_id", flat=True)[:share]
    ]


def _checks() -> Figures:
    """How long the two checks take, in seconds, and what they say."""
    from django.core.management import CommandError, call_command

    found: Figures = {}
    for command in ("verify_ledger", "check_cases"):
        say(f"  {command} …")
        said = io.StringIO()

        def run(command: str = command, said: io.StringIO = said) -> None:
            try:
                call_command(command, stdout=said, no_color=True, skip_checks=True)
            except CommandError as fault:
                said.write(f"{fault}\n")

        seconds = timed(run)
        found[command] = {"seconds": round(seconds, 2), "says": said.getvalue().strip().splitlines()[-1]}
    return found


if __name__ == "__main__":
    main()
