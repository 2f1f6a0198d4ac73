"""Standard texts in the forms of edges: an app says which there are, the form offers them beside their field."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.http import QueryDict


class Offer(NamedTuple):
    """A text that may be put into a field, with its gaps filled from the case."""

    code: str
    title: str
    text: str


Offers = Mapping[str, Sequence[Offer]]
"""Field of a form → what is offered in it."""
Provider = Callable[[Any, str], Offers]
"""(case, edge) → what is offered in the form of that edge."""

_providers: dict[str, Provider] = {}


def register_texts(kind: str, provider: Provider) -> None:
    """Name who knows the standard texts of a kind of case; called from ``AppConfig.ready()``."""
    _providers[kind] = provider


def offers_for(case: Any, edge: str) -> Offers:
    """The texts for the form of `edge`; nothing where the kind of case has none."""
    provider = _providers.get(case.kind)
    return provider(case, edge) if provider else {}


def chosen_name(field: str) -> str:
    """The name under which a form sends the text that was chosen for a field."""
    return f"standard_{field}"


def inserted(sent: QueryDict, offers: Offers) -> QueryDict:
    """What was sent, with the chosen text behind what stands in the field of the button that was pressed."""
    field = sent.get("insert", "")
    text = next((one.text for one in offers.get(field, ()) if one.code == sent.get(chosen_name(field))), "")
    data = sent.copy()
    data[field] = "\n\n".join(filter(None, (sent.get(field, "").rstrip(), text)))
    return data
