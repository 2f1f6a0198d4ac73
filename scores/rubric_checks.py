"""What must hold between the parts of a rubric file. Each fault has a path in the file and a sentence."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from .rubric_form import Rubric, Scale
from .rubric_parts import (
    WITH_CRITERIA,
    AllOrNothing,
    Apart,
    Checklist,
    Levels,
    Mean,
    Measured,
    OneOf,
    SettingName,
    Sum,
    Tiers,
)

__all__ = ["faults_of", "full_points"]

Fault = tuple[str, str]
DEEPEST = 10
"""How deep a tree of nodes may be; a source's is three or four."""


def faults_of(rubric: Rubric) -> list[Fault]:
    """(path, sentence) of every fault. The later checks need a sound tree, so they wait for it."""
    first = [*_codes(rubric), *_tree(rubric)]
    if first:
        return first
    return [
        *_criteria(rubric),
        *_empty(rubric),
        *_scales_of_points(rubric),
        *_settings(rubric),
        *_verdicts(rubric),
        *_notes(rubric),
    ]


def full_points(rubric: Rubric, code: str) -> Fraction:
    """The most points a node can give. Of an unsound tree: KeyError or RecursionError."""
    node = rubric.node[code]
    match node:
        case Levels():
            return node.points[-1]
        case AllOrNothing():
            return node.points
        case Checklist():
            return node.full or Fraction(len(rubric.criteria_of(code)))
        case Tiers():
            return node.tiers[-1].points
        case Measured():
            return node.full
        case Sum():
            return sum((full_points(rubric, child) for child in node.of), Fraction(0))
        case Mean():
            return full_points(rubric, node.of[0])
        case OneOf():
            return full_points(rubric, node.children[0])
        case Apart():
            return Fraction(0)
        case _:
            return Fraction(100)


def _codes(rubric: Rubric) -> Iterator[Fault]:
    if rubric.until is not None and rubric.until < rubric.year:
        yield "until", f"It lies before the first year, {rubric.year}."
    places = Counter([node.code for node in rubric.nodes] + [ladder.code for ladder in rubric.ladders])
    groups = {
        "nodes and ladders": places,
        "criteria": Counter(criterion.code for criterion in rubric.criteria),
        "scales": Counter(scale.code for scale in rubric.scales),
        "selections": Counter(selection.code for selection in rubric.selections),
        "readings": Counter(note.code for note in (*rubric.readings, *rubric.contradictions)),
    }
    for name, counted in groups.items():
        yield from ((name, f"The code {code} is given {many} times.") for code, many in counted.items() if many > 1)


def _tree(rubric: Rubric) -> Iterator[Fault]:
    """Every node but the root hangs on exactly one other, and all hang on the root."""
    if rubric.root not in rubric.node:
        yield "root", f"There is no node {rubric.root}."
        return
    above = Counter(child for node in rubric.nodes for child in node.children)
    for node in rubric.nodes:
        path = f"nodes[{node.code}]"
        yield from ((path, f"There is no node {child}.") for child in node.children if child not in rubric.node)
        if node.code == rubric.root and above[node.code]:
            yield path, "It is the root and hangs below another node."
        elif node.code != rubric.root and above[node.code] != 1:
            yield path, f"It must hang below exactly one node; it hangs below {above[node.code]}."
    # Sets, as a hostile file may name a node a hundred times on every floor.
    reached, layer, depth = {rubric.root}, {rubric.root}, 1
    while layer := {child for code in layer for child in rubric.node[code].children if child in rubric.node}:
        depth += 1
        reached.update(layer)
        if depth > DEEPEST:
            yield "nodes", f"The tree is more than {DEEPEST} deep."
            return
    for code in rubric.node.keys() - reached:
        yield f"nodes[{code}]", "It is not reached from the root."


def _criteria(rubric: Rubric) -> Iterator[Fault]:
    ladders = {ladder.code: len(ladder.steps) for ladder in rubric.ladders}
    for criterion in rubric.criteria:
        path = f"criteria[{criterion.code}]"
        code, level = criterion.place
        node = rubric.node.get(code)
        highest = len(node.points) if isinstance(node, Levels) else ladders.get(code)
        if node is None and code not in ladders:
            yield path, f"There is no node or ladder {code}."
        elif highest is not None and not (level and level <= highest):
            yield path, f"Its code must name a level of {code}, 1 to {highest}."
        elif highest is None and level:
            yield path, f"{code} has no levels."
        elif node is not None and node.kind not in WITH_CRITERIA:
            yield path, f"{code} takes no criteria."


