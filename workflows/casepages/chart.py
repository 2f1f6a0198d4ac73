"""The process chart, drawn from the Viewflow process with the present step lit.

Viewflow's own layout places nodes for processes that run one way; this one turns back on itself, and it ends up with
the end beside the beginning and arrows across the boxes. Here the nodes stand in one column in the order in which the
flow declares them. An arrow to the next node goes straight down; one that jumps ahead runs on the right, one that turns
back on the left, and all arrows to the same node share one lane. Nodes, arrows and states are Viewflow's.
"""

from dataclasses import dataclass
from typing import Any, cast

from django.utils.functional import Promise
from viewflow.workflow.chart import Grid, calc_cell_status
from viewflow.workflow.status import STATUS

from workflows.flow import CaseFlow
from workflows.registry import kind_of

BOX_WIDTH, BOX_HEIGHT, GAP = 190, 48, 22
LANE, ROUND, TIP = 11, 7, 5


@dataclass(frozen=True)
class Box:
    """A node. status: `done`, `now` or empty."""

    name: str
    title: str | Promise
    x: int
    y: int
    status: str


@dataclass(frozen=True)
class Chart:
    """Everything the template needs to draw; lengths in pixels."""

    boxes: list[Box]
    arrows: list[str]
    width: int
    height: int
    now: str | Promise

    @property
    def view_box(self) -> str:
        """For the SVG element; written here, for templates would put the numbers in the reader's numerals."""
        return f"0 0 {self.width} {self.height}"


def chart_of(case: Any) -> Chart:
    """The chart of the present round of `case`. One query."""
    flow = cast("type[CaseFlow]", kind_of(case.kind).flow)
    grid = _grid(flow)
    if case.process_id:
        calc_cell_status(flow, grid, case.process_id)
    nodes = list(grid.nodes)
    order = {node: place for place, node in enumerate(nodes)}
    # What is over when it begins (an imported closed case) has no process.
    edges = sorted({(order[edge.src], order[edge.dst]) for edge in grid.edges} - {(0, len(nodes) - 1)})
    right = _lanes({dst for src, dst in edges if dst > src + 1}, nearest_first=True)
    left = _lanes({dst for src, dst in edges if dst < src}, nearest_first=False)
    margin = LANE * (len(left) + 1)
    boxes = [Box(node.name, _title(node), margin, _top(order[node]), _status(grid[node].status)) for node in nodes]
    arrows = [_arrow(src, dst, margin, right, left) for src, dst in edges]
    width = margin + BOX_WIDTH + LANE * (len(right) + 1)
    now = next((box.title for box in boxes if box.status == "now"), "")
    return Chart(boxes, arrows, width, _top(len(nodes)) - GAP + TIP, now)


def _grid(flow: type[CaseFlow]) -> Any:
    """Viewflow's grid of the flow; the end after everything else."""
    nodes = list(flow.instance.nodes())
    declared = [name for name in vars(flow) if any(node.name == name for node in nodes)]
    places = {name: place for place, name in enumerate(declared)}
    return Grid(sorted(nodes, key=lambda node: places.get(node.name, len(places))))


def _title(node: Any) -> str | Promise:
    title: str | Promise = node.task_title or node.name
    return title


def _status(status: str | None) -> str:
    if status in (STATUS.NEW, STATUS.ASSIGNED, STATUS.STARTED):
        return "now"
    return "done" if status == STATUS.DONE else ""


def _lanes(targets: set[int], *, nearest_first: bool) -> dict[int, int]:
    """A lane for every node that arrows jump to: the shorter the way, the nearer the column."""
    ordered = sorted(targets, reverse=not nearest_first)
    return {target: lane for lane, target in enumerate(ordered, start=1)}


def _top(place: int) -> int:
    return 2 + place * (BOX_HEIGHT + GAP)


def _arrow(src: int, dst: int, margin: int, right: dict[int, int], left: dict[int, int]) -> str:
    middle = margin + BOX_WIDTH // 2
    if dst == src + 1:
        return f"M{middle} {_top(src) + BOX_HEIGHT}V{_top(dst) - TIP}"
    # Leaves below the middle of its box and arrives above the middle of the other, so that the two never meet.
    start, end = _top(src) + BOX_HEIGHT * 2 // 3, _top(dst) + BOX_HEIGHT // 3
    if dst > src:
        edge, x, turn, down = margin + BOX_WIDTH, margin + BOX_WIDTH + LANE * right[dst], -ROUND, ROUND
        arrive = edge + TIP
    else:
        edge, x, turn, down = margin, margin - LANE * left[dst], ROUND, -ROUND
        arrive = edge - TIP
    return f"M{edge} {start}H{x + turn}Q{x} {start} {x} {start + down}V{end - down}Q{x} {end} {x + turn} {end}H{arrive}"
