"""What an edge of a complaint needs beyond who takes it. Each refusal is a sentence that says what is missing.

A guard is asked twice: without facts, to draw the button (then it speaks only about the case), and with them.
"""

from workflows.guards import *  # noqa: F403 - the law reads them as one vocabulary

from .case import *  # noqa: F403 - the law reads them as one vocabulary
from .duties import *  # noqa: F403 - the law reads them as one vocabulary
from .elsewhere import *  # noqa: F403 - the law reads them as one vocabulary
from .facts import *  # noqa: F403 - the law reads them as one vocabulary
from .keeping import *  # noqa: F403 - the law reads them as one vocabulary
from .letters import *  # noqa: F403 - the law reads them as one vocabulary
from .respondents import *  # noqa: F403 - the law reads them as one vocabulary
