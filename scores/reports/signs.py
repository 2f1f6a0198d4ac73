"""How each state of a report shows: its word from the law, an icon and a tone."""

from organisations.templatetags.sodsong import Sign, register_signs
from scores.reports import states

_ICON_AND_TONE = {
    states.DRAFT: ("edit", "accent"),
    states.SIGNING: ("send", "soon"),
    states.SIGNED: ("check-circle", "well"),
    states.WITHDRAWN: ("declined", "plain"),
}


def register() -> None:
    """Make the states known to `{% state_tag %}`. Raises KeyError for a state without a sign."""
    register_signs({state.code: Sign(state.label, *_ICON_AND_TONE[state.code]) for state in states.STATES})
