"""Each kind of node by itself, those too that no source needs at present."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from scores.exact import Share
from scores.facts import Attestation, Attested, Facts
from scores.results import State
from scores.rubric import Rubric
from scores.scoring import ScoringError, needed, score

HEAD: dict[str, Any] = {"form": 1, "family": "test", "year": 2564, "th": "ทดสอบ", "en": "Test", "source": "S4:1"}


def named(**part: Any) -> dict[str, Any]:
    return {"th": "ทดสอบ", "en": "Test", "source": "S4:1", **part}


def rubric(*nodes: dict[str, Any], criteria: tuple[dict[str, Any], ...] = (), **more: Any) -> Rubric:
    said = [named(**node) for node in nodes]
    return Rubric.model_validate(
        {**HEAD, "root": said[0]["code"], "nodes": said, "criteria": [named(**one) for one in criteria], **more}
    )


def measured(code: str, full: int = 100) -> dict[str, Any]:
    return {"code": code, "kind": "measured", "metric": f"test.{code}", "full": full}


def tiers(**more: Any) -> Rubric:
    steps = [{"at_least": 60, "points": 1}, {"at_least": 80, "points": 5}]
    return rubric({"code": "t", "kind": "tiers", "metric": "test.t", "tiers": steps, **more})


def asking(ask: dict[str, Any]) -> Rubric:
    """One criterion that asks one thing of one figure."""
    criterion = {"code": "c.1", "asks": [{"metric": "test.x", **ask}]}
    return rubric({"code": "c", "kind": "checklist"}, criteria=(criterion,))


TIERS = tiers()


@pytest.mark.parametrize(
    ("part", "whole", "points"),
    [(0, 10, 0), (5, 10, 0), (599, 1000, 0), (6, 10, 1), (799, 1000, 1), (8, 10, 5), (10, 10, 5), (0, 0, 0)],
)
def test_tiers(part: int, whole: int, points: int) -> None:
    assert score(TIERS, Facts({"test.t": Share(part, whole)})).points == points


def test_tiers_without_a_figure_are_not_computable() -> None:
    assert not score(TIERS, Facts()).computable


def test_tiers_may_give_everything_without_cases() -> None:
    got = score(tiers(no_cases="full"), Facts({"test.t": Share(0, 0)}))
    assert (got.points, got.root.reasons[0].code) == (5, "no_cases_met")


@pytest.mark.parametrize("figure", [True, 60, Decimal("60.5")])
def test_tiers_want_a_share(figure: bool | int | Decimal) -> None:
    with pytest.raises(ScoringError, match=r"test\.t must be a share"):
        score(TIERS, Facts({"test.t": figure}))


def test_apart_is_shown_and_not_counted() -> None:
    apart = {"code": "b", "kind": "apart", "of": ["c"]}
    whole = rubric({"code": "r", "kind": "sum", "of": ["a", "b"]}, measured("a"), apart, measured("c"))
    found = score(whole, Facts({"test.a": 40}))
    assert (found.points, found.full, found.computable) == (40, 100, True)
    assert not found.node("c").computable
    assert needed(found) == ()


def test_mean_and_weights_are_exact() -> None:
    third = rubric({"code": "m", "kind": "mean", "of": ["a", "b", "c"]}, measured("a"), measured("b"), measured("c"))
    assert score(third, Facts({"test.a": 100, "test.b": 0, "test.c": 0})).points == Fraction(100, 3)
    scaled = rubric(
        {"code": "w", "kind": "weighted", "weights": {"a": 25, "b": 75}}, measured("a", 20), measured("b", 3)
    )
    assert score(scaled, Facts({"test.a": 10, "test.b": 1})).points == Fraction(25, 2) + 25


def test_checklist_gives_a_share_of_its_full() -> None:
    items = tuple({"code": f"c.{number}"} for number in (1, 2, 3))
    facts = Facts(attested={"c.1": Attestation(Attested.MET)})
    assert score(rubric({"code": "c", "kind": "checklist", "full": 100}, criteria=items), facts).points == Fraction(
        100, 3
    )
    by_item = score(rubric({"code": "c", "kind": "checklist"}, criteria=items), facts)
    assert (by_item.points, by_item.full) == (1, 3)
    assert [(need.gain, need.lacks[0].criterion) for need in needed(by_item)] == [(1, "c.2"), (1, "c.3")]


def test_all_or_nothing_needs_all() -> None:
    items = ({"code": "c.1"}, {"code": "c.2"})
    whole = rubric({"code": "c", "kind": "all_or_nothing", "points": 10}, criteria=items)
    one = Facts(attested={"c.1": Attestation(Attested.MET)})
    assert score(whole, one).points == 0
    (need,) = needed(score(whole, one))
    assert (need.gain, [lack.criterion for lack in need.lacks]) == (10, ["c.2"])
    both = Facts(attested={code: Attestation(Attested.MET) for code in ("c.1", "c.2")})
    assert score(whole, both).points == 10


# --- Comparisons ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("ask", "figure", "state", "code", "more"),
    [
        ({"flag": True}, True, State.MET, "reached", None),
        ({"flag": True}, False, State.NOT_MET, "flag", None),
        ({"flag": False}, False, State.MET, "reached", None),
        ({"equals": 0}, 0, State.MET, "reached", None),
        ({"equals": 0}, 2, State.NOT_MET, "over", None),
        ({"equals": 3}, 1, State.NOT_MET, "short", 2),
        ({"at_least": 2}, 2, State.MET, "reached", None),
        ({"at_least": 2}, 1, State.NOT_MET, "short", 1),
        ({"at_least": Decimal("2.5")}, 1, State.NOT_MET, "short", 2),
        ({"at_most": 2}, 2, State.MET, "reached", None),
        ({"at_most": 2}, Decimal("2.01"), State.NOT_MET, "over", None),
        ({"share_at_least": 60}, Share(6, 10), State.MET, "reached", None),
        ({"share_at_least": 60}, Share(599, 1000), State.NOT_MET, "short", 1),
        ({"share_at_least": 60}, Share(0, 0), State.NOT_MET, "no_cases", None),
        ({"share_at_least": 60, "no_cases": "met"}, Share(0, 0), State.MET_NO_CASES, "no_cases_met", None),
        ({"share_above": 50}, Share(5, 10), State.NOT_MET, "short", 1),
        ({"share_above": 50}, Share(6, 10), State.MET, "reached", None),
        ({"share_above": 100}, Share(10, 10), State.NOT_MET, "short", None),
        ({"share_at_most": 5}, Share(2, 40), State.MET, "reached", None),
        ({"share_at_most": 5}, Share(3, 40), State.NOT_MET, "over", 1),
    ],
)  # fmt: skip
def test_comparison(ask: dict[str, Any], figure: Any, state: State, code: str, more: int | None) -> None:
    found = score(asking(ask), Facts({"test.x": figure})).criterion("c.1")
    (reason,) = found.reasons
    assert (found.state, reason.code, reason.more) == (state, code, more)
    if code == "short" and more is not None:
        enough = Share(figure.part + more, figure.whole) if isinstance(figure, Share) else figure + more
        assert score(asking(ask), Facts({"test.x": enough})).criterion("c.1").state is State.MET


@pytest.mark.parametrize(
    ("ask", "figure", "wanted"),
    [({"flag": True}, 1, "a flag"), ({"equals": 0}, False, "a number"), ({"at_least": 1}, Share(1, 1), "a number"),
     ({"share_at_least": 1}, 1, "a share")],
)  # fmt: skip
def test_figure_of_another_kind_is_refused(ask: dict[str, Any], figure: Any, wanted: str) -> None:
    with pytest.raises(ScoringError, match=rf"test\.x must be {wanted}"):
        score(asking(ask), Facts({"test.x": figure}))
