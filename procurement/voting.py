"""How a committee may meet and decide (MoF Regulation B.E. 2560 cl. 27 and 175). Pure functions."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Ballot:
    """A serving member at a meeting. vote: ``for``, ``against``, ``abstain`` or empty."""

    chair: bool
    attended: bool
    vote: str = ""


def chair_attends(ballots: Iterable[Ballot]) -> bool:
    """The chair must attend every meeting (cl. 27)."""
    return any(ballot.chair and ballot.attended for ballot in ballots)


def has_quorum(ballots: Iterable[Ballot]) -> bool:
    """At least half of the members attend (cl. 27)."""
    rows = list(ballots)
    return bool(rows) and 2 * sum(ballot.attended for ballot in rows) >= len(rows)


def is_carried(ballots: Iterable[Ballot], *, unanimous: bool) -> bool:
    """Whether the meeting decides as proposed: one vote each, the majority of those cast, the chair breaks a tie
    (cl. 27). Inspection is unanimous: everybody who attends votes for it (cl. 175)."""
    present = [ballot for ballot in ballots if ballot.attended]
    votes_for = sum(ballot.vote == "for" for ballot in present)
    against = sum(ballot.vote == "against" for ballot in present)
    if unanimous:
        return votes_for > 0 and votes_for == len(present)
    if votes_for == against:
        return votes_for > 0 and any(ballot.chair and ballot.vote == "for" for ballot in present)
    return votes_for > against


def is_blocked(ballots: Iterable[Ballot]) -> bool:
    """Whether what needs everybody is refused: one who attends and votes for refusing it is enough (cl. 175)."""
    return any(ballot.attended and ballot.vote == "for" for ballot in ballots)
