"""The trees along which public figures are divided, as they are kept: pairs of node and parent, in order. Pure.

A node with something below it has a child for itself, its code with a dot. The root is "", and has one as well: no
node has a single child.
"""

from collections.abc import Iterable, Mapping, Sequence

from .suppression import Node, Splits

Tree = list[list[str]]
ROOT = ""


def own(node: str) -> str:
    """The child that stands for a node itself."""
    return f"{node}."


def grown(tree: Sequence[Sequence[str]], parents: Mapping[str, str], weights: Mapping[str, int]) -> Tree:
    """The tree with what is new, each behind the children that its parent has; what is known stays where it is.

    parents: of every node the one above it ("" for the topmost). weights: by node what was counted of it alone: among
    new children the largest come first, so that what is too small hides as little as possible.
    """
    above: dict[str, str] = {node: parent for node, parent in tree}  # noqa: C416 - pairs are lists in JSON
    new = {node: parent for node, parent in parents.items() if node not in above}
    known = {**new, **above}
    inner = {ROOT, *known.values()}
    new |= {own(node): node for node in sorted(inner) if own(node) not in known}
    known = {**new, **known}
    whole = dict.fromkeys(known, 0)
    for node, number in weights.items():
        leaf = own(node) if node in inner else node
        while leaf in known:
            whole[leaf] += number
            leaf = known[leaf]
    ordered = sorted(new, key=lambda node: (-whole[node], node.endswith(".")))
    return [*(list(pair) for pair in tree), *([node, new[node]] for node in ordered)]


def children_of(tree: Iterable[Sequence[str]]) -> dict[Node, list[str]]:
    """The children of every inner node, in order."""
    found: dict[Node, list[str]] = {}
    for node, parent in tree:
        found.setdefault(parent, []).append(node)
    return found


def splits_of(tree: Iterable[Sequence[str]]) -> Splits:
    """The tree as splits."""
    return Splits.of(ROOT, children_of(tree))


def leaf_of(node: str, inner: Mapping[Node, object]) -> str:
    """The leaf that stands for a node itself."""
    return own(node) if node in inner else node