def _empty(rubric: Rubric) -> Iterator[Fault]:
    for node in rubric.nodes:
        if isinstance(node, Levels):
            for level in range(1, len(node.points) + 1):
                if not rubric.criteria_of(node.code, level):
                    yield f"nodes[{node.code}]", f"Level {level} has no criterion."
        elif node.kind in WITH_CRITERIA and not rubric.criteria_of(node.code):
            yield f"nodes[{node.code}]", "It has no criterion."
    for ladder in rubric.ladders:
        for number, step in enumerate(ladder.steps, 1):
            if step.of is None and not rubric.criteria_of(ladder.code, number):
                yield f"ladders[{ladder.code}]", f"Step {number} asks nothing."


def _scales_of_points(rubric: Rubric) -> Iterator[Fault]:
    for node in rubric.nodes:
        if isinstance(node, Mean | OneOf):
            fulls = {full_points(rubric, child) for child in node.children}
            if len(fulls) > 1:
                yield f"nodes[{node.code}]", "Its children are not on the same scale of points."
        if not isinstance(node, Apart) and not full_points(rubric, node.code):
            yield f"nodes[{node.code}]", "It can give no points."


def _settings(rubric: Rubric) -> Iterator[Fault]:
    for path, name, of_words in _setting_uses(rubric):
        setting = rubric.settings.get(name)
        if setting is None:
            yield path, f"There is no setting {name}."
        elif isinstance(setting.value, str) != of_words:
            yield path, f"The setting {name} is {'a number' if of_words else 'a word'} and must be the other."
    used = {name for _path, name, _of_words in _setting_uses(rubric)}
    yield from ((f"settings[{name}]", "Nothing refers to it.") for name in rubric.settings if name not in used)


def _setting_uses(rubric: Rubric) -> Iterator[tuple[str, str, bool]]:
    for criterion in rubric.criteria:
        for ask in criterion.asks:
            if isinstance(ask.bound, SettingName):
                yield f"criteria[{criterion.code}]", ask.bound.setting, False
    for scale in rubric.scales:
        for band in scale.bands:
            if band.condition:
                path = f"scales[{scale.code}].bands[{band.code}]"
                if isinstance(band.condition.scope, SettingName):
                    yield path, band.condition.scope.setting, True
                if isinstance(band.condition.at_least, SettingName):
                    yield path, band.condition.at_least.setting, False


def _verdicts(rubric: Rubric) -> Iterator[Fault]:
    shown_apart = _below_apart(rubric)
    for scale in rubric.scales:
        path = f"scales[{scale.code}]"
        yield from _counted(rubric, path, scale.of, shown_apart)
        for name, group in scale.groups.items():
            for code in group:
                yield from _counted(rubric, f"{path}.groups.{name}", code, shown_apart)
        if scale.of in rubric.node and (full := full_points(rubric, scale.of)) < scale.bands[0].at_least:
            yield path, f"Its highest band is above {full}, the most that {scale.of} gives."
        yield from _scopes(rubric, path, scale)
    for ladder in rubric.ladders:
        for number, step in enumerate(ladder.steps, 1):
            if step.of:
                yield from _counted(rubric, f"ladders[{ladder.code}].steps[{number}]", step.of, shown_apart)
        if ladder.holds_from > len(ladder.steps):
            yield f"ladders[{ladder.code}].holds_from", f"There is no step {ladder.holds_from}."


def _scopes(rubric: Rubric, path: str, scale: Scale) -> Iterator[Fault]:
    for band in scale.bands:
        if band.condition is None:
            continue
        scope = band.condition.scope
        words: tuple[str, ...] = (scope,) if isinstance(scope, str) else ()
        if isinstance(scope, SettingName) and scope.setting in rubric.settings:
            words = rubric.settings[scope.setting].choices
        for word in words:
            if word != "none" and word not in scale.groups:
                yield f"{path}.bands[{band.code}]", f"The scale has no group {word}."


def _counted(rubric: Rubric, path: str, code: str, shown_apart: set[str]) -> Iterator[Fault]:
    if code not in rubric.node:
        yield path, f"There is no node {code}."
    elif code in shown_apart:
        yield path, f"{code} is shown apart, and no verdict is read off it."


def _below_apart(rubric: Rubric) -> set[str]:
    """The nodes that are shown apart, with all below them; and what only one choice brings in, which may be missing."""
    found: set[str] = set()
    layer = [node.code for node in rubric.nodes if isinstance(node, Apart)]
    layer += [child for node in rubric.nodes if isinstance(node, OneOf) for child in node.children]
    while layer:
        found.update(layer)
        layer = [child for code in layer for child in rubric.node[code].children]
    return found


def _notes(rubric: Rubric) -> Iterator[Fault]:
    parts: set[str] = set(rubric.node) | set(rubric.criterion)
    for group in (rubric.ladders, rubric.scales, rubric.selections):
        parts.update(part.code for part in group)
    for note in (*rubric.readings, *rubric.contradictions):
        if note.of is not None and note.of not in parts:
            yield f"readings[{note.code}]", f"There is no part {note.of}."
