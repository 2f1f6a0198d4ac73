"""Facts that meet a criterion or do not, for any rubric."""

from collections.abc import Iterable

from scores.exact import Figure, Share, least_part
from scores.facts import Attestation, Attested, Facts
from scores.rubric import Rubric
from scores.rubric_parts import Ask, Criterion

WHOLE = 10
"""How many cases there are behind a share, in these tests."""


def met_figure(rubric: Rubric, ask: Ask) -> Figure:
    """A figure that meets what is asked, and no more than that."""
    if isinstance(ask.bound, bool):
        return ask.bound
    bound = rubric.amount(ask.bound)
    if ask.comparison == "share_at_most":
        return Share(int(bound * WHOLE / 100), WHOLE)
    if ask.of_share:
        return Share(least_part(bound, WHOLE, above=ask.comparison == "share_above"), WHOLE)
    return int(bound)


def missed_figure(rubric: Rubric, ask: Ask) -> Figure:
    """A figure that just misses it."""
    met = met_figure(rubric, ask)
    if isinstance(met, bool):
        return not met
    worse = 1 if ask.comparison in ("equals", "at_most", "share_at_most") else -1
    return Share(met.part + worse, met.whole) if isinstance(met, Share) else int(met) + worse  # type: ignore[arg-type]


def better(one: Figure, other: Figure, ask: Ask) -> Figure:
    """The one of two figures that meets more."""
    key = (lambda figure: figure.part) if isinstance(one, Share) else (lambda figure: figure)  # type: ignore[union-attr]
    lower = ask.comparison in ("equals", "at_most", "share_at_most")
    return min(one, other, key=key) if lower else max(one, other, key=key)  # type: ignore[arg-type]


def meeting(rubric: Rubric, codes: Iterable[str], base: Facts | None = None, **words: str) -> Facts:
    """Facts that meet exactly these criteria, on top of `base`: nothing is known of the others."""
    base = base or Facts()
    figures, attested = dict(base.figures), dict(base.attested)
    for code in codes:
        criterion = rubric.criterion[code]
        for ask in criterion.asks:
            figure = met_figure(rubric, ask)
            old = figures.get(ask.metric)
            figures[ask.metric] = figure if old is None else better(old, figure, ask)
        if not criterion.derived:
            attested[code] = Attestation(Attested.MET, "officer", "evaluator")
    said = {key.replace("__", "."): word for key, word in words.items()}
    return Facts(figures, {**base.words, **said}, attested)


def failing(rubric: Rubric, facts: Facts, criterion: Criterion) -> Facts:
    """The same facts, with one criterion just missed; what shares its figure is missed with it."""
    if not criterion.derived:
        return Facts(facts.figures, facts.words, {**facts.attested, criterion.code: Attestation(Attested.NOT_MET)})
    missed = {ask.metric: missed_figure(rubric, ask) for ask in criterion.asks}
    return Facts({**facts.figures, **missed}, facts.words, facts.attested)
