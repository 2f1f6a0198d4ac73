"""A state graph as a drawing: the main road from left to right, what leaves it below, shortcuts above.

Pure: a `Graph` goes in, boxes, lines and words with their places come out; a template makes the SVG. Words inside boxes
are wrapped by the browser, which knows where Thai may be broken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from unicodedata import category

from workflows.graph import BACK, UNDO, Edge, Graph, State, Text

# All measures in CSS pixels; nine columns fit a screen of 1280.
BOX_WIDTH, BOX_HEIGHT = 112, 58
PITCH = 130
LEFT, RIGHT, TOP = 42, 6, 8
LANE, UNDER = 27, 16
"""Height of the lane of one line that runs beside the road, and of the arrow heads between the road and the first."""
WORDS_WIDTH, WORDS_HEIGHT = 126, 76
"""Room for the words of a step from one box of the road to the next, above the arrow."""
LETTER = 7.2
"""Width of a letter of the small words, on the safe side."""
ANYWHERE = ""
"""Code of the box from which an edge goes that may be taken nearly everywhere."""


@dataclass(frozen=True)
class Box:
    """A state, by its upper left corner; `state` is None for "any open state"."""

    state: State | None
    x: float
    y: float
    lit: bool = False

    @property
    def middle(self) -> float:
        """Where its middle is, from the left."""
        return self.x + BOX_WIDTH / 2


@dataclass(frozen=True)
class Line:
    """A line of one or more edges: `path` is SVG path data; `heads`: where its arrow heads are and point."""

    path: str
    heads: tuple[tuple[float, float, str], ...]
    back: bool = False


@dataclass(frozen=True)
class Words:
    """The names of edges. `wrapped`: in a frame from (x, y); else one line with its middle at (x, y)."""

    texts: tuple[Text, ...]
    x: float
    y: float
    width: float
    height: float = 0
    wrapped: bool = False


@dataclass(frozen=True)
class Drawing:
    """The whole, in the order in which it is painted."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    words: tuple[Words, ...]


