"""News as a sentence: of a protected case no more than that there is news, and of a warning which clock it is about."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notifications.sentences import bare_sentence, sentences
from tests.support.world import World
from workflows import registry
from workflows.models import Case, Clock, ClockRule, OutboxRow

pytestmark = pytest.mark.django_db


def warning(case: Case, percent: int, code: str = "investigate") -> OutboxRow:
    """A warning about a clock of `case`, as the watch writes it."""
    facts = {"clock": 1, "code": code, "percent": percent}
    return OutboxRow(case=case, event="clock_warning", facts=facts, at=timezone.now())


def test_rows_keep_their_order_and_take_one_statement_for_all_clocks(world: World) -> None:
    cases = [world.file() for _ in range(3)]
    rows = [warning(case, percent) for case in cases for percent in (50, 80, 100, 150)]
    rows += [OutboxRow(case=case, event="register", at=timezone.now()) for case in cases]
    with translation.override("en"), CaptureQueriesContext(connection) as statements:
        texts = sentences(rows)
    assert len(statements) == 1
    assert all(row.about.number in text for row, text in zip(rows, texts, strict=True))
    name = ClockRule.objects.filter(code="investigate", category="").latest("valid_from").name_en
    assert texts[:4] == [
        f"Case {cases[0].number}: 50% of the time for “{name}” has passed",
        f"Case {cases[0].number}: 80% of the time for “{name}” has passed",
        f"Case {cases[0].number}: the time for “{name}” has ended",
        f"Case {cases[0].number}: “{name}” is overdue, 150% of its time has passed",
    ]
    assert sentences([]) == []


def test_clock_has_its_name_in_the_language_of_the_page(world: World) -> None:
    rule = ClockRule.objects.filter(code="investigate", category="").latest("valid_from")
    for language, name in (("th", rule.name_th), ("en", rule.name_en)):
        with translation.override(language):
            assert f"“{name}”" in sentences([warning(world.file(), 80)])[0]


def test_clock_without_a_rule_is_called_by_its_code(world: World) -> None:
    with translation.override("en"):
        assert "“forgotten”" in sentences([warning(world.file(), 80, "forgotten")])[0]


@pytest.mark.parametrize("language", ["th", "en"])
def test_of_a_protected_case_every_event_says_the_same(world: World, language: str) -> None:
    case = world.file(world.corruption)
    rows = [warning(case, percent) for percent in (50, 100, 150)]
    rows += [OutboxRow(case=case, event=edge.name, at=timezone.now()) for edge in case.graph.edges]
    with translation.override(language):
        assert set(sentences(rows)) == {bare_sentence(case)}
        assert case.number in bare_sentence(case)


def test_every_clock_that_a_law_starts_has_a_name() -> None:
    codes = {code for kind in registry.all_kinds() for edge in kind.graph.edges for code in edge.starts}
    codes |= set(Clock.objects.values_list("code", flat=True))
    assert codes - set(ClockRule.objects.filter(category="").values_list("code", flat=True)) == set()


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_event_that_somebody_is_told_of_is_a_sentence(world: World, language: str) -> None:
    for kind in registry.all_kinds():
        case = Case(kind=kind.graph.kind, number="DST-2570-00001")
        told = [edge for edge in kind.graph.edges if edge.tells]
        with translation.override(language):
            texts = sentences([OutboxRow(case=case, event=edge.name, at=timezone.now()) for edge in told])
            for edge, text in zip(told, texts, strict=True):
                assert case.number in text
                assert str(kind.news.get(edge.name, edge.label)) in text


@pytest.mark.parametrize("code", ["complaint", "request", "assessment", "register", "report"])
def test_a_notice_says_what_happened_and_not_the_word_on_a_button(code: str) -> None:
    """Of every edge that an officer is told of; "Answer" in a list of notices would read as an order."""
    kind = registry.kind_of(code)
    told = {edge.name for edge in kind.graph.edges if set(edge.tells) - {"complainant"}}
    assert told - set(kind.news) == set()
    assert set(kind.news) - {edge.name for edge in kind.graph.edges} == set()
