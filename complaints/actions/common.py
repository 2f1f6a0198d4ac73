"""Where the actions of complaints enter themselves under the names of their edges."""

from workflows.actions import Action, Recorded, enter_into

__all__ = ["ACTIONS", "Recorded", "edge"]

ACTIONS: dict[str, Action] = {}
edge = enter_into(ACTIONS)
