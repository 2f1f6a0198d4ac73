"""Journeys for the load: ways through the graph of complaints, walked once and used for thousands of cases.

Each journey is a line of steps, ``day verb``. Walking it through `complaints.states.GRAPH` gives what `perform()` would
have given: states, clocks, pauses, whose hands the work was in. So the load can break no rule of the graph: a verb
that may not follow raises at import.
"""

from dataclasses import dataclass, field
from functools import lru_cache

from complaints.states import GRAPH
from workflows.graph import BACK, State

# Who takes an edge in the load; "holder" is whoever has the case.
_BY = {
    "register": "complainant",
    "acknowledge": "complainant",
    "start_screening": "screener",
    "accept": "screener",
    "assign": "head",
    "ask_complainant": "holder",
    "complainant_answered": "complainant",
    "answer_directly": "screener",
    "send_progress": "holder",
    "submit_finding": "officer",
    "decide_founded": "approver",
    "decide_unfounded": "approver",
    "measure_done": "officer",
    "draft_reply": "officer",
    "approve_reply": "approver",
    "answer": "officer",
    "close": "holder",
    "close_after_window": "timer",
    "window_ended": "timer",
    "request_review": "complainant",
    "decline": "screener",
    "withdraw": "complainant",
}
_HANDS = {"start_screening": "screener", "assign": "officer"}
MEASURE_DAYS = 30


@dataclass(frozen=True)
class Entry:
    """One ledger entry to be. by: complainant, timer, screener, officer, head or approver."""

    day: int
    verb: str
    by: str
    from_state: str
    to_state: str


@dataclass(frozen=True)
class Round:
    """One clock: the days on which it starts and stops, counted from the opening; `stops` None: it runs."""

    code: str
    starts: int
    stops: int | None


@dataclass(frozen=True)
class Work:
    """A Viewflow task: its node, its days, and who had it when it ended ("" nobody)."""

    node: str
    begins: int
    ends: int | None
    owner: str


@dataclass
class Walk:
    """A journey walked to its end. fits: the ages of a case, in days, at which it may stand there."""

    simple: bool | None
    fits: range
    weight: int
    entries: list[Entry] = field(default_factory=list)
    clocks: list[Round] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    assignments: list[tuple[int, str, str]] = field(default_factory=list)
    state: str = ""
    came_from: str = ""
    version: int = 0
    since: int = 0
    holder: str = ""
    is_open: bool = True
    screened: bool = False
    pauses: list[tuple[int, int | None]] = field(default_factory=list)


_LONG = "0 register, 0 acknowledge, 1 start_screening, 3 accept, 4 assign"
_FOUND = f"{_LONG}, 13 send_progress, 24 submit_finding, 28 decide_founded"
_ACTED = f"{_FOUND}, 42 send_progress, 49 measure_done, 51 draft_reply, 52 approve_reply"
_SHORT = "0 register, 0 acknowledge, 0 start_screening, 1 accept"
# (the steps, a simple kind or not or either, youngest and oldest age in days, weight among those of its age)
_JOURNEYS: tuple[tuple[str, bool | None, int, int, int], ...] = (
    ("0 register, 0 acknowledge", None, 0, 4, 30),
    ("0 register, 0 acknowledge, 1 start_screening", None, 1, 8, 20),
    ("0 register, 0 acknowledge, 1 start_screening, 1 ask_complainant", None, 1, 14, 6),
    (_SHORT, True, 1, 13, 14),
    ("0 register, 0 acknowledge, 1 start_screening, 3 accept", False, 3, 16, 8),
    (_LONG, False, 4, 40, 20),
    (f"{_LONG}, 5 ask_complainant, 9 complainant_answered", False, 9, 44, 6),
    (f"{_LONG}, 13 send_progress", False, 13, 55, 10),
    (f"{_LONG}, 13 send_progress, 24 submit_finding", False, 24, 38, 10),
    (_FOUND, False, 28, 70, 8),
    (f"{_ACTED}, 53 answer", False, 53, 67, 10),
    (f"{_SHORT}, 5 answer_directly", True, 5, 18, 16),
    (f"{_LONG}, 13 send_progress, 24 submit_finding, 29 decide_unfounded", False, 29, 42, 8),
    (f"{_LONG}, 13 send_progress, 24 submit_finding, 29 decide_unfounded, 35 request_review", False, 35, 46, 3),
    # A small part is never finished.
    (_LONG, False, 45, 400, 2),
    (f"{_FOUND}, 42 send_progress", False, 70, 400, 1),
    # Finished.
    (f"{_SHORT}, 5 answer_directly, 28 close_after_window", True, 28, 400, 60),
    (f"{_SHORT}, 3 answer_directly, 8 close, 26 window_ended", True, 26, 400, 40),
    (f"{_LONG}, 13 send_progress, 24 submit_finding, 29 decide_unfounded, 52 close_after_window", False, 52, 400, 22),
    (f"{_ACTED}, 53 answer, 76 close_after_window", False, 76, 400, 34),
    ("0 register, 0 acknowledge, 1 start_screening, 4 decline, 27 window_ended", None, 27, 400, 10),
    ("0 register, 0 acknowledge, 2 withdraw", None, 2, 400, 4),
)


