"""Who plays whom: the people of a unit by their roles, as of a day."""

import random
from dataclasses import dataclass

from organisations.demo.people import POSTS, DemoPost
from organisations.models import Role

# Districts with a post for each role, and for how many days back their people are asked in a matter that is open.
FULL_STAFF = ("NAN-MU", "NAN-PU", "NAN-TW", "NAN-WS", "NAN-BK")
LATELY = 130


@dataclass(frozen=True)
class Cast:
    """User names of one unit. `reviewer` is an approver who has had no part in its cases; "" where there is none."""

    unit: str
    screeners: tuple[str, ...]
    officers: tuple[str, ...]
    head: str
    approver: str
    reviewer: str

    def two_officers(self, rng: random.Random) -> tuple[str, str]:
        """Two officers; where the unit has one, twice the same."""
        # Half of the work to the first one: a newcomer who signs in as the officer of the province finds a full desk.
        first = self.officers[0] if rng.random() < 0.5 else rng.choice(self.officers)
        others = [name for name in self.officers if name != first]
        return first, rng.choice(others) if others else first


def cast_of(unit: str, days_ago: int) -> Cast:
    """The people of `unit` who have held their posts since `days_ago` days before the demo's today."""
    posts = [post for post in POSTS if post.unit == unit and not post.deputy and _held(post, days_ago)]
    approvers = _named(posts, Role.APPROVER)
    return Cast(
        unit=unit,
        screeners=_named(posts, Role.SCREENER),
        officers=_named(posts, Role.OFFICER),
        head=_named(posts, Role.HEAD)[0],
        approver=approvers[0],
        reviewer=_reviewer(unit, approvers),
    )


def _reviewer(unit: str, approvers: tuple[str, ...]) -> str:
    """Of the unit itself where it has two approvers, else the vice governor, whose post reaches every district."""
    if len(approvers) > 1:
        return approvers[1]
    # He decides the province's own cases himself, and local bodies are not below him.
    return "" if unit == "NAN" or unit.startswith("LB-") else "approver"


def _held(post: DemoPost, days_ago: int) -> bool:
    return post.held_until is None and (post.held_from is None or post.held_from > days_ago)


def _named(posts: list[DemoPost], role: Role) -> tuple[str, ...]:
    return tuple(post.username for post in posts if role in post.roles)
