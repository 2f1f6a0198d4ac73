"""How a committee may meet and decide: pure functions (MoF Regulation B.E. 2560 cl. 27 and 175)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from procurement.voting import Ballot, chair_attends, has_quorum, is_blocked, is_carried


def ballots(text: str) -> list[Ballot]:
    """A letter a member, the chair first: f(or), a(gainst), o (abstains), - (there, no vote), x (absent)."""
    votes = {"f": "for", "a": "against", "o": "abstain", "-": "", "x": ""}
    return [Ballot(chair=place == 0, attended=letter != "x", vote=votes[letter]) for place, letter in enumerate(text)]


@pytest.mark.parametrize(
    ("present", "enough"),
    [
        ("--", True), ("-x", True), ("--x", True), ("-xx", False), ("--xx", True), ("--xxx", False), ("---xx", True),
        ("", False),
    ],
)  # fmt: skip
def test_quorum_is_half_of_the_members(present: str, enough: bool) -> None:
    assert has_quorum(ballots(present)) is enough


def test_chair_attends_every_meeting() -> None:
    assert chair_attends(ballots("-xx"))
    assert not chair_attends(ballots("x--"))
    assert not chair_attends([Ballot(chair=False, attended=True)])


@pytest.mark.parametrize(
    ("votes", "carried"),
    [
        ("fff", True),
        ("ffa", True),
        ("faa", False),
        ("fa", True),  # a tie, and the chair is for it
        ("af", False),  # a tie, and the chair is against it
        ("of", True),
        ("oaf", False),  # a tie that the chair does not break
        ("ooo", False),
        ("-aff", True),
        ("faxxf", True),
        ("fxx", True),
        ("---", False),
    ],
)
def test_majority_of_the_votes_cast_decides_and_the_chair_breaks_a_tie(votes: str, carried: bool) -> None:
    assert is_carried(ballots(votes), unanimous=False) is carried


@pytest.mark.parametrize(
    ("votes", "carried"),
    [("fff", True), ("ffx", True), ("ffo", False), ("ff-", False), ("ffa", False), ("xxx", False)],
)
def test_inspection_is_accepted_by_everybody_who_attends(votes: str, carried: bool) -> None:
    assert is_carried(ballots(votes), unanimous=True) is carried


@pytest.mark.parametrize(
    ("votes", "blocked"), [("faa", True), ("aaf", True), ("aaa", False), ("oo-", False), ("xfa", True)]
)
def test_one_vote_is_enough_not_to_accept(votes: str, blocked: bool) -> None:
    assert is_blocked(ballots(votes)) is blocked


def test_vote_of_somebody_absent_counts_for_nothing() -> None:
    absent = Ballot(chair=True, attended=False, vote="for")
    assert not is_carried([absent], unanimous=False)
    assert not is_carried([absent], unanimous=True)
    assert not is_blocked([absent])


@given(st.text(alphabet="fao-x", max_size=12))
def test_nothing_is_carried_without_a_vote_for_it_nor_unanimously_without_the_majority(votes: str) -> None:
    rows = ballots(votes)
    if "f" not in votes:
        assert not is_carried(rows, unanimous=False)
    if is_carried(rows, unanimous=True):
        assert is_carried(rows, unanimous=False)
        assert set(votes) <= {"f", "x"}
