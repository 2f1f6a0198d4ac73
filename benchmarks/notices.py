"""What notices cost whoever writes them: the relay's rows a second, and what one adds to `perform()`."""

import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import django

from benchmarks.measuring import Figures, percentile, timed

DRAINED = 2_000
WRITERS = (1, 8)
TURNS, NOTES = 5, 60
WITHOUT, READY = "without", "ready"


def draining() -> Figures:
    """How many outbox rows the relay tells in a second, with one and with three recipients each."""
    from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX as NO_PASSWORD
    from django.utils import timezone

    from notifications.relay import relay
    from organisations.actions import rebuild_reach
    from organisations.models import Holding, Post, Role, Unit, User
    from tests.support.world import ALWAYS, make_unit
    from workflows.actors import Actor
    from workflows.models import OutboxRow
    from workflows.transitions import open_case

    relay()
    found: Figures = {}
    for many in (1, 3):
        unit = make_unit(f"R{many}", under=Unit.objects.get(code="PRV"))
        for n in range(many):
            post = Post.objects.create(unit=unit, title_th="x", title_en="x", roles=[Role.SCREENER], valid=ALWAYS)
            user = User.objects.create(username=f"r{many}_{n}", name_th="r", name_en="r", password=NO_PASSWORD)
            Holding.objects.create(post=post, user=user, valid=ALWAYS)
        rebuild_reach()
        cases = [open_case("complaint", "register", Actor.complainant(), unit=unit, **_facts()).pk for _ in range(50)]
        relay()
        OutboxRow.objects.bulk_create(
            OutboxRow(case_id=cases[n % 50], event="register", at=timezone.now()) for n in range(DRAINED)
        )
        seconds = timed(relay)
        found[str(many)] = {"rows": DRAINED, "rows_per_second": round(DRAINED / seconds)}
    return found


def adding(redis: str) -> Figures:
    """Notes a second without outbox row and wake-up, with both by NOTIFY, and with both by Redis; in turns."""
    ways = [WITHOUT, "NOTIFY", *(["Redis"] if redis else [])]
    found: Figures = {}
    for writers in WRITERS:
        with ExitStack() as stack:
            crews = {way: [stack.enter_context(_writer(way, redis)) for _ in range(writers)] for way in ways}
            for crew in crews.values():
                for writer in crew:
                    _until_ready(writer)
            seconds: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(TURNS):
                for way, crew in crews.items():
                    seconds[way].append(timed(lambda crew=crew: _all_go(crew)))
            for crew in crews.values():
                for writer in crew:
                    writer.kill()
        medians = {way: percentile(times, 0.5) for way, times in seconds.items()}
        found[str(writers)] = {
            way: {
                "per_second": round(NOTES * writers / median),
                "ms_each": round(1000 * median / NOTES / writers, 3),
                "ratio": round(median / medians[WITHOUT], 2),
            }
            for way, median in medians.items()
        }
    return found


def _writer(way: str, redis: str) -> "subprocess.Popen[str]":
    environment = os.environ | {"REDIS_URL": redis if way == "Redis" else "", "BENCH_WAY": way}
    arguments = [sys.executable, "-m", "benchmarks.notices"]
    return subprocess.Popen(arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _all_go(crew: "list[subprocess.Popen[str]]") -> None:
    for writer in crew:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    for writer in crew:
        _until_ready(writer)


def _until_ready(writer: "subprocess.Popen[str]") -> None:
    assert writer.stdout is not None
    for line in writer.stdout:
        if line.strip() == READY:
            return
    raise subprocess.CalledProcessError(writer.wait(), writer.args)


def _facts() -> dict[str, Any]:
    from complaints.models import ComplaintKind
    from complaints.receipts import new_receipt

    kind = ComplaintKind.objects.get(code="street_light")
    return {"statement": "x", "channel": "website", "kind": kind, "receipt": new_receipt()}


def write() -> None:
    """One writer: `NOTES` notes on a case of its own whenever it is told to."""
    django.setup()
    from complaints.states import GRAPH
    from organisations.models import Unit, User
    from workflows import transitions
    from workflows.actors import Actor

    note, told = GRAPH.edge("note"), os.environ["BENCH_WAY"] != WITHOUT
    case = transitions.open_case(
        "complaint", "register", Actor.complainant(), unit=Unit.objects.get(code="DST"), **_facts()
    )
    screener = Actor.person(User.objects.get(username="screener"))

    def turn() -> None:
        for _ in range(NOTES):
            transitions.perform(case, "note", screener, text="x")

    with ExitStack() as stack:
        # A note tells nobody; here it tells the head, or nobody and wakes nobody.
        stack.enter_context(patch.dict(GRAPH._by_name, note=replace(note, tells=("head",) if told else ())))  # noqa: SLF001
        if not told:
            stack.enter_context(patch.object(transitions, "wake", lambda *_: None))
        turn()
        _keep(turn)


def _keep(turn: Callable[[], None]) -> None:
    print(READY, flush=True)
    for _ in sys.stdin:
        turn()
        print(READY, flush=True)


if __name__ == "__main__":
    write()
