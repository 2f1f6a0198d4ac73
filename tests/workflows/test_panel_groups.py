"""Actions under their headings: what is seldom used is folded away, but never all that somebody may do."""

from workflows.casepages.panel import Action, Group, GroupOf, grouped

SELDOM = GroupOf("Seldom", frozenset({"reveal"}), folded=True)
OFTEN = GroupOf("Often", frozenset({"note"}))


def action(edge: str) -> Action:
    return Action(edge, edge, False, False, f"/{edge}/", "")


def test_what_is_seldom_used_is_folded_beside_the_others() -> None:
    groups = grouped([action("reveal"), action("note")], [OFTEN, SELDOM])
    assert [(group.label, group.folded) for group in groups] == [("Often", False), ("Seldom", True)]


def test_the_only_thing_somebody_may_do_is_not_folded() -> None:
    assert grouped([action("reveal")], [OFTEN, SELDOM]) == [Group("Seldom", [action("reveal")])]


def test_without_actions_there_is_no_group() -> None:
    assert grouped([], [OFTEN, SELDOM]) == []
