"""How each state of a complaint shows: its word from the law, an icon and a tone, the same on every page."""

from complaints.requests import states as requests
from complaints.states import STATES
from organisations.templatetags.sodsong import Sign, register_signs

_ICON_AND_TONE = {
    "received": ("inbox", "accent"),
    "screening": ("filter", "accent"),
    "awaiting_complainant": ("pause", "paused"),
    "accepted": ("check", "accent"),
    "investigating": ("investigate", "accent"),
    "awaiting_agency": ("clock", "paused"),
    "review": ("scales", "soon"),
    "acting": ("tools", "accent"),
    "replied": ("send", "well"),
    "closed": ("closed", "plain"),
    "declined": ("declined", "plain"),
    "referred": ("send", "accent"),
    "suspended_case": ("pause", "paused"),
    "merged": ("closed", "plain"),
    "review_requested": ("undo", "soon"),
    "withdrawn": ("leave", "plain"),
    # Requests to units.
    "asked": ("help", "soon"),
    "request_answered": ("check-circle", "well"),
    "request_timed_out": ("clock", "late"),
    "request_cancelled": ("declined", "plain"),
}


def register() -> None:
    """Make the states known to `{% state_tag %}`. Raises KeyError for a state without a sign."""
    register_signs(
        {state.code: Sign(state.label, *_ICON_AND_TONE[state.code]) for state in (*STATES, *requests.STATES)}
    )
