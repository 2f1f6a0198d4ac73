"""How each state of an assessment shows: its word from the law, an icon and a tone."""

from organisations.templatetags.sodsong import Sign, register_signs
from scores import states

_ICON_AND_TONE = {
    states.SELF: ("edit", "accent"),
    states.REVIEW: ("scales", "soon"),
    states.SIGNING: ("check", "soon"),
    states.TOLD: ("send", "soon"),
    states.OBJECTED: ("alert", "late"),
    states.FINAL: ("check", "accent"),
    states.PUBLISHED: ("check-circle", "well"),
    states.CANCELLED: ("declined", "plain"),
}


def register() -> None:
    """Make the states known to `{% state_tag %}`. Raises KeyError for a state without a sign."""
    register_signs({state.code: Sign(state.label, *_ICON_AND_TONE[state.code]) for state in states.STATES})
