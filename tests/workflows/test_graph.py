"""A graph that cannot be the law is refused at start; property tests on graphs made at random."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.states import GRAPH
from workflows.actors import ANYONE
from workflows.graph import BACK, STAY, Edge, Graph, GraphError, State

BEGIN = Edge("begin", "begin", (), "a", by=(ANYONE,))


def edge(name: str, sources: tuple[str, ...], target: str, **more: Any) -> Edge:
    return Edge(name, name, sources, target, **{"by": (ANYONE,), **more})


def graph(*edges: Edge, states: str = "ab") -> Graph:
    """The last state is the end; the others have work."""
    made = tuple(State(code, code, work="" if code == states[-1] else code) for code in states)
    return Graph("test", "test", made, edges)


def test_smallest_graph_is_accepted() -> None:
    assert graph(BEGIN, edge("end", ("a",), "b")).targets(BEGIN) == ("a",)


@pytest.mark.parametrize(
    ("edges", "fault"),
    [
        ((BEGIN,), "no way leads to b"),
        ((BEGIN, edge("end", ("a",), "c")), "unknown state c"),
        ((BEGIN, edge("end", ("a",), "b", by=())), "nobody may take it"),
        ((edge("end", ("a",), "b"),), "no edge begins"),
        ((BEGIN, edge("end", ("a",), "b"), edge("end", ("b",), "a")), "the same name"),
        ((BEGIN, edge("end", ("a",), "b"), edge("back", ("b",), BACK, back_to=("a",))), "no detour begins"),
        ((BEGIN, edge("end", ("a",), "b"), edge("loop", ("a",), "a")), "moves to the state it leaves"),
        ((BEGIN, edge("end", ("a",), "b"), edge("act", ("a",), STAY, detour=True)), "a detour must move"),
        ((BEGIN, edge("end", ("a",), "b", back_to=("a",))), "only a way back"),
    ],
)
def test_faulty_graph_is_refused(edges: tuple[Edge, ...], fault: str) -> None:
    with pytest.raises(GraphError, match=fault):
        graph(*edges)


def test_open_state_without_a_way_out_is_refused() -> None:
    with pytest.raises(GraphError, match="no way leads out of b"):
        graph(BEGIN, edge("on", ("a",), "b"), edge("end", ("a",), "c"), states="abc")


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=12))
def test_check_agrees_with_a_walk(ways: list[tuple[str, str]]) -> None:
    """The check accepts exactly the graphs in which a slow walk finds every state and no dead end."""
    edges = [edge(f"e{n}", (source,), target) for n, (source, target) in enumerate(ways) if source != target]
    reached, ahead = {"a"}, ["a"]
    while ahead:
        here = ahead.pop()
        for way in edges:
            if here in way.sources and way.target not in reached:
                reached.add(way.target)
                ahead.append(way.target)
    sound = reached == set("abcde") and all(any(state in way.sources for way in edges) for state in "abcd")
    try:
        graph(BEGIN, *edges, states="abcde")
    except GraphError:
        assert not sound
    else:
        assert sound


def test_complaints_have_all_states_of_the_domain() -> None:
    named = (
        "received screening awaiting_complainant accepted investigating awaiting_agency review acting replied closed "
        "declined referred merged withdrawn review_requested suspended_case"
    )
    assert {state.code for state in GRAPH.states} == set(named.split())
