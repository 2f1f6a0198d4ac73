"""How each state of purchases, committees, seats and draws shows: its word from the law, an icon and a tone."""

from organisations.templatetags.sodsong import Sign, register_signs
from procurement.states import committee, draw, purchase, seat

_ICON_AND_TONE = {
    "planned": ("calendar", "plain"),
    "announced": ("send", "accent"),
    "awarded": ("star", "accent"),
    "contracted": ("edit", "accent"),
    "delivered": ("inbox", "soon"),
    "inspected": ("check", "accent"),
    "completed": ("closed", "well"),
    "cancelled": ("declined", "plain"),
    "draft": ("edit", "plain"),
    "linted": ("scales", "soon"),
    "approved": ("check", "soon"),
    "ordered": ("check-circle", "accent"),
    "working": ("tools", "accent"),
    "reported": ("send", "soon"),
    "dissolved": ("closed", "well"),
    "discarded": ("declined", "plain"),
    "vacant": ("people", "soon"),
    "drawn": ("star", "accent"),
    "nominated": ("edit", "accent"),
    "invited": ("send", "soon"),
    "seat_accepted": ("check", "accent"),
    "declared": ("scales", "soon"),
    "cleared": ("check", "accent"),
    "seat_approved": ("check", "soon"),
    "appointed": ("check-circle", "accent"),
    "serving": ("tools", "accent"),
    "suspended": ("alert", "late"),
    "concluding": ("message", "accent"),
    "seat_completed": ("closed", "well"),
    "seat_declined": ("declined", "plain"),
    "no_reply": ("clock", "plain"),
    "conflicted": ("declined", "late"),
    "seat_withdrawn": ("declined", "plain"),
    "discharged": ("declined", "plain"),
    "seat_void": ("declined", "plain"),
    "draw_announced": ("calendar", "soon"),
    "draw_done": ("check-circle", "well"),
    "draw_annulled": ("declined", "plain"),
}


def register() -> None:
    """Make the states known to `{% state_tag %}`. Raises KeyError for a state without a sign."""
    states = (*purchase.STATES, *committee.STATES, *seat.STATES, *draw.STATES)
    register_signs({state.code: Sign(state.label, *_ICON_AND_TONE[state.code]) for state in states})
