"""Which complaints hang together, because they were merged or split: for each of them, whom it is about besides its own
respondents, and who declared an interest in it with another one."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property

from django.db.models import Q

from complaints.models import Respondent
from workflows.models import CaseLink, Conflict

_MERGED, _PART = CaseLink.Relation.MERGED, CaseLink.Relation.PART


class Matter:
    """All complaints that hang together with one, read once: a query for each step between the farthest of them.

    What is merged is one group. Between a whole and its parts a group looks up and down, never sideways: what a part is
    about stands in the text of the whole as well, and what was said of somebody in the whole may stand in a part; but a
    matter is split so that its parts can go on apart.
    """

    def __init__(self, case: int) -> None:
        self.cases = {case}
        links: set[tuple[int, int, str]] = set()
        ends = {case}
        while ends:
            touching = CaseLink.objects.filter(Q(source__in=ends) | Q(target__in=ends), relation__in=[_MERGED, _PART])
            links |= set(touching.values_list("source", "target", "relation"))
            ends = {end for source, target, _relation in links for end in (source, target)} - self.cases
            self.cases |= ends
        self._main = {source: target for source, target, relation in links if relation == _MERGED}
        self._above: dict[int, set[int]] = defaultdict(set)
        self._below: dict[int, set[int]] = defaultdict(set)
        for source, target, relation in links:
            part, whole = self._group_of(source), self._group_of(target)
            if relation == _PART and part != whole:
                self._above[part].add(whole)
                self._below[whole].add(part)

    def groups(self) -> list[list[int]]:
        """The cases, those that are merged together."""
        groups: dict[int, list[int]] = defaultdict(list)
        for case in sorted(self.cases):
            groups[self._group_of(case)].append(case)
        return list(groups.values())

    def accused(self, case: int) -> set[int]:
        """The accounts of whoever is named in the group of this case, in one above it or in one below it."""
        return self._around(case, self._named)

    def interested(self, case: int) -> set[int]:
        """Who declared an interest in one of the same cases."""
        return self._around(case, self._declared)

    def _around(self, case: int, rows: Collection[tuple[int, int]]) -> set[int]:
        start = self._group_of(case)
        around = {start} | _reached(start, self._above) | _reached(start, self._below)
        return {user for row, user in rows if self._group_of(row) in around}

    def _group_of(self, case: int) -> int:
        return self._main.get(case, case)

    @cached_property
    def _named(self) -> list[tuple[int, int]]:
        named = Respondent.objects.filter(case__in=self.cases, removed_at=None, user__isnull=False)
        return list(named.values_list("case", "user"))

    @cached_property
    def _declared(self) -> list[tuple[int, int]]:
        declared = Conflict.objects.filter(case__in=self.cases, cause=Conflict.Cause.DECLARED)
        return list(declared.values_list("case", "user"))


def _reached(start: int, ways: Mapping[int, set[int]]) -> set[int]:
    found, ahead = set[int](), [start]
    while ahead:
        more = ways.get(ahead.pop(), set()) - found
        found |= more
        ahead.extend(more)
    return found
