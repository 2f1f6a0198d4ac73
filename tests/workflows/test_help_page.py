"""The law of complaints, for everybody, in both languages."""

from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from complaints.states import GRAPH
from tests.support.world import World
from workflows.models import ClockRule
from workflows.registry import all_kinds
from workflows.views import TOLD

pytestmark = pytest.mark.django_db
URL = "/help/complaint/"


def page(language: str, client: Client | None = None) -> str:
    """The page as somebody without an account reads it."""
    browser = client or Client()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    answer = browser.get(URL)
    assert answer.status_code == 200
    return unescape(answer.content.decode())


@pytest.mark.parametrize("language", ["th", "en"])
def test_every_state_and_edge_is_on_the_page(language: str) -> None:
    shown = page(language)
    with translation.override(language):
        for state in GRAPH.states:
            assert str(state.label) in shown, state.code
        for edge in GRAPH.edges:
            start = shown.index(f'id="edge-{edge.name}"')
            row = shown[start : shown.index("</tr>", start)]
            assert f'<th scope="row">{edge.label}</th>' in row
            for who in edge.by:
                assert str(who.label) in row, (edge.name, who.code)
            for guard in edge.requires:
                assert str(guard.label) in row, (edge.name, guard.code)
            for target in GRAPH.targets(edge):
                assert str(GRAPH.state(target).label) in row


@pytest.mark.parametrize("language", ["th", "en"])
def test_clocks_stand_by_their_names(language: str) -> None:
    shown = page(language)
    codes = {code for edge in GRAPH.edges for code in (*edge.starts, *edge.stops, edge.ends_with) if code}
    for code in codes:
        rule = ClockRule.objects.filter(code=code, category="").latest("valid_from")
        assert (rule.name_th if language == "th" else rule.name_en) in shown


def test_pause_is_said_where_the_complainant_is_asked() -> None:
    shown = page("en")
    row = shown[shown.index('id="edge-ask_complainant"') :]
    assert "all clocks pause" in row[: row.index("</tr>")]
    row = shown[shown.index('id="edge-complainant_answered"') :]
    assert "the clocks go on" in row[: row.index("</tr>")]


def test_everybody_who_is_told_has_a_word() -> None:
    named = {name for kind in all_kinds() for edge in kind.graph.edges for name in edge.tells}
    assert named <= set(TOLD)


def test_page_of_an_unknown_kind_is_not_there() -> None:
    assert Client().get(reverse("graph_help", args=["nonsense"])).status_code == 404


def test_page_signed_in_has_the_officers_head(world: World) -> None:
    client = Client()
    client.force_login(world.officer, backend="django.contrib.auth.backends.ModelBackend")
    assert 'class="main-nav"' in page("th", client)
    assert 'class="main-nav"' not in page("th")


def test_page_takes_one_statement(django_assert_num_queries: Any) -> None:
    # Three more than the page itself: the visit is counted, in a savepoint.
    with django_assert_num_queries(1 + 3):
        page("th")


def test_page_brings_no_script_or_style_of_its_own() -> None:
    shown = page("en")
    assert "<style" not in shown
    assert " style=" not in shown
    assert "onclick" not in shown