@lru_cache
def walks() -> tuple[Walk, ...]:
    """Every journey, walked."""
    return tuple(_walk(*journey) for journey in _JOURNEYS)


def _walk(steps: str, simple: bool | None, youngest: int, oldest: int, weight: int) -> Walk:
    walk = Walk(simple, range(youngest, oldest + 1), weight)
    for step in steps.split(", "):
        day, verb = step.split(" ")
        _take(walk, int(day), verb)
    return walk


def _take(walk: Walk, day: int, verb: str) -> None:
    edge = GRAPH.edge(verb)
    before = walk.state
    if before and before not in edge.sources:
        raise ValueError(f"the journey takes {verb} in {before}")
    by = walk.holder if _BY[verb] == "holder" else _BY[verb]
    _change_hands(walk, day, verb, by)
    paused = bool(before) and GRAPH.state(before).pauses
    if edge.moves:
        walk.state = walk.came_from if edge.target == BACK else edge.target
        walk.came_from = before if edge.detour else "" if edge.target == BACK else walk.came_from
        walk.version, walk.since = walk.version + 1, day
    walk.entries.append(Entry(day, verb, by, before, walk.state))
    now = GRAPH.state(walk.state)
    walk.is_open = now.is_open
    walk.screened = walk.screened or verb in ("accept", "decline")
    if paused and not now.pauses:
        walk.pauses[-1] = (walk.pauses[-1][0], day)
    elif now.pauses and not paused:
        walk.pauses.append((day, None))
    _keep_time(walk, day, verb, stops=edge.stops, starts=edge.starts)
    _follow(walk, day, work_before=GRAPH.state(before).work if before else "", now=now)


def _change_hands(walk: Walk, day: int, verb: str, by: str) -> None:
    hands = _HANDS.get(verb, walk.holder)
    if verb == "accept" and walk.simple is not True:
        hands = ""
    if hands != walk.holder:
        walk.holder = hands
        walk.assignments.append((day, hands, by))


def _keep_time(walk: Walk, day: int, verb: str, *, starts: tuple[str, ...], stops: tuple[str, ...]) -> None:
    """As `workflows.timekeeping` does: stop, at the end stop every duty, then start what does not run."""
    # What the actions do beside the graph.
    starts += ("measure",) if verb == "decide_founded" else ()
    stops += ("measure",) if verb == "measure_done" else ()
    for place, clock in enumerate(walk.clocks):
        ends = clock.code in stops or (not walk.is_open and clock.code not in ("objection", "complainant_answer"))
        if clock.stops is None and ends:
            walk.clocks[place] = Round(clock.code, clock.starts, day)
    running = {clock.code for clock in walk.clocks if clock.stops is None}
    walk.clocks += [Round(code, day, None) for code in starts if code not in running]


def _follow(walk: Walk, day: int, *, work_before: str, now: State) -> None:
    """As `workflows.flow.follow` does."""
    work, owner = now.work, walk.holder if now.of_holder else ""
    if not work_before and not work:
        return
    if not work_before:
        walk.works.append(Work("begin", day, day, ""))
    elif work == work_before:
        walk.works[-1] = Work(work, walk.works[-1].begins, None, owner)
        return
    else:
        last = walk.works[-1]
        walk.works[-1] = Work(last.node, last.begins, day, last.owner)
    walk.works.append(Work(work or "end", day, None if work else day, owner if work else ""))
