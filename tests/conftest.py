"""What every test shares: the database, the browser, and what must not be left out."""

import os
import shutil
from collections.abc import Iterator

import pytest
from django.apps import AppConfig
from django.db.models.signals import post_migrate

from tests.support.purchases import Plan, build_plan
from tests.support.world import World, build_world

CHROMIUM = os.environ.get("SODSONG_CHROMIUM") or next(
    filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"])), None
)
NO_CHROMIUM = "the browser tests were left out: no Chromium was found on PATH (SODSONG_CHROMIUM may name one)"
# Set by .ci/run: there nothing may be left out.
REQUIRE_ALL = os.environ.get("SODSONG_REQUIRE_ALL") == "1"


def reload_rule_data() -> None:
    """Put back what migrations load: a transactional test empties every table when it ends.

    Called after each flush (and once after the first migrate), so it must change nothing that is there.
    """
    from complaints.importers.defaults import load_mappings
    from complaints.rule_loading import load_rule_data
    from complaints.survey.rule_data import load_questions
    from procurement.importers.defaults import load_statuses
    from procurement.rule_data import load_rule_data as load_procurement_rules
    from scores.rule_data import load_rule_data as load_score_rules

    load_rule_data()
    load_mappings()
    load_questions()
    load_procurement_rules()
    load_statuses()
    load_score_rules()


@pytest.fixture(scope="session", autouse=True)
def _rule_data() -> Iterator[None]:
    """Hear of every flush: Django ends it with the signal that also ends a migration."""

    def after_flush(app_config: AppConfig, **_: object) -> None:
        if app_config.label == "procurement":  # the last whose tables the rules need
            reload_rule_data()

    post_migrate.connect(after_flush, weak=False)
    yield
    post_migrate.disconnect(after_flush)


@pytest.fixture
def world(db: None) -> World:  # the database has to be there first
    """A small tree with one person for every part."""
    return build_world()


@pytest.fixture
def plan(world: World) -> Plan:
    """Procurement staff beside it."""
    return build_plan(world)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the browser. Tests that use it are marked `browser`."""
    if not CHROMIUM:
        pytest.fail(NO_CHROMIUM)
    return CHROMIUM


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM or REQUIRE_ALL:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    report = yield
    if REQUIRE_ALL and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    report = yield
    if REQUIRE_ALL and report.skipped:
        report.outcome = "failed"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not CHROMIUM and not REQUIRE_ALL:
        terminalreporter.write_line(NO_CHROMIUM)