@dataclass
class _Way:
    """Edges that share their ends, drawn as one line with a lane of its own above or below the road."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    edges: list[Edge]
    above: bool
    ports: dict[str, float] = field(default_factory=dict)
    y: float = 0

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.sources, *self.targets)))

    @property
    def span(self) -> tuple[float, float]:
        return min(self.ports.values()), max(self.ports.values())

    @property
    def texts(self) -> tuple[Text, ...]:
        return tuple(edge.label for edge in self.edges)


def main_road(graph: Graph) -> list[str]:
    """The states of the longest way forward from where cases begin, in the order in which the states are declared.

    Detours, ways back and edges that may be taken nearly everywhere lead off the road.
    """
    place = {state.code: i for i, state in enumerate(graph.states)}
    steps = [
        (source, target)
        for edge in graph.moves()
        if not edge.detour and edge.target not in (BACK, UNDO) and not _anywhere(graph, edge)
        for source in edge.sources
        for target in graph.targets(edge)
        if place[source] < place[target]
    ]
    longest: dict[str, list[str]] = {graph.targets(next(graph.beginnings()))[0]: []}
    for state in graph.states:
        if state.code not in longest:
            continue
        way = [*longest[state.code], state.code]
        longest[state.code] = way
        for source, target in steps:
            if source == state.code and len(way) > len(longest.get(target, [])):
                longest[target] = way
    return max(longest.values(), key=len)


def draw(graph: Graph, *, lit: str = "") -> Drawing:
    """Lay the graph out. lit: code of a state to be shown as the present one."""
    road = main_road(graph)
    columns = {code: i for i, code in enumerate(road)} | _columns_beside(graph, road)
    ways, steps = _ways(graph, road)
    _place_ports(ways, columns, road)
    above, below = [way for way in ways if way.above], [way for way in ways if not way.above]
    road_y = TOP + max(WORDS_HEIGHT, LANE * (len(above) + 1)) if not above else TOP + LANE * len(above) + WORDS_HEIGHT
    side_y = road_y + BOX_HEIGHT + UNDER + LANE * (len(below) + 1)
    for lane, way in enumerate(_ordered(above, road)):
        way.y = TOP + LANE * (len(above) - lane) - 4
    for lane, way in enumerate(_ordered(below, road), start=1):
        way.y = road_y + BOX_HEIGHT + UNDER + LANE * lane

    def top_of(code: str) -> float:
        return road_y if code in road else side_y

    boxes = tuple(
        Box(
            graph.state(code) if code != ANYWHERE else None, _left(column), top_of(code), lit=bool(code) and code == lit
        )
        for code, column in columns.items()
    )
    lines, words = [], []
    for edges, source, target in steps:
        lines.append(_step(columns[source], columns[target], top_of(source)))
        words.append(_step_words(edges, columns[source], columns[target], top_of(source)))
    for way in ways:
        lines.append(_line(way, road, road_y, side_y))
        words.append(_way_words(way, [*(above if way.above else below)], road))
    lines.append(_beginning(road_y))
    used = max(columns.values())
    width = LEFT + PITCH * used + BOX_WIDTH + RIGHT
    return Drawing(width, side_y + BOX_HEIGHT + TOP, boxes, tuple(lines), tuple(_inside(word, width) for word in words))


def _anywhere(graph: Graph, edge: Edge) -> bool:
    return len(edge.sources) > len(graph.states) / 2


def _left(column: int) -> float:
    return LEFT + PITCH * column


def _columns_beside(graph: Graph, road: Sequence[str]) -> dict[str, int]:
    """The columns of the states beside the road: under what leads there from the road, side by side."""
    place = {code: i for i, code in enumerate(road)}
    wanted: dict[str, float] = {}
    from_anywhere = []
    for state in graph.states:
        if state.code in place:
            continue
        into = [edge for edge in graph.moves() if state.code in graph.targets(edge)]
        if all(_anywhere(graph, edge) for edge in into):
            from_anywhere.append(state.code)
            continue
        before = [place[source] for edge in into for source in edge.sources if source in place]
        wanted[state.code] = sum(before) / len(before) if before else 0
    columns: dict[str, int] = {}
    # Where they would leave no two columns side by side, the last two are kept for "any open state" and its neighbour.
    full = bool(from_anywhere) and len(wanted) + 2 > len(road)
    for code in sorted(wanted, key=lambda code: wanted[code]):
        free = [i for i in range(len(wanted) if full else len(road) + len(wanted)) if i not in columns.values()]
        columns[code] = min(free, key=lambda column: (abs(column - wanted[code]), -column))
    for code in from_anywhere:
        taken = set(columns.values())
        pairs = [i for i in range(len(road) * 2) if i not in taken and i + 1 not in taken]
        first = max((i for i in pairs if i + 1 < len(road)), default=pairs[0])
        # One "any open state" serves them all; its neighbour is the first of them.
        if ANYWHERE not in columns:
            columns[ANYWHERE] = first
        columns[code] = first + 1 if columns[ANYWHERE] == first else first
    return columns


def _ways(graph: Graph, road: Sequence[str]) -> tuple[list[_Way], list[tuple[list[Edge], str, str]]]:
    """Edges with the same ends put together: those that need a lane, and the steps between neighbours.

    Left out is what takes the last move back: it leads from nearly everywhere to nearly everywhere.
    """
    grouped: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Edge]] = {}
    for edge in graph.moves():
        if edge.target == UNDO:
            continue
        sources = (ANYWHERE,) if _anywhere(graph, edge) else edge.sources
        grouped.setdefault((sources, graph.targets(edge)), []).append(edge)
    place = {code: i for i, code in enumerate(road)}
    ways, steps = [], []
    anywhere_taken = False
    for (sources, targets), edges in grouped.items():
        single = len(sources) == len(targets) == 1
        forward = single and sources[0] in place and place.get(targets[0], -1) - place[sources[0]]
        beside_anywhere = sources == (ANYWHERE,) and single and not anywhere_taken
        if forward == 1 or beside_anywhere:
            anywhere_taken = anywhere_taken or beside_anywhere
            steps.append((edges, sources[0], targets[0]))
        else:
            ways.append(_Way(sources, targets, edges, above=bool(forward and forward > 1)))
    return ways, steps


def _place_ports(ways: Sequence[_Way], columns: dict[str, int], road: Sequence[str]) -> None:
    """Where each line meets each box: beside one another, the one that goes left on the left."""
    for code, column in columns.items():
        for above in (True, False):
            here = [way for way in ways if way.above == above and code in way.ends]

            def leaning(way: _Way, code: str = code, column: int = column) -> float:
                others = [columns[end] - column for end in way.ends if end != code]
                return sum(others) / len(others)

            here.sort(key=leaning)
            gap = min(26.0, (BOX_WIDTH - 20) / max(1, len(here) - 1))
            if above:
                gap = min(gap, 14.0)
            # A little aside under the road, or a line that goes up would run along one that comes down.
            middle = _left(column) + BOX_WIDTH / 2 + (0 if code in road else 7)
            for i, way in enumerate(here):
                way.ports[code] = middle + gap * (i - (len(here) - 1) / 2)


def _ordered(ways: Sequence[_Way], road: Sequence[str]) -> list[_Way]:
    """The lanes, from the road outwards, in an order in which few lines cross lines or words (the best that swapping
    two finds)."""
    order = sorted(ways, key=lambda way: way.span[1] - way.span[0])
    fewest = _crossings(order, road)
    better = True
    while better:
        better = False
        for i, j in combinations(range(len(order)), 2):
            order[i], order[j] = order[j], order[i]
            count = _crossings(order, road)
            if count < fewest:
                fewest, better = count, True
            else:
                order[i], order[j] = order[j], order[i]
    return order


def _crossings(order: Sequence[_Way], road: Sequence[str]) -> int:
    count = 0
    for lane, way in enumerate(order):
        passing = _passing(order, lane, road)
        left, right = way.span
        count += sum(left <= x <= right for x in passing) + _words_place(way, passing)[0]
    return count


def _passing(order: Sequence[_Way], lane: int, road: Sequence[str]) -> list[float]:
    """Where lines of other lanes pass this one on their way: to the road from further out, to the states beside it."""
    further = [x for way in order[lane + 1 :] for code, x in way.ports.items() if code in road]
    nearer = [x for way in order[:lane] for code, x in way.ports.items() if code not in road]
    return further + nearer


def _words_place(way: _Way, passing: Sequence[float]) -> tuple[int, float]:
    """How many lines the words of a way hide at their best place, and the middle of that place."""
    half = _words_width(way) / 2 + 4
    left, right = way.span
    if right - left < 2 * half:
        places = [right + half, left - half, (left + right) / 2]
    else:
        steps = int((right - left - 2 * half) // 8)
        places = sorted((left + half + 8 * i for i in range(steps + 1)), key=lambda x: abs(x - (left + right) / 2))
    lines = [*passing, *way.ports.values()]
    counted = [(sum(place - half < x < place + half for x in lines), i) for i, place in enumerate(places)]
    count, i = min(counted)
    return count, places[i]


def _line(way: _Way, road: Sequence[str], road_y: float, side_y: float) -> Line:
    parts, heads = [], []
    left, right = way.span
    for code, x in way.ports.items():
        on_road = code in road
        edge = (road_y if way.above else road_y + BOX_HEIGHT) if on_road else side_y
        parts.append(f"M{x:.1f} {edge:.1f}V{way.y:.1f}")
        if code in way.targets:
            heads.append((x, edge, "up" if on_road and not way.above else "down"))
    parts.append(f"M{left:.1f} {way.y:.1f}H{right:.1f}")
    return Line("".join(parts), tuple(heads), back=any(edge.target == BACK for edge in way.edges))


def _step(source: int, target: int, y: float) -> Line:
    start, end = (
        (_left(source) + BOX_WIDTH, _left(target)) if source < target else (_left(source), _left(target) + BOX_WIDTH)
    )
    middle = y + BOX_HEIGHT / 2
    return Line(f"M{start:.1f} {middle:.1f}H{end:.1f}", ((end, middle, "right" if source < target else "left"),))


def _beginning(road_y: float) -> Line:
    middle = road_y + BOX_HEIGHT / 2
    return Line(f"M14 {middle:.1f}H{LEFT}", ((LEFT, middle, "right"),))


def _step_words(edges: Sequence[Edge], source: int, target: int, y: float) -> Words:
    between = (_left(source) + BOX_WIDTH + _left(target)) / 2
    texts = tuple(edge.label for edge in edges)
    return Words(texts, between - WORDS_WIDTH / 2, y - WORDS_HEIGHT - 2, WORDS_WIDTH, WORDS_HEIGHT, wrapped=True)


def _way_words(way: _Way, beside: Sequence[_Way], road: Sequence[str]) -> Words:
    """Where the words of a line stand: on it, where they hide as few other lines as can be."""
    order = sorted(beside, key=lambda other: other.y, reverse=way.above)
    _hidden, x = _words_place(way, _passing(order, order.index(way), road))
    left, right = way.span
    return Words(way.texts, x, way.y - 5 if left < x < right else way.y + 4, _words_width(way))


def _words_width(way: _Way) -> float:
    return sum(_width(str(text)) for text in way.texts) + 14 * (len(way.texts) - 1)


def _width(text: str) -> float:
    """How wide a text is: signs above and below a Thai letter take no room of their own."""
    return LETTER * sum(category(letter) != "Mn" for letter in text)


def _inside(words: Words, width: float) -> Words:
    if words.wrapped:
        return words
    half = words.width / 2
    x = min(max(words.x, half + 2), width - half - 2)
    return Words(words.texts, x, words.y, words.width)


def clock_codes(graph: Graph) -> Iterator[str]:
    """The codes of all clocks that edges of the graph start, stop or wait for, each once."""
    seen = (code for edge in graph.edges for code in (*edge.starts, *edge.stops, edge.ends_with) if code)
    yield from dict.fromkeys(seen)
