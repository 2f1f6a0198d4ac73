"""The pages of a case at other addresses and in other words than those of complaints: nothing is taken for granted."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client
from django.urls import include, path, reverse
from django.utils.translation import override

from complaints.models import ComplaintCase
from complaints.queries import complaint_for
from complaints.states import GRAPH
from organisations.calendar import current_calendar
from organisations.formats import write_date
from organisations.models import User
from tests.support.seen import seen
from tests.support.world import World
from workflows.casepages.access import Addresses
from workflows.casepages.clocks import clock_rows
from workflows.casepages.fields import text_field
from workflows.casepages.forms import EdgeForm, ExtendForm, ReasonsForm
from workflows.casepages.panel import Panel
from workflows.casepages.take import TakePage
from workflows.casepages.timeline import Timeline, Told
from workflows.models import LedgerEntry
from workflows.timekeeping import as_pauses


class NoteForm(EdgeForm):
    text = text_field("Note")


ADDRESSES = Addresses(case="matter", take="take_matter", lists="matters")
PANEL = Panel(
    GRAPH,
    {"note": NoteForm, "extend": ExtendForm, "return_finding": ReasonsForm, "declare_conflict": ReasonsForm},
    ADDRESSES,
    labels={"note": "Scribble"},
    last=frozenset({"note"}),
)


class MatterTimeline(Timeline):
    graph = GRAPH
    addresses = ADDRESSES
    told = {"note": Told("Scribbled", "edit", sort="scribbles")}
    tabs = {"all": "All", "scribbles": "Scribbles"}
    actors = {"complainant": "a stranger"}


TIMELINE = MatterTimeline()


class TakeMatter(TakePage):
    panel = PANEL
    timeline = TIMELINE
    then = frozenset({"matters"})
    gone = "It is gone."

    def case_for(self, user: User, public_id: str) -> ComplaintCase:
        return complaint_for(user, public_id)

    def heading(self, user: User, case: Any) -> dict[str, Any]:
        return {"title": "A <matter>", "facts": [("Colour", "blue & green")]}


def page(request: HttpRequest, public_id: str = "") -> HttpResponse:
    raise Http404


urlpatterns = [
    path("matters/", page, name="matters"),
    path("matters/<slug:public_id>/", page, name="matter"),
    path("matters/<slug:public_id>/<slug:edge>/", TakeMatter.as_view(), name="take_matter"),
    path("", include("config.urls")),
]

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]


def form_of(case: ComplaintCase, edge: str) -> str:
    return reverse("take_matter", args=[case.public_id, edge])


def test_take_anonymous_goes_to_sign_in(client: Client, world: World) -> None:
    answer = client.get(form_of(world.into("investigating"), "note"))
    assert answer.status_code == 302
    assert reverse("account_login") in answer["Location"]


def test_take_of_an_edge_without_a_form_or_of_an_unseen_case_is_not_found(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    assert client.get(form_of(case, "submit_finding")).status_code == 404
    assert client.get(form_of(case, "no_such_edge")).status_code == 404
    client.force_login(world.stranger)
    assert client.get(form_of(case, "note")).status_code == 404
    assert client.post(form_of(case, "note"), {"text": "x"}).status_code == 404


def test_take_shows_the_heading_and_the_words_of_the_app(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    text = client.get(form_of(case, "note")).content.decode()
    assert "<h1>A &lt;matter&gt;</h1>" in text
    assert "<dt>Colour</dt><dd>blue &amp; green</dd>" in text
    assert "<h2>Scribble</h2>" in text
    assert f'action="{form_of(case, "note")}"' in text
    assert f'href="{reverse("matter", args=[case.public_id])}"' in text
    assert reverse("case", args=[case.public_id]) not in text


@pytest.mark.parametrize(("then", "where"), [("", "matter"), ("matters", "matters"), ("queue", "matter")])
def test_take_goes_on_to_the_addresses_of_the_app(client: Client, world: World, then: str, where: str) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    answer = client.post(form_of(case, "note"), {"text": "x", "then": then, **seen(case)})
    assert answer["Location"] == reverse(where, args=[case.public_id] if where == "matter" else [])


def test_take_after_which_the_case_is_gone_leads_to_the_lists(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.officer)
    answer = client.post(form_of(case, "declare_conflict"), {"reasons": "ญาติ", **seen(case)})
    assert answer["Location"] == reverse("matters")
    assert "It is gone." in client.get(reverse("profile")).content.decode()


def test_take_in_the_wrong_state_or_by_somebody_else_is_refused(client: Client, world: World) -> None:
    case = world.into("investigating")
    client.force_login(world.approver)
    assert client.get(form_of(case, "return_finding")).status_code == 409
    client.force_login(world.officer)
    assert client.get(form_of(case, "extend")).status_code == 403


def test_take_overtaken_names_what_was_done_in_the_words_of_the_app(client: Client, world: World) -> None:
    case = world.into("investigating")
    world.do(case, "note", world.head, text="x")
    client.force_login(world.officer)
    answer = client.post(form_of(case, "note"), {"text": "kept", "seen_version": "99"})
    assert answer.status_code == 409
    assert "Scribbled" in answer.content.decode()
    assert "kept" in answer.content.decode()


@pytest.mark.parametrize("said", [{}, {"seen_version": ""}, {"seen_version": "x"}, {"seen_version": "-1"}])
def test_take_that_does_not_say_what_was_read_is_as_one_that_was_overtaken(
    client: Client, world: World, said: dict[str, str]
) -> None:
    case = world.into("investigating")
    world.do(case, "note", world.head, text="x")
    client.force_login(world.officer)
    answer = client.post(form_of(case, "note"), {"text": "kept", **said})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Scribbled" in shown
    assert "kept" in shown
    assert f'name="seen_version" value="{seen(case)["seen_version"]}"' in shown
    assert LedgerEntry.objects.filter(case=case.pk, verb="note").count() == 1


def test_take_works_nothing_out_beside_a_form_that_is_not_there(
    client: Client, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = world.into("investigating")
    asked: list[str] = []
    monkeypatch.setattr(TakeMatter, "beside", lambda _self, user, _case, _edge: asked.append(user.username) or {})
    client.force_login(world.officer)
    assert client.get(form_of(case, "extend")).status_code == 403
    assert client.post(form_of(case, "extend"), seen(case)).status_code == 403
    assert asked == []
    assert client.get(form_of(case, "note")).status_code == 200
    assert asked == [world.officer.username]


def test_panel_leads_to_the_forms_of_the_app(world: World) -> None:
    case = world.into("investigating")
    actions = PANEL.actions_for(case, world.officer)
    assert [(action.edge, action.label, action.url) for action in actions][-1] == (
        "note",
        "Scribble",
        form_of(case, "note"),
    )
    assert {action.edge for action in actions} <= set(PANEL.forms)


def test_timeline_tells_in_the_words_of_the_app(world: World) -> None:
    case = world.into("investigating")
    world.do(case, "note", world.officer, text="x")
    entries = TIMELINE.entries(case, readable=True, attachments=[])
    assert (entries[0].title, entries[-1].title) == ("Scribbled", GRAPH.edge("register").label)
    assert entries[-1].by == "a stranger"
    assert TIMELINE.shown(entries, "scribbles") == entries[:1]
    assert TIMELINE.shown(entries, "messages") == entries
    assert [tab["current"] for tab in TIMELINE.tab_rows("scribbles")] == [False, True]
    assert [tab["current"] for tab in TIMELINE.tab_rows("messages")] == [True, False]


def test_ended_clock_shows_the_day_it_ended_not_the_day_it_was_due(world: World) -> None:
    case = world.into("investigating")
    clock = case.clocks.select_related("rule").exclude(stopped_on=None)[0]
    clock.due_on = clock.stopped_on + timedelta(days=9)
    [row] = clock_rows([clock], [], current_calendar())
    with override("en"):
        shown = render_to_string("components/clock_row.html", {"clock": {**row, "sum": []}})
        assert f"Done {write_date(clock.stopped_on)}" in shown
        assert write_date(clock.due_on) not in shown


def test_clock_rows_say_why_they_stand_still(world: World) -> None:
    case = world.into("awaiting_complainant")
    clocks, pauses = list(case.clocks.select_related("rule")), as_pauses(case.pauses.all())
    rows = clock_rows(clocks, pauses, current_calendar(), pause_word="waits for rain")
    assert any(word == "waits for rain" for row in rows for word, _text in row["sum"])
