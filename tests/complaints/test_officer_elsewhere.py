"""The officers' pages of what goes to others, rests, is merged, split or taken back: every form once, from the page."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from complaints.forms.parts import MergeForm
from complaints.models import Complaint, ComplaintCase, RequestCase
from complaints.states import GRAPH
from complaints.views.officer.panel import PANEL, actions_of, groups_of, next_step
from complaints.views.officer.timeline import TIMELINE
from organisations.formats import digits
from organisations.models import Role, User
from tests.support.world import World, make_person
from workflows.models import CaseLink, Conflict, LedgerEntry

pytestmark = pytest.mark.django_db

FOUND = {"outcome": "unfounded", "reasons": "ไม่พบ", "evidence": "หนังสือตอบ"}


def url(case: ComplaintCase, edge: str = "") -> str:
    return reverse("take", args=[case.public_id, edge]) if edge else reverse("case", args=[case.public_id])


def fresh(case: Any) -> Any:
    return type(case).objects.get(pk=case.pk)


def send(case: ComplaintCase, edge: str, user: User, **typed: Any) -> Any:
    """Send the form of an edge as its page has it."""
    client = Client()
    client.force_login(user)
    seen = {"seen_version": case.state_version, "seen_seq": case.ledger_seq}
    return client.post(url(case, edge), {**seen, **typed})


def sent(case: ComplaintCase, edge: str, user: User, **typed: Any) -> ComplaintCase:
    """The case after the form was taken."""
    response = send(case, edge, user, **typed)
    assert response.status_code == 302, response.content.decode().partition("<main")[2][:3000]
    return fresh(case)


def rows(name: str, *filled: dict[str, str]) -> dict[str, str]:
    typed = {f"{name}-TOTAL_FORMS": str(len(filled)), f"{name}-INITIAL_FORMS": "0"}
    return typed | {f"{name}-{n}-{key}": value for n, row in enumerate(filled) for key, value in row.items()}


def page(case: ComplaintCase, user: User) -> str:
    client = Client()
    client.force_login(user)
    with translation.override("en"):
        user.language = "en"
        response = client.get(url(case), headers={"accept-language": "en"})
    assert response.status_code == 200
    return response.content.decode()


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.txt", "สแกน".encode())


def measure(owner: User) -> dict[str, str]:
    return {"kind": "corrective", "text": "ซ่อม", "owner": str(owner.pk), "due_on": timezone.localdate().isoformat()}


# --- The law and the pages --------------------------------------------------------------------------------------------
def test_every_state_says_what_is_next_and_every_edge_how_it_is_told(world: World) -> None:
    case = world.into("investigating")
    for state in GRAPH.states:
        ended = None if state.is_open else timezone.now()
        ComplaintCase.objects.filter(pk=case.pk).update(state=state.code, is_open=state.is_open, closed_at=ended)
        assert next_step(fresh(case), [], []).what
        assert page(case, world.approver)
    assert {edge.name for edge in GRAPH.edges} <= set(TIMELINE.told)


def test_panel_puts_every_action_under_one_heading(world: World) -> None:
    case = world.into("review")
    for user in (world.officer, world.officer2, world.head, world.approver, world.screener):
        actions = actions_of(case, user)
        shown = [action for group in groups_of(case, user, actions) for action in group.actions]
        assert sorted(row.edge for row in shown) == sorted(row.edge for row in actions)


def test_decisions_come_first_for_who_decides_and_folded_last_for_who_records_them(world: World) -> None:
    case = world.into("review")
    decides = groups_of(case, world.approver, actions_of(case, world.approver))
    assert "decide_founded" in {action.edge for action in decides[0].actions}
    clerk = groups_of(case, world.officer2, actions_of(case, world.officer2))
    assert clerk[-1].folded
    assert {action.edge for action in clerk[-1].actions} >= {"decide_founded", "return_finding"}
    assert not any(action.edge.startswith("decide") for group in clerk[:-1] for action in group.actions)
    # The investigator records no decision about his own finding, and is shown no barred buttons for it.
    assert not any(action.edge.startswith("decide") for action in actions_of(case, world.officer))
    assert next_step(case, decides, []).mine
    assert not next_step(case, clerk, []).mine


def test_rare_ways_do_not_make_a_step_mine(world: World) -> None:
    case = world.into("investigating")
    groups = groups_of(case, world.approver, actions_of(case, world.approver))
    assert {"suspend", "discontinue"} <= {action.edge for action in groups[-1].actions}
    assert not next_step(case, groups, []).mine


# --- Units ------------------------------------------------------------------------------------------------------------
def test_units_are_asked_by_name_or_code_with_the_files_that_are_ticked(world: World) -> None:
    make_person("province_officer", world.province, Role.OFFICER)
    case = world.into("investigating")
    case = sent(case, "attach", world.officer, files=[scan()])
    case = sent(case, "attach", world.officer, files=[scan()])
    passed, kept = case.attachments.order_by("pk")
    units = rows("units", {"unit": "หน่วย OTH (OTH)"}, {"unit": ""}, {"unit": "prv"})
    case = sent(case, "ask_agencies", world.officer, text="ขอสำเนา", days="5", passed_on=[passed.pk], **units)
    assert case.state == "awaiting_agency"
    asked = RequestCase.objects.filter(request__complaint=case.pk).order_by("unit__code")
    assert [row.unit for row in asked] == [world.other, world.province]
    assert [row.attachments.count() for row in asked] == [1, 1]
    assert kept.pk not in [row.attachments.get().pk for row in asked]
    assert asked[0].clocks.get().length == 5
    text = page(case, world.officer)
    assert all(row.number in text for row in asked)


@pytest.mark.parametrize("typed", ["ไม่มีหน่วยนี้", "DST", "ACC", "(", ")", "x" * 301])
def test_unit_that_cannot_answer_is_none_to_ask(world: World, typed: str) -> None:
    from organisations.models import Holding

    Holding.objects.filter(post__unit=world.centre).delete()
    case = world.into("investigating")
    response = send(case, "ask_agencies", world.officer, text="ถาม", **rows("units", {"unit": typed}))
    assert response.status_code == 422
    assert fresh(case).state == "investigating"


def test_asking_nobody_is_refused_and_the_text_kept(world: World) -> None:
    case = world.into("investigating")
    response = send(case, "ask_agencies", world.officer, text="ขอสำเนาคำสั่ง", **rows("units", {"unit": ""}))
    assert response.status_code == 422
    assert "ขอสำเนาคำสั่ง" in response.content.decode()


def test_file_of_another_case_does_not_go_along(world: World) -> None:
    other = sent(world.into("investigating"), "attach", world.officer, files=[scan()])
    case = sent(world.into("investigating"), "attach", world.officer, files=[scan()])
    response = send(
        case, "ask_agencies", world.officer, text="ถาม", passed_on=[other.attachments.get().pk],
        **rows("units", {"unit": "OTH"}),
    )  # fmt: skip
    assert response.status_code == 422


def test_transfer_offers_units_that_screen_and_of_a_protected_case_only_centres(world: World) -> None:
    case = sent(world.into("accepted"), "transfer", world.head, unit="OTH", reasons="นอกเขต")
    assert (case.state, case.unit) == ("screening", world.other)
    protected = world.into("accepted", world.corruption)
    assert send(protected, "transfer", world.centre_screener, unit="OTH", reasons="x").status_code == 422


# --- Agencies ---------------------------------------------------------------------------------------------------------
def test_referral_from_the_pages(world: World) -> None:
    case = sent(world.into("screening"), "refer", world.approver, agency="oag", reasons="อยู่ในอำนาจ สตง.")
    case = sent(case, "remind_agency", world.officer, text="เตือนครั้งที่หนึ่ง")
    text = page(case, world.officer)
    assert "อยู่ในอำนาจ สตง." in text
    assert 'id="referral"' in text
    assert reverse("take", args=[case.public_id, "binding_finding"]) not in page(case, world.approver)
    case = sent(case, "referral_answered", world.officer, **FOUND)
    assert case.state == "review"
    assert case.findings.get().outcome == "unfounded"


def test_returned_and_binding_from_the_pages(world: World) -> None:
    case = sent(world.into("screening"), "refer", world.approver, agency="nacc", reasons="ทุจริต")
    case = sent(case, "referral_returned", world.officer, reasons="ไม่รับ")
    case = sent(case, "refer", world.approver, agency="nacc", reasons="ส่งอีกครั้ง")
    typed = {"reasons": "ชี้มูล", "evidence": "มติที่ 5", **rows("measures", measure(world.officer))}
    assert sent(case, "binding_finding", world.approver, **typed).state == "acting"


# --- It rests, or ends early ------------------------------------------------------------------------------------------
def test_suspension_from_the_pages(world: World) -> None:
    case = world.into("investigating")
    case = sent(case, "suspend", world.approver, body="ศาลปกครอง", reasons="ฟ้องแล้ว")
    groups = groups_of(case, world.approver, actions_of(case, world.approver))
    assert next_step(case, groups, []).mine
    assert gettext("Paused, the matter is before a court or another body") in page(case, world.approver)
    case = sent(case, "keep_suspended", world.approver, reasons="ยังไม่ตัดสิน")
    case = sent(case, "resume", world.approver, reasons="ตัดสินแล้ว")
    assert sent(case, "discontinue", world.approver, reasons="เสียชีวิต", reply="ยุติเรื่อง").state == "closed"


def test_question_is_withdrawn_from_the_page(world: World) -> None:
    case = world.into("awaiting_complainant")
    assert sent(case, "cancel_question", world.officer, reasons="ไม่ต้องแล้ว").state == "investigating"


def test_case_is_handed_over_from_the_page(world: World) -> None:
    case = world.into("investigating")
    case = sent(case, "hand_over", world.officer, to=str(world.officer2.pk), reasons="ย้ายงาน")
    assert case.holder == world.officer2


def test_case_of_the_examples_says_so_in_words(world: World) -> None:
    case = world.into("investigating")
    Complaint.objects.filter(case=case).update(source="demo", source_number="251")
    text = page(case, world.officer)
    assert f"{gettext('the example data')} {digits('251')}" in text
    assert "demo 251" not in text


# --- Together and apart -----------------------------------------------------------------------------------------------
def test_merge_by_number_or_by_what_looks_alike(world: World) -> None:
    main = world.into("investigating")
    extra = sent(world.into("screening"), "merge", world.screener, number=main.number.lower(), like="")
    assert extra.state == "merged"
    assert main.number in page(extra, world.screener)
    assert extra.number in page(main, world.screener)
    assert sent(extra, "unmerge", world.screener, reasons="คนละเรื่อง").state == "screening"
    one, two = world.into("accepted"), world.into("accepted")
    made = sent(two, "merge", world.screener, number="", like=one.public_id)
    assert CaseLink.objects.get(source=made).target_id == one.pk


def test_merge_asks_for_one_of_two_or_for_the_number_with_an_example_of_this_register(world: World) -> None:
    case = world.into("screening")
    alone = MergeForm(case=case, user=world.screener)
    assert list(alone.fields) == ["number", "reasons"]
    assert alone.fields["number"].one_of_two
    assert case.number.rpartition("-")[0] in str(alone.fields["number"].help_text)
    world.into("screening")
    both = MergeForm(case=case, user=world.screener)
    assert both.fields["like"].one_of_two


def test_merge_names_no_case_that_the_reader_may_not_see(world: World) -> None:
    extra, hidden = world.into("screening"), world.file(world.ordinary, unit=world.other)
    unknown = send(extra, "merge", world.screener, number="DST-2570-99999").content.decode()
    unseen = send(extra, "merge", world.screener, number=hidden.number)
    assert unseen.status_code == 422
    assert gettext("There is no open case of this number.") in unknown
    assert unseen.content.decode().count("field-wrong") == unknown.count("field-wrong")
    assert send(extra, "merge", world.screener, number="", like=hidden.public_id).status_code == 422
    assert send(extra, "merge", world.screener, number="").status_code == 422


def test_related_case_that_cannot_be_opened_is_not_named(world: World) -> None:
    main = world.into("investigating")
    extra = sent(world.into("screening"), "merge", world.screener, number=main.number)
    Conflict.objects.create(case_id=main.pk, user=world.officer2, at=timezone.now())
    text = page(extra, world.officer2)
    assert main.number not in text
    assert 'id="related"' not in text


def test_split_from_the_page(world: World) -> None:
    case = world.into("screening")
    one = send(case, "split", world.screener, **rows("parts", {"text": "ไฟดับ", "kind": ""}))
    assert one.status_code == 422
    parts = rows("parts", {"text": "ไฟดับ", "kind": world.simple.pk}, {"text": "ถนนพัง", "kind": ""})
    case = sent(case, "split", world.screener, **parts)
    made = [link.source for link in CaseLink.objects.filter(target=case, relation="part")]
    text = page(case, world.screener)
    assert len(made) == 2
    assert all(part.number in text for part in made)


# --- Slips and new facts ----------------------------------------------------------------------------------------------
def test_slip_says_what_will_be_undone(world: World) -> None:
    case = world.into("investigating")
    client = Client()
    client.force_login(world.approver)
    with translation.override("en"):
        text = client.get(url(case, "correct"), headers={"accept-language": "en"}).content.decode()
    assert "head" in text
    case = sent(case, "correct", world.approver, reasons="เลือกคนผิด")
    assert case.state == "accepted"
    assert LedgerEntry.objects.filter(case=case.pk, verb="correct").exists()


def test_case_is_opened_again_on_new_facts(world: World) -> None:
    case = world.into("closed")
    case = sent(case, "reopen_ex_officio", world.approver, to=str(world.officer.pk), reasons="พบพยานใหม่")
    assert (case.state, case.holder) == ("investigating", world.officer)
    assert sent(world.into("declined"), "rescreen_ex_officio", world.approver, reasons="พบใหม่").state == "screening"


# --- On paper ---------------------------------------------------------------------------------------------------------
def test_clerk_records_a_decision_on_paper_and_an_approver_is_not_asked_for_any(world: World) -> None:
    case = world.into("review")
    typed = {"reply": "ไม่มีมูล"}
    assert send(case, "decide_unfounded", world.officer2, **typed).status_code == 422
    assert send(case, "decide_unfounded", world.officer2, **typed, decided_by=str(world.approver.pk)).status_code == 422
    paper = {**typed, "decided_by": str(world.officer.pk), "files": [scan()]}
    assert send(case, "decide_unfounded", world.officer2, **paper).status_code == 422
    paper = {**typed, "decided_by": str(world.approver.pk), "files": [scan()]}
    case = sent(case, "decide_unfounded", world.officer2, **paper)
    decision = case.decisions.get()
    assert (decision.by, decision.recorded_by) == (world.approver, world.officer2)
    other = sent(world.into("review"), "decide_unfounded", world.approver, **typed)
    assert other.decisions.get().recorded_by is None


def test_measures_on_paper(world: World) -> None:
    case = world.into("review")
    typed = {"decided_by": str(world.approver.pk), "files": [scan()], **rows("measures", measure(world.officer))}
    assert sent(case, "decide_founded", world.officer2, **typed).state == "acting"


# --- The page, whatever the number of rows ----------------------------------------------------------------------------
def test_case_page_query_count_at_1_and_30_requests(world: World, django_assert_max_num_queries: Any) -> None:
    from tests.support.world import make_unit

    case = world.into("investigating")
    units = [make_unit(f"U{n:02}", under=world.province) for n in range(30)]
    for unit in units:
        make_person(f"in_{unit.code}", unit, Role.OFFICER)
    case = world.do(case, "ask_agencies", world.officer, units=units[:1], text="ถาม")
    counts = dict[User, int]()
    for user in (world.approver, world.officer):
        client = Client()
        client.force_login(user)
        client.get(url(case))
        with django_assert_max_num_queries(90) as once:
            client.get(url(case))
        counts[user] = len(once)
    case = world.do(case, "ask_another_agency", world.officer, units=units[1:], text="ถามเพิ่ม")
    for user, count in counts.items():
        client = Client()
        client.force_login(user)
        client.get(url(case))
        with django_assert_max_num_queries(count):
            assert client.get(url(case)).content.decode().count('class="asked"') == 30


@pytest.mark.parametrize("edge", ["suspend", "refer", "discontinue", "correct", "reopen_ex_officio"])
def test_form_of_an_edge_of_somebody_else_is_refused(client: Client, world: World, edge: str) -> None:
    case = world.into("closed" if edge == "reopen_ex_officio" else "investigating")
    client.force_login(world.officer)
    assert client.get(url(case, edge)).status_code in (403, 422)
    assert edge not in {action.edge for action in PANEL.actions_for(case, world.officer)}
