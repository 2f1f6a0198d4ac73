"""What other floors show beside the overview of open cases. An app registers its pages in ``AppConfig.ready()``, so
that the overview of complaints knows nothing of procurement or scores."""

from dataclasses import dataclass

from workflows.graph import Text


@dataclass(frozen=True)
class Beside:
    """A page beside the overview, for the same units and the same readers.

    name: of its address, which takes ``?under=`` with the code of a unit, as the overview does. title: the heading or
    the word of the link. fetched: the overview shows it in itself, asked for once it stands; else only the way there.
    A page that is fetched answers with an element whose id is `part`. monthly: with ``month`` (``2026-10``) it answers
    with the document of that month.
    """

    name: str
    title: Text
    fetched: bool = False
    monthly: bool = False

    @property
    def part(self) -> str:
        """The id of the element that is fetched."""
        return f"part-{self.name}"


_besides: list[Beside] = []


def register(*pages: Beside) -> None:
    """Make pages known; once, however often the app is made ready."""
    _besides.extend(page for page in pages if page not in _besides)


def besides() -> tuple[Beside, ...]:
    """All of them, in the order of registering."""
    return tuple(_besides)
