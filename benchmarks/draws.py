"""Draws from pools of 200, 2,000 and 20,000 people, beside sortition-algorithms. Run as a process of its own.

sortition-algorithms (GPL-3) stays out of the product; it is measured in a child of this process that is ended after
DRAW_LIMIT seconds. Its leximin needs a commercial solver, so its maximin is taken: the first of our stages. It looks
at people where we look at types of people, which is the whole difference.
"""

import json
import os
import random
import subprocess
import sys
import time
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.measuring import Figures, figures, hand_back, say, timed

if TYPE_CHECKING:
    from procurement.draws.announcement import Announcement

POOLS = (200, 2_000, 20_000)
SEATS, DISTRICTS, ROUNDS = 30, 8, 3
SEED = ((2**255 + 2570,),)
VERIFIER = Path(__file__).parents[1] / "procurement" / "draws" / "verify_draw.py"


def main() -> None:
    """Measure and hand the figures back; with an argument: that many people drawn by the others."""
    if len(sys.argv) > 1:
        hand_back(_theirs(int(sys.argv[1])))
        return
    from procurement.draws.announcement import announce

    announce(**pool(200))  # loads scipy
    found: Figures = {}
    for people in POOLS:
        say(f"  {people:,} people, simple …")
        facts = pool(people)
        plain = [type(row)(row.commitment) for row in facts["entries"]]
        found[f"simple, {people:,}"] = _ours({**facts, "entries": plain, "features": (), "quotas": ()})
        say(f"  {people:,} people, quotas …")
        found[f"quotas, {people:,}"] = {**_ours(facts), "sortition": _limited(people)}
    hand_back({"pools": found, "limit": _limit()})


def pool(people: int) -> dict[str, Any]:
    """What `announce` takes: three features of 8, 2 and 3 values, so at most 48 types. Always the same of its size."""
    from procurement.draws.announcement import Entry, Quota

    chance = random.Random(2569)
    values = ([f"D{number}" for number in range(DISTRICTS)], ["f", "m"], ["18-34", "35-59", "60+"])
    weights = ([chance.random() + 0.3 for _district in range(DISTRICTS)], [0.35, 0.65], [0.2, 0.5, 0.3])
    entries = []
    for number in range(people):
        row = tuple(chance.choices(names, share)[0] for names, share in zip(values, weights, strict=True))
        entries.append(Entry(sha256(f"person {number}".encode()).hexdigest(), row))
    quotas = [Quota("district", value, 1, 6) for value in values[0]]
    quotas += [Quota("sex", value, 14, 16) for value in values[1]]
    quotas += [Quota("age", value, 8, 12) for value in values[2]]
    return {
        "id": "bench",
        "unit": "bench",
        "period": "2570-Q1",
        "seed_source": "drand",
        "seed_known_at": "2026-12-01T12:00:00+07:00",
        "size": SEATS,
        "entries": entries,
        "features": ("district", "sex", "age"),
        "quotas": quotas,
    }


def _ours(facts: dict[str, Any]) -> Figures:
    from procurement.draws.announcement import announce
    from procurement.draws.minutes import minutes
    from procurement.draws.running import chances, run

    kept: list[Announcement] = []

    def frozen() -> None:
        kept[:] = [announce(**facts)]

    measured = {"announce": figures([timed(frozen) for _turn in range(ROUNDS)])}
    announcement = kept[0]
    measured["run"] = figures([timed(lambda: run(announcement, SEED)) for _turn in range(ROUNDS)])
    path = Path(os.environ.get("SODSONG_HOME", "."), "bench-minutes.json")
    text = json.dumps(minutes(announcement, run(announcement, SEED)), ensure_ascii=False)
    path.write_text(text, encoding="utf-8")

    def verified() -> None:
        # The whole program, as a citizen starts it.
        subprocess.run([sys.executable, "-I", str(VERIFIER), str(path)], check=True, stdout=subprocess.DEVNULL)

    measured["verify"] = figures([timed(verified) for _turn in range(ROUNDS)])
    path.unlink()
    return {
        **measured,
        "types": len(announcement.types),
        "panels": len(announcement.panels),
        "smallest": float(min(chances(announcement)) * Fraction(len(announcement.entries), SEATS)),
        "megabytes": round(len(text.encode()) / 1e6, 2),
    }


def _limited(people: int) -> Figures:
    """What the others need for the same pool, or that they did not finish."""
    say(f"  {people:,} people, sortition-algorithms (at most {_limit()} s) …")
    command = [sys.executable, "-m", "benchmarks.draws", str(people)]
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=_limit())
    except subprocess.TimeoutExpired:
        return {"finished": False}
    found: Figures = json.loads(done.stdout.splitlines()[-1])
    return found


def _limit() -> int:
    return int(os.environ.get("DRAW_LIMIT", "120"))


def _theirs(people: int) -> Figures:
    from sortition_algorithms import Settings, read_in_features, read_in_people
    from sortition_algorithms.committee_generation import find_distribution_maximin

    facts = pool(people)
    head = ["feature", "value", "min", "max"]
    rules = [
        dict(zip(head, (row.feature, row.value, str(row.least), str(row.most)), strict=True)) for row in facts["quotas"]
    ]
    features, _feature, _value = read_in_features(head, rules)
    names = facts["features"]
    lines = [{"id": str(place)} | dict(zip(names, row.type, strict=True)) for place, row in enumerate(facts["entries"])]
    settings = Settings(id_column="id", columns_to_keep=[])
    everybody, _report = read_in_people(["id", *names], lines, features, settings)
    begun = time.perf_counter()
    panels, shares, _report = find_distribution_maximin(features, everybody, SEATS, [])
    seconds = time.perf_counter() - begun
    chance = dict.fromkeys(everybody, 0.0)
    for panel, share in zip(panels, shares, strict=True):
        for person in panel:
            chance[person] += share
    return {
        "finished": True,
        "ms": round(seconds * 1000, 1),
        "panels": len(panels),
        "smallest": min(chance.values()) * people / SEATS,
    }


if __name__ == "__main__":
    main()
