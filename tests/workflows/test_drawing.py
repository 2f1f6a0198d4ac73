"""A state graph as a drawing: everything is in it, nothing stands on anything else."""

from itertools import combinations

import pytest
from django.utils import translation

from complaints.states import GRAPH
from workflows.actors import HEAD
from workflows.drawing import ANYWHERE, BOX_HEIGHT, BOX_WIDTH, Drawing, Words, clock_codes, draw, main_road
from workflows.graph import BACK, STAY, UNDO, Edge, Graph, State


@pytest.fixture(params=["th", "en"])
def drawing(request: pytest.FixtureRequest) -> Drawing:
    """The drawing of complaints in either language; the length of the words moves them."""
    with translation.override(request.param):
        return draw(GRAPH)


def small(
    *edges: Edge, states: tuple[State, ...] = (State("a", "A", "work"), State("b", "B", "work"), State("c", "C"))
) -> Graph:
    """A little graph that begins in a."""
    begin = Edge("begin", "Begin", (), "a", by=(HEAD,))
    return Graph("small", "Small", states, (begin, *edges))


def test_main_road_is_the_longest_way_forward() -> None:
    road = main_road(GRAPH)
    assert road == ["received", "screening", "accepted", "investigating", "review", "acting", "replied", "closed"]


def test_every_state_has_one_box(drawing: Drawing) -> None:
    codes = [box.state.code if box.state else ANYWHERE for box in drawing.boxes]
    assert sorted(codes) == sorted([*(state.code for state in GRAPH.states), ANYWHERE])


def test_every_move_has_its_words(drawing: Drawing) -> None:
    shown = [text for words in drawing.words for text in words.texts]
    drawn = [edge for edge in GRAPH.moves() if edge.target != UNDO]
    assert sorted(map(str, shown)) == sorted(str(edge.label) for edge in drawn)


def test_boxes_do_not_overlap(drawing: Drawing) -> None:
    for one, other in combinations(drawing.boxes, 2):
        assert abs(one.x - other.x) >= BOX_WIDTH or abs(one.y - other.y) >= BOX_HEIGHT


def test_everything_is_inside(drawing: Drawing) -> None:
    for box in drawing.boxes:
        assert box.x >= 0
        assert box.x + BOX_WIDTH <= drawing.width
        assert box.y >= 0
        assert box.y + BOX_HEIGHT <= drawing.height
    for words in drawing.words:
        left, right, top, bottom = frame(words)
        assert left >= 0
        assert right <= drawing.width
        assert top >= 0
        assert bottom <= drawing.height


def test_words_do_not_stand_on_boxes_or_on_one_another(drawing: Drawing) -> None:
    boxes = [(box.x, box.x + BOX_WIDTH, box.y, box.y + BOX_HEIGHT) for box in drawing.boxes]
    words = [frame(words) for words in drawing.words if not words.wrapped]
    for one, other in [*combinations(words, 2), *((word, box) for word in words for box in boxes)]:
        apart = one[1] <= other[0] or other[1] <= one[0] or one[3] <= other[2] or other[3] <= one[2]
        assert apart, (one, other)


def frame(words: Words) -> tuple[float, float, float, float]:
    """Left, right, top and bottom."""
    if words.wrapped:
        return words.x, words.x + words.width, words.y, words.y + words.height
    return words.x - words.width / 2, words.x + words.width / 2, words.y - 13, words.y + 4


def test_drawing_fits_a_screen_of_1280(drawing: Drawing) -> None:
    assert drawing.width <= 1232


def test_lines_of_different_edges_do_not_run_along_one_another(drawing: Drawing) -> None:
    verticals = []
    for line in drawing.lines:
        for part in line.path.split("M")[1:]:
            if "V" in part:
                start, end = part.split("V")
                x, y = map(float, start.split())
                verticals.append((x, min(y, float(end)), max(y, float(end)), line))
    for one, other in combinations(verticals, 2):
        if one[3] is not other[3] and one[0] == other[0]:
            assert one[2] <= other[1] or other[2] <= one[1]


def test_present_state_is_lit() -> None:
    assert [box.state.code for box in draw(GRAPH, lit="review").boxes if box.lit and box.state] == ["review"]
    assert not any(box.lit for box in draw(GRAPH).boxes)


def test_way_back_is_drawn_as_one(drawing: Drawing) -> None:
    assert any(line.back for line in drawing.lines)
    assert sum(edge.target == BACK for edge in GRAPH.edges) >= sum(line.back for line in drawing.lines)


def test_graph_of_one_step_is_drawn() -> None:
    graph = small(Edge("end", "End", ("a",), "b", by=(HEAD,)), states=(State("a", "A", "work"), State("b", "B")))
    made = draw(graph)
    assert [box.state.code for box in made.boxes if box.state] == ["a", "b"]
    assert len(made.lines) == 2


def test_acts_are_not_drawn() -> None:
    graph = small(
        Edge("go", "Go", ("a",), "b", by=(HEAD,)),
        Edge("end", "End", ("b",), "c", by=(HEAD,)),
        Edge("note", "Note", ("a",), STAY, by=(HEAD,)),
    )
    assert "Note" not in [text for words in draw(graph).words for text in words.texts]


def test_two_ends_from_anywhere_share_their_beginning() -> None:
    states = (*(State(code, code.upper(), "work") for code in "abcd"), *(State(code, code.upper()) for code in "efg"))
    steps = [Edge(f"to_{b}", b, (a,), b, by=(HEAD,)) for a, b in zip("abcd", "bcde", strict=True)]
    graph = small(
        *steps,
        Edge("stop", "Stop", tuple("abcd"), "f", by=(HEAD,)),
        Edge("drop", "Drop", tuple("abcd"), "g", by=(HEAD,)),
        states=states,
    )
    made = draw(graph)
    assert sum(box.state is None for box in made.boxes) == 1
    assert len(made.boxes) == 8


def test_clock_codes_name_each_clock_once() -> None:
    codes = list(clock_codes(GRAPH))
    assert len(codes) == len(set(codes))
    assert {"acknowledge", "screen", "objection", "complainant_answer"} <= set(codes)
